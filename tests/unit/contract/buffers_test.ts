import assert from "node:assert/strict";
import { BufferPool, ScarceBuffers } from "../../../src/contract/buffers.ts";

Deno.test("BufferPool gives again what was given back, and keeps no more than it may", () => {
  const pool = new BufferPool(16, 1);
  const [first, second] = [pool.take(), pool.take()];
  assert.deepEqual([first.length, second.length], [16, 16]);
  assert.notEqual(first, second);
  pool.give(first);
  pool.give(second);
  assert.equal(pool.take(), first);
  assert.notEqual(pool.take(), second);
});

Deno.test("BufferPool keeps no buffer of another size", () => {
  const pool = new BufferPool(16, 8);
  pool.give(new Uint8Array(8));
  assert.equal(pool.take().length, 16);
});

Deno.test("ScarceBuffers lends no more than it may, and again what comes back", () => {
  const scarce = new ScarceBuffers(16, 2);
  const [first, second] = [scarce.take(), scarce.take()];
  assert.ok(first && second && first !== second);
  assert.equal(scarce.take(), undefined);
  scarce.give(first);
  assert.equal(scarce.take(), first);
  assert.equal(scarce.take(), undefined);
});

Deno.test("ScarceBuffers never lends again what was dropped, but another in its place", () => {
  const scarce = new ScarceBuffers(16, 1);
  const dropped = scarce.take();
  scarce.drop();
  const next = scarce.take();
  assert.ok(next && next !== dropped);
  assert.equal(scarce.take(), undefined);
});
