import assert from "node:assert/strict";
import { supervise } from "../../../../src/backend/application/supervisor.ts";
import { alwaysReady, fakeWorld } from "../../../support/backend_parts.ts";
import { expectTarget, waitForTarget } from "../../../support/backend_wait.ts";
import { turn } from "../../../support/fake_clock.ts";

const FIXED_PORT = { environmentVariables: [{ name: "ASPNETCORE_PORT", value: "5000" }] };

Deno.test("Backend.recycle() switches when the new generation is ready, and drains the old one (ANCM O-41)", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  const { directory } = backend;
  const old = await expectTarget(directory);
  const recycled = backend.recycle({ reason: "asked to", config: world.config({}) });
  assert.equal(directory.current().targets[0], old);
  await world.clock.advance(100);
  assert.deepEqual(await recycled, { outcome: "switched", message: "Generation 2 serves" });
  const { targets, retiring, generation, state } = directory.current();
  assert.deepEqual([state, generation, retiring], ["ready", 2, [1]]);
  assert.notEqual(targets[0]?.token, old.token);
  assert.deepEqual(
    backend.status().processes.map(({ id, state, generation }) => [id, state, generation]),
    [[1, "draining", 1], [2, "ready", 2]],
  );
  assert.equal(world.living().length, 2);
  directory.drained(1);
  await world.clock.advance(100);
  assert.deepEqual(world.living(), [world.child()]);
  assert.deepEqual(directory.current().retiring, []);
  assert.equal(backend.status().recycles, 1);
  const names = world.log.names().filter((name) => name.includes("recycl"));
  assert.deepEqual(names, ["1021 backend-recycling", "- backend-recycled"]);
});

Deno.test("Backend.recycle() gives what is in flight shutdownTimeLimit, and as much again to end", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  await expectTarget(backend.directory);
  const old = world.child();
  world.onAsked = (child) => child !== old && child.exit(0);
  const recycled = backend.recycle({ reason: "asked to" });
  await turn();
  await recycled;
  await world.clock.advance(9900);
  assert.equal(backend.status().processes[0]?.state, "draining");
  await world.clock.advance(100);
  assert.equal(backend.status().processes[0]?.state, "stopping");
  await world.clock.advance(9900);
  assert.equal(old.lives, true);
  await world.clock.advance(200);
  assert.equal(old.lives, false);
});

Deno.test("Backend.recycle() keeps the old generation, and its configuration, where the new one fails (ANCM L-31)", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  const old = await expectTarget(backend.directory);
  backend.directory.report(old.id, "served");
  const config = world.config({ processPath: "missing" });
  const recycled = backend.recycle({ reason: "web.config has changed", config });
  await world.clock.advance(100);
  assert.deepEqual(await recycled, {
    outcome: "kept",
    message: "The new generation did not start, and the old one serves on: Missing",
  });
  assert.deepEqual(backend.directory.current().targets, [old]);
  assert.equal(world.log.find("backend-recycle-failed")?.eventId, 1022);
  world.child().exit(1);
  await world.clock.advance(100);
  assert.equal(backend.directory.current().state, "ready");
});

Deno.test("Backend.recycle() with a fixed port ends the old one first, and says why (ANCM O-42)", async () => {
  const world = alwaysReady(fakeWorld({ aspNetCore: FIXED_PORT }));
  await using backend = supervise(world.parts);
  await expectTarget(backend.directory);
  const recycled = backend.recycle({ reason: "asked to" });
  assert.equal(backend.directory.current().state, "stopping");
  assert.match(world.log.find("backend-recycling")?.message ?? "", /ASPNETCORE_PORT/);
  const waiter = expectTarget(backend.directory);
  await turn();
  assert.equal(world.children.length, 1);
  backend.directory.drained(1);
  await world.clock.advance(100);
  assert.equal((await waiter).generation, 2);
  assert.equal((await recycled).outcome, "switched");
  assert.equal(world.living().length, 1);
});

Deno.test("Backend.recycle() goes back to the old configuration where the new one fails after the old one ended", async () => {
  const world = alwaysReady(fakeWorld({ aspNetCore: FIXED_PORT }));
  await using backend = supervise(world.parts);
  await expectTarget(backend.directory);
  const config = world.config({ ...FIXED_PORT, processPath: "missing" });
  const recycled = backend.recycle({ reason: "web.config has changed", config });
  const waiter = expectTarget(backend.directory);
  backend.directory.drained(1);
  await world.clock.advance(100);
  assert.deepEqual(await recycled, {
    outcome: "kept",
    message: "The new generation did not start, and the old one is started again: Missing",
  });
  assert.equal((await waiter).generation, 3);
});

Deno.test("Backend.recycle() during a start loses nobody who waits", async () => {
  const world = fakeWorld();
  await using backend = supervise(world.parts);
  const waiters = Promise.all([1, 2, 3].map(() => expectTarget(backend.directory)));
  await turn();
  const dropped = world.child();
  alwaysReady(world);
  const recycled = backend.recycle({ reason: "asked to", config: world.config({}) });
  await world.clock.advance(100);
  assert.equal(dropped.lives, false);
  assert.deepEqual(new Set((await waiters).map(({ generation }) => generation)), new Set([2]));
  assert.equal((await recycled).outcome, "switched");
});

