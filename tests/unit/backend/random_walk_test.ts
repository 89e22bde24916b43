import assert from "node:assert/strict";
import { supervise } from "../../../src/backend/supervisor.ts";
import { type FakeWorld, fakeWorld } from "../../support/backend_parts.ts";
import { waitForTarget } from "../../support/backend_wait.ts";
import { turn } from "../../support/fake_clock.ts";

const WALKS = 600;
const STEPS = 40;

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function walk(seed: number): Promise<void> {
  const random = seeded(seed);
  const world = fakeWorld({ shutdownMs: random(4) === 0 ? 0 : 10_000 });
  const backend = supervise(world.parts);
  const waits: Promise<unknown>[] = [];
  for (let i = 0; i < STEPS; i++) {
    world.isMissing = random(6) === 0;
    const agrees = random(2) === 0;
    world.onAsked = (child) => agrees && child.exit(0);
    world.answer = ([202, 404, undefined, "never"] as const)[random(4)];
    await act(random, world, backend, waits);
    const alive = world.children.filter((child) => child.lives).length;
    assert.ok(alive <= 1, `${alive} processes at once`);
    const { state, targets } = backend.directory.current();
    assert.equal(targets.length > 0, state === "ready");
  }
  const stopped = backend.stop();
  await world.clock.advance(60_000);
  await stopped;
  await Promise.all(waits);
  assert.deepEqual(world.children.filter((child) => child.lives), []);
  assert.equal(world.clock.sleeping, 0);
}

async function act(
  random: (below: number) => number,
  world: FakeWorld,
  backend: ReturnType<typeof supervise>,
  waits: Promise<unknown>[],
): Promise<void> {
  const { directory } = backend;
  const child = world.children.at(-1);
  switch (random(13)) {
    case 0:
    case 1:
    case 2:
      waits.push(waitForTarget(directory));
      break;
    case 3: {
      const leaver = new AbortController();
      waits.push(waitForTarget(directory, leaver.signal).catch(() => {}));
      if (random(2) === 0) await turn();
      leaver.abort();
      break;
    }
    case 4:
    case 5:
      if (child?.lives) child.portOwner = random(5) === 0 ? "foreign" : "own";
      break;
    case 6:
      child?.exit(random(2));
      break;
    case 7:
      if (child) child.portOwner = random(2) === 0 ? "nobody" : child.portOwner;
      directory.report(directory.current().targets[0]?.id ?? random(5), "refused");
      break;
    case 8:
      if (child) child.isDeaf = !child.isDeaf;
      break;
    case 9:
      if (child?.lives) child.hasOffspring = true;
      break;
    case 10:
      await world.clock.advance(random(7000));
      break;
    case 11:
      if (child) child.elsewhere = [{ address: "0.0.0.0", port: 5000 }];
      break;
    case 12:
      await turn();
      if (random(12) === 0) void backend.stop();
      if (random(12) === 0) backend.kill();
  }
}

Deno.test("no sequence of events leaves a process behind, runs two at once, or strands a waiter", async () => {
  for (let seed = 1; seed <= WALKS; seed++) {
    await walk(seed).catch((error) => {
      throw new Error(`Walk with seed ${seed}: ${error.message}`, { cause: error });
    });
  }
});
