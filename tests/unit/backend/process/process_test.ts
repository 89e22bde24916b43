import assert from "node:assert/strict";
import type { Life } from "../../../../src/backend/process/life.ts";
import { BackendProcess } from "../../../../src/backend/process/process.ts";
import type { AspNetCoreConfig } from "../../../../src/config/app_config.ts";
import { fakeWorld } from "../../../support/backend_parts.ts";
import type { FakeChild } from "../../../support/fake_child.ts";
import { turn } from "../../../support/fake_clock.ts";

/** One process with limits of 5 s for its start and 10 s for its end. */
function started(change: Partial<AspNetCoreConfig> = {}, onSpawn = (_child: FakeChild) => {}) {
  const world = fakeWorld();
  world.onSpawn = onSpawn;
  const lives: Life[] = [];
  const process = new BackendProcess({
    ...world.parts.partsOf(world.config(change), 1),
    id: 1,
    generation: 1,
    token: crypto.randomUUID(),
    onLife: (life) => lives.push(life),
  });
  process.start();
  const at = () => lives.at(-1)?.at;
  return { world, process, at };
}

Deno.test("BackendProcess has no limit for its start while a debugger is attached (ANCM P-24)", async () => {
  const { world, process, at } = started({}, (child) => child.isBeingDebugged = true);
  await world.clock.advance(60_000);
  assert.equal(at(), "starting");
  assert.equal(world.log.events.filter(({ name }) => name === "backend-debugged").length, 1);
  world.child().isBeingDebugged = false;
  await world.clock.advance(1100);
  assert.equal(world.children.length, 2);
  process.kill();
  await world.clock.advance(3000);
  await process.gone;
  assert.equal(world.clock.sleeping, 0);
});

Deno.test("BackendProcess has no limit for its end while a debugger is attached (ANCM O-28)", async () => {
  const { world, process, at } = started({}, (child) => child.portOwner = "own");
  await world.clock.advance(100);
  world.onAsked = () => {};
  world.child().isBeingDebugged = true;
  process.stop();
  await world.clock.advance(60_000);
  assert.equal(at(), "stopping");
  world.child().isBeingDebugged = false;
  await world.clock.advance(2000);
  await process.gone;
  assert.ok(world.log.find("backend-killed"));
});

Deno.test("BackendProcess is reached at the port that it adopted, attempt by attempt", async () => {
  const settings = { handlerSettings: [{ name: "adoptPort", value: "true" }] };
  const { world, process, at } = started(settings, (child) => {
    child.elsewhere = [{ address: "0.0.0.0", port: 5000 }];
  });
  await world.clock.advance(2500);
  assert.equal(at(), "ready");
  assert.equal(process.target.port, 5000);
  process.kill();
  await world.clock.advance(100);
  await process.gone;
});

Deno.test("BackendProcess is ready when its starter ends at once and leaves a server that listens (ANCM R-1)", async () => {
  const { world, process, at } = started({}, (child) => {
    child.portOwner = "own";
    child.hasOffspring = true;
    child.exit(0);
  });
  await turn();
  await world.clock.advance(100);
  assert.equal(at(), "ready");
  process.kill();
  await world.clock.advance(100);
  await process.gone;
});

Deno.test("BackendProcess tells what a long start waits for, and nothing once it is over", async () => {
  const { world, process } = started({ startupTimeLimitMs: 120_000 });
  await world.clock.advance(15_000);
  const told = () => world.log.events.filter(({ name }) => name === "backend-waiting");
  assert.equal(
    told().at(-1)?.message,
    `Waiting for backend ${world.child().pid} to listen on port 20001 (14 s of 120 s)`,
  );
  assert.equal(told().length, 3);
  world.child().portOwner = "own";
  await world.clock.advance(60_000);
  assert.equal(told().length, 3);
  process.kill();
  await world.clock.advance(100);
  await process.gone;
});
