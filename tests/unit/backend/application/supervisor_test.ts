import assert from "node:assert/strict";
import { supervise } from "../../../../src/backend/application/supervisor.ts";
import { expectFailure, expectTarget, waitForTarget } from "../../../support/backend_wait.ts";
import { alwaysReady, fakeWorld } from "../../../support/backend_parts.ts";
import { turn } from "../../../support/fake_clock.ts";

Deno.test("supervise() starts one process for fifty waiters, with its own token (ANCM P-4)", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  const targets = await Promise.all(
    Array.from({ length: 50 }, () => expectTarget(backend.directory)),
  );
  assert.equal(world.children.length, 1);
  assert.equal(new Set(targets).size, 1);
  assert.equal(backend.directory.current().generation, 1);
  assert.deepEqual(world.log.names(), ["1001 backend-started"]);
});

Deno.test("supervise() gives one failure to all who waited, after two tries (ANCM P-4, P-20, G-11)", async () => {
  const world = fakeWorld();
  await using backend = supervise(world.parts);
  const waiters = Promise.all(Array.from({ length: 10 }, () => expectFailure(backend.directory)));
  await world.clock.advance(10_100);
  assert.equal(new Set(await waiters).size, 1);
  assert.equal((await waiters)[0]?.code, "start-timeout");
  assert.equal(world.children.length, 2);
  assert.deepEqual(world.log.names().filter((name) => !name.includes("waiting")), [
    "1000 backend-attempt-failed",
    "1000 backend-attempt-failed",
    "1020 backend-start-failed",
  ]);
});

Deno.test("supervise() keeps the token over both tries, with a new port each (ANCM P-20)", async () => {
  const world = fakeWorld();
  const tries: { token: string; port: number }[] = [];
  const parts: typeof world.parts = {
    ...world.parts,
    partsOf(config) {
      const made = world.parts.partsOf(config, 1);
      const prepare = async (token: string) => {
        const launch = await made.prepare(token);
        tries.push({ token, port: launch.port });
        return launch;
      };
      return { ...made, prepare };
    },
  };
  world.onSpawn = (child) => child.exit(1);
  await using backend = supervise(parts);
  assert.equal((await expectFailure(backend.directory)).code, "start-exited");
  assert.equal(tries[0]?.token, tries[1]?.token);
  assert.notEqual(tries[0]?.port, tries[1]?.port);
  await expectFailure(backend.directory);
  assert.notEqual(tries[2]?.token, tries[0]?.token);
});

Deno.test("supervise() does not try again where that changes nothing (ANCM P-13)", async () => {
  const world = fakeWorld();
  world.isMissing = true;
  await using backend = supervise(world.parts);
  assert.equal((await expectFailure(backend.directory)).code, "start-no-program");
  assert.deepEqual(world.log.names(), ["1000 backend-attempt-failed", "1020 backend-start-failed"]);
});

Deno.test("supervise() starts again for the next request after a failure (ANCM P-34)", async () => {
  const world = fakeWorld();
  world.isMissing = true;
  await using backend = supervise(world.parts);
  await expectFailure(backend.directory);
  world.isMissing = false;
  alwaysReady(world);
  await expectTarget(backend.directory);
  assert.equal(backend.directory.current().starts, 2);
});

Deno.test("supervise() keeps a server that outlives its starter, until it goes too (ANCM R-1, P-25)", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  await expectTarget(backend.directory);
  const child = world.child();
  child.hasOffspring = true;
  child.exit(0);
  await world.clock.advance(5000);
  assert.equal(backend.directory.current().state, "ready");
  child.portOwner = "nobody";
  await world.clock.advance(1000);
  assert.equal(backend.directory.current().state, "stopped");
  assert.deepEqual(child.signals, ["SIGKILL"]);
});

Deno.test("Directory.report() finds a closed port before the next request would use it", async () => {
  const world = alwaysReady(fakeWorld());
  await using backend = supervise(world.parts);
  const { id } = await expectTarget(backend.directory);
  backend.directory.report(id, "refused");
  assert.equal(backend.directory.current().state, "ready");
  world.child().portOwner = "nobody";
  backend.directory.report(id, "broken");
  backend.directory.report(id + 1, "refused");
  assert.equal(backend.directory.current().state, "ready");
  backend.directory.report(id, "refused");
  assert.equal(backend.directory.current().state, "stopped");
  world.child().exit(0);
});

Deno.test("supervise() lets a client leave while others wait on", async () => {
  const world = fakeWorld();
  await using backend = supervise(world.parts);
  const leaver = new AbortController();
  const left = waitForTarget(backend.directory, leaver.signal);
  const stays = expectTarget(backend.directory);
  await turn();
  leaver.abort(new Error("gone"));
  await assert.rejects(left, /gone/);
  world.child().portOwner = "own";
  await world.clock.advance(300);
  assert.equal((await stays).id, 1);
});

