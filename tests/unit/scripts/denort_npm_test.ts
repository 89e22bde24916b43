import assert from "node:assert/strict";
import { withoutAppended } from "../../../scripts/denort_npm.ts";

/** A program whose last 8 bytes are that number. */
function program(bytes: number, last: bigint): Uint8Array {
  const whole = new Uint8Array(bytes).fill(7);
  new DataView(whole.buffer).setBigUint64(bytes - 8, last, true);
  return whole;
}

Deno.test("withoutAppended() cuts off as many bytes as the last eight say, themselves included", () => {
  assert.deepEqual(withoutAppended(program(100, 40n)), new Uint8Array(60).fill(7));
});

Deno.test("withoutAppended() reads a view that begins inside its buffer", () => {
  const buffer = new Uint8Array([...new Uint8Array(5), ...program(100, 40n)]);
  assert.equal(withoutAppended(buffer.subarray(5)).length, 60);
});

for (const last of [0n, 7n, 100n, 2n ** 63n]) {
  Deno.test(`withoutAppended() refuses to cut ${last} bytes off 100`, () => {
    assert.throws(() => withoutAppended(program(100, last)), /Cannot cut/);
  });
}

Deno.test("withoutAppended() refuses a program too short to have a length", () => {
  assert.throws(() => withoutAppended(new Uint8Array(7)), /Cannot cut 0 bytes off a program of 7/);
});
