import assert from "node:assert/strict";
import type { Backend } from "../../../../src/backend/face.ts";
import { supervise } from "../../../../src/backend/application/supervisor.ts";
import { type FakeWorld, fakeWorld } from "../../../support/backend_parts.ts";
import { waitForTarget } from "../../../support/backend_wait.ts";
import { turn } from "../../../support/fake_clock.ts";
import { type Random, seededTest } from "../../../support/seeded_random.ts";

const WALKS = 300;
const STEPS = 40;

/** One application with processes that are fake, and everything that began and has to end. */
interface Walk {
  readonly random: Random;
  readonly world: FakeWorld;
  readonly backend: Backend;
  readonly waits: Promise<unknown>[];
}

async function walk(random: Random, isAlone: boolean): Promise<void> {
  const world = fakeWorld({
    aspNetCore: {
      shutdownTimeLimitMs: random.index(4) === 0 ? 0 : 10_000,
      rapidFailsPerMinute: random.of([0, 3, 100]),
      processesPerApplication: isAlone ? 1 : random.of([1, 2, 3]),
      handlerSettings: isAlone ? [{ name: "recycle", value: "stop-first" }] : [],
    },
    preload: random.index(4) === 0,
  });
  const backend = supervise(world.parts);
  const waits: Promise<unknown>[] = [];
  for (let i = 0; i < STEPS; i++) {
    world.isMissing = random.index(6) === 0;
    const agrees = random.index(2) === 0;
    world.onAsked = (child) => agrees && child.exit(0);
    world.answer = random.of([202, 404, undefined, "never"]);
    await act({ random, world, backend, waits });
    if (isAlone) {
      assert.ok(world.living().length <= 1, `${world.living().length} processes at once`);
    }
    const { state, targets } = backend.directory.current();
    assert.equal(targets.length > 0, state === "ready");
  }
  const stopped = backend.stop();
  await world.clock.advance(60_000);
  await stopped;
  await Promise.all(waits);
  assert.deepEqual(world.living(), []);
  assert.deepEqual(backend.status().processes, []);
  assert.equal(world.clock.sleeping, 0);
}

async function act({ random, world, backend, waits }: Walk): Promise<void> {
  const { directory } = backend;
  const child = world.children.length > 0 ? random.of(world.children.slice(-4)) : undefined;
  switch (random.index(19)) {
    case 0:
    case 1:
    case 2:
      waits.push(waitForTarget(directory));
      break;
    case 3: {
      const leaver = new AbortController();
      waits.push(waitForTarget(directory, leaver.signal).catch(() => {}));
      if (random.index(2) === 0) await turn();
      leaver.abort();
      break;
    }
    case 4:
    case 5:
      if (child?.lives) child.portOwner = random.index(5) === 0 ? "foreign" : "own";
      break;
    case 6:
      child?.exit(random.index(2));
      break;
    case 7:
      if (child) child.portOwner = random.index(2) === 0 ? "nobody" : child.portOwner;
      directory.report(directory.current().targets[0]?.id ?? random.index(5), "refused");
      break;
    case 8:
      if (child) child.isDeaf = !child.isDeaf;
      break;
    case 9:
      if (child?.lives) child.hasOffspring = true;
      break;
    case 10:
    case 11:
      await world.clock.advance(random.index(7000));
      break;
    case 12:
      if (child) child.elsewhere = [{ address: "0.0.0.0", port: 5000 }];
      break;
    case 13:
      for (const { id } of directory.current().targets) directory.report(id, "served");
      break;
    case 14: {
      const config = random.index(2) === 0 ? world.config({}) : undefined;
      waits.push(backend.recycle({ reason: "walk", config }));
      break;
    }
    case 15:
      for (const generation of directory.current().retiring) directory.drained(generation);
      break;
    case 16:
      if (random.index(2) === 0) waits.push(backend.goOffline());
      else backend.rest("walk");
      break;
    case 17:
      backend.comeBack();
      break;
    case 18:
      await turn();
      if (random.index(12) === 0) void backend.stop();
      if (random.index(12) === 0) backend.kill();
  }
}

for (const isAlone of [true, false]) {
  const what = isAlone ? "runs two at once" : "leaves a recycle without an end";
  seededTest(
    `no sequence of events leaves a process behind, ${what}, or strands a waiter`,
    async (random) => {
      for (let i = 0; i < WALKS; i++) await walk(random, isAlone);
    },
  );
}
