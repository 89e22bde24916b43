import assert from "node:assert/strict";
import { watchSilence } from "../../../src/gateway/_silence.ts";
import { FakeClock } from "../../support/fake_clock.ts";

function setUp(limitMs: number) {
  const clock = new FakeClock();
  let late = 0;
  const silence = watchSilence(clock, limitMs, () => late++);
  return { clock, silence, late: () => late };
}

Deno.test("watchSilence() is late once the backend was waited for that long (ANCM F-40)", async () => {
  const { clock, silence, late } = setUp(100);
  silence.expect();
  await clock.advance(99);
  assert.equal(late(), 0);
  await clock.advance(1);
  assert.equal(late(), 1);
  await clock.advance(1_000);
  assert.equal(late(), 1);
  assert.equal(clock.sleeping, 0);
});

Deno.test("watchSilence() counts each gap by itself, so a trickling answer may last (ANCM F-40)", async () => {
  const { clock, silence, late } = setUp(100);
  for (let i = 0; i < 10; i++) {
    silence.expect();
    await clock.advance(90);
  }
  assert.equal(late(), 0);
  await clock.advance(10);
  assert.equal(late(), 1);
});

Deno.test("watchSilence() does not count while the backend is not waited for", async () => {
  const { clock, silence, late } = setUp(100);
  silence.expect();
  await clock.advance(50);
  silence.heard();
  await clock.advance(10_000);
  assert.equal(late(), 0);
  silence.expect();
  await clock.advance(99);
  assert.equal(late(), 0);
  await clock.advance(101);
  assert.equal(late(), 1);
});

Deno.test("watchSilence() has no limit with 0 (ANCM F-41)", async () => {
  const { clock, silence, late } = setUp(0);
  silence.expect();
  assert.equal(clock.sleeping, 0);
  await clock.advance(1e9);
  assert.equal(late(), 0);
});

Deno.test("watchSilence() leaves no timer when disposed of", async () => {
  const { clock, silence, late } = setUp(100);
  silence.expect();
  silence[Symbol.dispose]();
  await clock.advance(1_000);
  assert.deepEqual([clock.sleeping, late()], [0, 0]);
});

Deno.test("watchSilence() takes limits beyond the longest timer of the platform", async () => {
  const { clock, silence, late } = setUp(2 ** 32);
  silence.expect();
  await clock.advance(2 ** 32 - 1);
  assert.equal(late(), 0);
  await clock.advance(1);
  assert.equal(late(), 1);
});
