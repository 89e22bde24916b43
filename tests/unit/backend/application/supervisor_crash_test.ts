import assert from "node:assert/strict";
import type { Backend } from "../../../../src/backend/face.ts";
import { supervise } from "../../../../src/backend/application/supervisor.ts";
import { alwaysReady, fakeWorld } from "../../../support/backend_parts.ts";
import { expectFailure, expectTarget } from "../../../support/backend_wait.ts";
import { turn } from "../../../support/fake_clock.ts";

async function served(backend: Backend): Promise<number> {
  const { id } = await expectTarget(backend.directory);
  backend.directory.report(id, "served");
  return id;
}

Deno.test("supervise() notices a death at once, and the next request starts anew (ANCM R-1, R-2)", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  const first = await expectTarget(backend.directory);
  world.child().exit(137, "SIGKILL");
  await turn();
  assert.equal(backend.directory.current().state, "stopped");
  assert.equal(backend.directory.current().generation, 1);
  const second = await expectTarget(backend.directory);
  assert.notEqual(second.id, first.id);
  assert.notEqual(second.token, first.token);
  assert.equal(world.log.find("backend-exited")?.eventId, 1030);
});

Deno.test("supervise() starts what has served again, at once, without a request (design row R-2)", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  await served(backend);
  world.child().exit(1);
  await world.clock.advance(100);
  assert.equal(world.children.length, 2);
  const { state, targets, generation } = backend.directory.current();
  assert.deepEqual([state, targets.length, generation], ["ready", 1, 1]);
  assert.deepEqual(world.log.find("backend-restarting")?.facts, {
    root: "/srv/app",
    generation: 1,
    failures: 1,
    delayMs: 0,
  });
});

Deno.test("supervise() pauses longer with each crash of a minute, then refuses, then tries once (ANCM R-6, R-7, R-8)", async () => {
  const world = alwaysReady(fakeWorld({ aspNetCore: { rapidFailsPerMinute: 2 } }));
  await using backend = supervise(world.parts);
  const pauses = [0, 250];
  for (const pause of pauses) {
    await served(backend);
    const count = world.children.length;
    world.child().exit(1);
    await turn();
    await world.clock.advance(Math.max(pause - 1, 0));
    if (pause > 0) assert.equal(world.children.length, count);
    await world.clock.advance(100);
    assert.equal(world.children.length, count + 1);
  }
  await served(backend);
  world.child().exit(1);
  await turn();
  const { state, retryAt = 0 } = backend.directory.current();
  assert.equal(state, "refused");
  const refused = world.log.find("backend-refused-starts");
  assert.equal(refused?.eventId, 1003);
  assert.equal(retryAt, 60_000);
  assert.equal(backend.status().retryAt, new Date(60_000).toISOString());
  backend.directory.want();
  await world.clock.advance(retryAt - world.clock.now() - 1);
  assert.equal(world.children.length, 3);
  await world.clock.advance(100);
  assert.equal(world.children.length, 4);
  assert.equal(backend.directory.current().state, "ready");
  assert.equal(backend.directory.current().retryAt, undefined);
});

Deno.test("supervise() counts failed starts, and keeps refusing while the trial fails (ANCM R-5)", async () => {
  const world = fakeWorld({ aspNetCore: { rapidFailsPerMinute: 1 } });
  world.isMissing = true;
  await using backend = supervise(world.parts);
  await expectFailure(backend.directory);
  assert.equal(backend.directory.current().state, "failed");
  await expectFailure(backend.directory);
  assert.equal(backend.directory.current().state, "refused");
  await world.clock.advance(60_000);
  assert.equal(backend.directory.current().state, "refused");
  assert.equal(backend.directory.current().starts, 3);
  assert.equal(backend.status().lastFailure?.code, "start-no-program");
  alwaysReady(world).isMissing = false;
  await world.clock.advance(60_100);
  assert.equal(backend.directory.current().state, "ready");
});

Deno.test("supervise() does not count what the host ends itself (ANCM R-4)", async () => {
  const world = alwaysReady(fakeWorld({ aspNetCore: { rapidFailsPerMinute: 0 } }));
  await using backend = supervise(world.parts);
  for (let i = 0; i < 3; i++) {
    await served(backend);
    backend.rest("idle");
    backend.directory.drained(backend.directory.current().generation - 1);
    await world.clock.advance(100);
    assert.equal(backend.directory.current().state, "stopped");
  }
  assert.deepEqual(backend.status().crashes, 0);
});

Deno.test("supervise() with preload starts again what never served", async () => {
  const world = alwaysReady(fakeWorld({ preload: true }));
  await using backend = supervise(world.parts);
  await expectTarget(backend.directory);
  world.child().exit(1);
  await world.clock.advance(100);
  assert.equal(world.children.length, 2);
  assert.equal(backend.directory.current().state, "ready");
});

Deno.test("supervise() starts the next beside one that only closed its port", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  const id = await served(backend);
  const old = world.child();
  old.isDeaf = true;
  old.portOwner = "nobody";
  backend.directory.report(id, "refused");
  await expectTarget(backend.directory);
  assert.equal(world.living().length, 2);
  await world.clock.advance(10_100);
  assert.deepEqual(old.signals, ["SIGTERM", "SIGKILL"]);
});

Deno.test("supervise() waits for the old process to go where the app bears none beside it", async () => {
  const handlerSettings = [{ name: "Recycle", value: "Stop-First" }];
  const world = alwaysReady(fakeWorld({ aspNetCore: { handlerSettings } }));
  await using backend = supervise(world.parts);
  const { id } = await expectTarget(backend.directory);
  const old = world.child();
  old.isDeaf = true;
  old.portOwner = "nobody";
  backend.directory.report(id, "refused");
  const next = expectTarget(backend.directory);
  await world.clock.advance(9000);
  assert.equal(world.children.length, 1);
  await world.clock.advance(1100);
  await next;
  assert.equal(old.lives, false);
  assert.deepEqual(old.signals, ["SIGTERM", "SIGKILL"]);
});

Deno.test("supervise() runs as many processes as asked, and replaces one that dies (ANCM P-40)", async () => {
  const world = alwaysReady(fakeWorld({ aspNetCore: { processesPerApplication: 3 } }));
  await using backend = supervise(world.parts);
  await expectTarget(backend.directory);
  await turn();
  const before = backend.directory.current().targets;
  assert.equal(new Set(before.map(({ port }) => port)).size, 3);
  assert.equal(new Set(before.map(({ token }) => token)).size, 3);
  world.children[1]?.exit(1);
  await turn();
  assert.equal(backend.directory.current().state, "ready");
  await world.clock.advance(100);
  const { targets, generation, state } = backend.directory.current();
  assert.deepEqual(targets.map(({ id }) => id), [1, 3, 4]);
  assert.deepEqual([generation, state], [1, "ready"]);
  assert.equal(backend.status().crashes, 1);
});

Deno.test("supervise() serves with those of several that start", async () => {
  const world = fakeWorld({ aspNetCore: { processesPerApplication: 2 } });
  world.onSpawn = (child) => {
    if (world.children.length === 1) child.exit(1);
    else if (world.children.length === 2) child.portOwner = "own";
  };
  await using backend = supervise(world.parts);
  const { id } = await expectTarget(backend.directory);
  assert.equal(id, 2);
  assert.equal(backend.directory.current().failure, undefined);
});