Deno.test("Backend.recycle() of many at a time: the newest counts, and no more than two generations run", async () => {
  const world = fakeWorld();
  await using backend = supervise(world.parts);
  alwaysReady(world);
  await expectTarget(backend.directory);
  world.onSpawn = () => {};
  const recycles = [];
  for (let i = 0; i < 5; i++) {
    recycles.push(backend.recycle({ reason: `number ${i}`, config: world.config({}) }));
    await turn();
    assert.ok(world.living().length <= 2, `${world.living().length} processes`);
  }
  alwaysReady(world);
  await world.clock.advance(6000);
  const outcomes = await Promise.all(recycles.map(async (one) => (await one).outcome));
  assert.deepEqual(outcomes, [...Array(4).fill("given-up"), "switched"]);
});

Deno.test("Backend.recycle() where nothing runs is for the next start", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  const paths: string[] = [];
  world.onSpawn = (child, { path }) => {
    paths.push(path);
    child.portOwner = "own";
  };
  const config = world.config({ processPath: "new" });
  assert.equal((await backend.recycle({ reason: "changed", config })).outcome, "idle");
  assert.equal(world.children.length, 0);
  await expectTarget(backend.directory);
  assert.deepEqual(paths, ["new"]);
});

Deno.test("Backend.goOffline() ends everything, and lets nothing start before comeBack() (ANCM O-3, O-4, O-7)", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  const { directory } = backend;
  await expectTarget(directory);
  const offline = backend.goOffline();
  assert.deepEqual(directory.current().retiring, [1]);
  const waiter = waitForTarget(directory);
  directory.drained(1);
  await world.clock.advance(100);
  await offline;
  const found = await waiter;
  assert.equal("state" in found && found.state, "offline");
  assert.equal(world.living().length, 0);
  directory.want();
  assert.ok(world.looks > 0);
  assert.equal(world.children.length, 1);
  backend.comeBack();
  assert.equal(directory.current().state, "stopped");
  assert.equal((await expectTarget(directory)).generation, 2);
  assert.deepEqual(world.log.names().filter((name) => name.includes("app-")), [
    "1012 app-going-offline",
    "- app-offline",
    "- app-online",
  ]);
});

Deno.test("Backend.comeBack() during the stop serves those who wait, after it (ANCM O-8)", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  await expectTarget(backend.directory);
  const offline = backend.goOffline();
  const waiter = expectTarget(backend.directory);
  backend.comeBack();
  assert.equal(backend.directory.current().state, "stopping");
  backend.directory.drained(1);
  await world.clock.advance(100);
  await offline;
  assert.equal((await waiter).generation, 2);
});

Deno.test("Backend.goOffline() ends at once where the host stops meanwhile", async () => {
  const world = alwaysReady(fakeWorld());
  const backend = supervise(world.parts);
  await expectTarget(backend.directory);
  world.onAsked = () => {};
  const offline = backend.goOffline();
  backend.kill();
  await offline;
  assert.equal(backend.directory.current().state, "closed");
  await backend.stop();
});

Deno.test("Backend.rest() ends what serves until the next request (ANCM O-53)", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  await expectTarget(backend.directory);
  backend.rest("no request for 20 minutes");
  assert.equal(backend.directory.current().state, "stopped");
  backend.directory.drained(1);
  await world.clock.advance(100);
  assert.equal(world.living().length, 0);
  assert.equal(world.clock.sleeping, 0, "a stopped backend waits for nothing");
  assert.equal((await expectTarget(backend.directory)).generation, 2);
});

Deno.test("Backend.stop() ends every generation", async () => {
  const world = alwaysReady(fakeWorld({ aspNetCore: { processesPerApplication: 2 } }));
  const backend = supervise(world.parts);
  await expectTarget(backend.directory);
  await turn();
  void backend.recycle({ reason: "one" });
  await world.clock.advance(100);
  world.onSpawn = () => {};
  const second = backend.recycle({ reason: "two" });
  await turn();
  assert.equal(world.living().length, 6);
  const stopped = backend.stop();
  await world.clock.advance(20_000);
  await stopped;
  assert.deepEqual(world.living(), []);
  assert.equal((await second).outcome, "given-up");
  assert.equal(world.clock.sleeping, 0);
  assert.deepEqual(backend.status().processes, []);
});

Deno.test("Backend.status() tells what there is, and no secret", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  const { token, port } = await expectTarget(backend.directory);
  const status = backend.status();
  assert.deepEqual(status, {
    state: "ready",
    generation: 1,
    processes: [{
      id: 1,
      generation: 1,
      state: "ready",
      startedAt: new Date(0).toISOString(),
      pid: world.child().pid,
      port,
    }],
    starts: 1,
    crashes: 0,
    recycles: 0,
  });
  assert.equal(JSON.stringify(status).includes(token), false);
});
