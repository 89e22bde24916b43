import assert from "node:assert/strict";
import type { Life } from "../../../src/backend/process/life.ts";
import { BackendProcess } from "../../../src/backend/process/process.ts";
import { fakeWorld } from "../../support/backend_parts.ts";

/** A process that listens after 1 s of the 5 s that its start may take. */
function warming(warmUp: (signal: AbortSignal) => Promise<void>) {
  const world = fakeWorld();
  const lives: Life[] = [];
  const process = new BackendProcess({
    ...world.parts.partsOf(world.config({}), 1),
    warmUp: (_target, signal) => warmUp(signal),
    id: 1,
    generation: 1,
    token: crypto.randomUUID(),
    onLife: (life) => lives.push(life),
  });
  process.start();
  const listens = async () => {
    await world.clock.advance(1_000);
    world.child().portOwner = "own";
    await world.clock.advance(500);
  };
  const end = async () => {
    process.kill();
    await world.clock.advance(100);
    await process.gone;
    assert.equal(world.clock.sleeping, 0);
  };
  return { world, listens, end, at: () => lives.at(-1)?.at };
}

Deno.test("BackendProcess is ready once it was warmed up (IIS M-AI-1)", async () => {
  const warm = Promise.withResolvers<void>();
  const { world, listens, end, at } = warming(() => warm.promise);
  await listens();
  assert.equal(at(), "starting");
  warm.resolve();
  await world.clock.advance(1);
  assert.equal(at(), "ready");
  await end();
});

Deno.test("BackendProcess is ready a second before its start would fail, warm or not (IIS M-AI-1)", async () => {
  const { world, listens, end, at } = warming((signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve()))
  );
  await listens();
  await world.clock.advance(2_000);
  assert.equal(at(), "starting");
  await world.clock.advance(600);
  assert.equal(at(), "ready");
  await end();
});

Deno.test("BackendProcess that ends while it is warmed up has failed to start", async () => {
  const { world, listens, end } = warming(() => new Promise(() => {}));
  await listens();
  world.child().portOwner = "nobody";
  world.child().exit(1);
  await world.clock.advance(500);
  assert.equal(world.children.length, 2);
  await end();
});