Deno.test("Backend.stop() asks, and waits for the end (ANCM O-20, O-23)", async () => {
  const world = alwaysReady(fakeWorld());
  world.onAsked = () => {};
  const backend = supervise(world.parts);
  await expectTarget(backend.directory);
  const stopped = backend.stop();
  assert.equal(backend.directory.current().state, "closed");
  await world.clock.advance(5000);
  assert.deepEqual(world.child().signals, []);
  world.child().exit(0);
  await world.clock.advance(100);
  await stopped;
  assert.deepEqual(world.log.names().slice(1), [
    "1006 backend-shutdown-answered",
    "1030 backend-stopped",
  ]);
  backend.directory.want();
  await turn();
  assert.equal(world.children.length, 1);
});

for (const answer of [404, undefined, "never"] as const) {
  Deno.test(`Backend.stop() sends SIGTERM when the request is answered ${answer} (ANCM O-24)`, async () => {
    const world = fakeWorld();
    alwaysReady(world);
    world.answer = answer;
    world.onAsked = () => {};
    const backend = supervise(world.parts);
    await expectTarget(backend.directory);
    const stopped = backend.stop();
    await world.clock.advance(answer === "never" ? 1900 : 0);
    if (answer === "never") assert.deepEqual(world.child().signals, []);
    await world.clock.advance(200);
    await stopped;
    assert.deepEqual(world.child().signals, ["SIGTERM"]);
  });
}

Deno.test("Backend.stop() kills at shutdownTimeLimit what agreed and stays (ANCM O-25)", async () => {
  const world = alwaysReady(fakeWorld());
  world.onAsked = () => {};
  const backend = supervise(world.parts);
  await expectTarget(backend.directory);
  const stopped = backend.stop();
  await world.clock.advance(9900);
  assert.deepEqual(world.child().signals, []);
  await world.clock.advance(200);
  await stopped;
  assert.deepEqual(world.child().signals, ["SIGKILL"]);
  assert.equal(world.log.find("backend-killed")?.eventId, 1005);
});

Deno.test("Backend.stop() kills at once when shutdownTimeLimit is 0 (ANCM O-26)", async () => {
  const world = alwaysReady(fakeWorld({ aspNetCore: { shutdownTimeLimitMs: 0 } }));
  const backend = supervise(world.parts);
  await expectTarget(backend.directory);
  world.onAsked = () => assert.fail("nothing is asked");
  await backend.stop();
  assert.deepEqual(world.child().signals, ["SIGKILL"]);
  assert.equal(world.log.find("backend-killed")?.eventId, 1005);
});

Deno.test("Backend.stop() ends what a leader leaves behind", async () => {
  const world = alwaysReady(fakeWorld());
  const backend = supervise(world.parts);
  await expectTarget(backend.directory);
  const child = world.child();
  child.hasOffspring = true;
  child.isDeaf = true;
  world.onAsked = () => child.exit(0);
  const stopped = backend.stop();
  await world.clock.advance(10_100);
  await stopped;
  assert.equal(child.lives, false);
  assert.deepEqual(child.signals, ["SIGTERM", "SIGKILL"]);
});

Deno.test("Backend.stop() cancels a start", async () => {
  const world = fakeWorld();
  const backend = supervise(world.parts);
  const waiter = waitForTarget(backend.directory);
  await turn();
  const stopped = backend.stop();
  const found = await waiter;
  assert.equal("state" in found && found.state, "closed");
  await world.clock.advance(100);
  await stopped;
  assert.deepEqual(world.child().signals, ["SIGTERM"]);
});

Deno.test("Backend.stop() before the program was found starts nothing", async () => {
  const world = fakeWorld();
  const backend = supervise(world.parts);
  backend.directory.want();
  await backend.stop();
  await turn();
  assert.equal(world.children.length, 0);
});

Deno.test("Backend.stop() kills when its signal is aborted", async () => {
  const world = alwaysReady(fakeWorld());
  world.answer = "never";
  world.onAsked = () => {};
  const backend = supervise(world.parts);
  await expectTarget(backend.directory);
  const hurry = new AbortController();
  const stopped = backend.stop(hurry.signal);
  hurry.abort();
  assert.deepEqual(world.child().signals, ["SIGKILL"]);
  await stopped;
});

Deno.test("Backend.kill() has killed before it returns, and nothing starts again", async () => {
  const world = alwaysReady(fakeWorld());
  const backend = supervise(world.parts);
  await expectTarget(backend.directory);
  backend.kill();
  assert.equal(world.child().lives, false);
  assert.equal(backend.directory.current().state, "closed");
  await backend.stop();
  backend.directory.want();
  await turn();
  assert.equal(world.children.length, 1);
});

Deno.test("supervise() goes on when the system does not let a killed process go", async () => {
  const world = fakeWorld();
  const backend = supervise(world.parts);
  world.onSpawn = (child) => child.signal = () => {};
  const failure = expectFailure(backend.directory);
  await world.clock.advance(2 * 5000 + 2 * 2000 + 100);
  assert.equal((await failure).code, "start-timeout");
  assert.ok(world.log.find("backend-left-behind"));
});
