import assert from "node:assert/strict";
import { Deadlines } from "../../../src/contract/deadlines.ts";
import { Silence, SilenceWatch } from "../../../src/gateway/_silence.ts";
import { FakeClock } from "../../support/fake_clock.ts";

function setUp(limitMs: number) {
  const clock = new FakeClock();
  const watch = new SilenceWatch(new Deadlines(clock, 1), limitMs);
  let late = 0;
  const silence = new Silence(watch, { cancel: () => late++ });
  return { clock, watch, silence, late: () => late };
}

Deno.test("Silence is late once the backend was waited for that long (ANCM F-40)", async () => {
  const { clock, silence, late } = setUp(100);
  silence.askBackend();
  await clock.advance(99);
  assert.deepEqual([late(), silence.isLate], [0, false]);
  await clock.advance(1);
  assert.deepEqual([late(), silence.isLate], [1, true]);
  await clock.advance(1_000);
  assert.equal(late(), 1);
  assert.equal(clock.sleeping, 0, "the tick rests");
});

Deno.test("Silence counts each gap by itself, so a trickling answer may last (ANCM F-40)", async () => {
  const { clock, silence, late } = setUp(100);
  for (let i = 0; i < 10; i++) {
    silence.askBackend();
    await clock.advance(90);
  }
  assert.equal(late(), 0);
  await clock.advance(10);
  assert.equal(late(), 1);
});

Deno.test("Silence does not count while the backend is not waited for", async () => {
  const { clock, silence, late } = setUp(100);
  silence.askBackend();
  await clock.advance(50);
  silence.heardBackend();
  await clock.advance(10_000);
  assert.equal(late(), 0);
  silence.askBackend();
  await clock.advance(99);
  assert.equal(late(), 0);
  await clock.advance(1);
  assert.equal(late(), 1);
});

Deno.test("Silence does not count while the client is waited for, and begins afresh then", async () => {
  const { clock, silence, late } = setUp(100);
  silence.askBackend();
  await clock.advance(90);
  silence.askClient();
  silence.askBackend();
  await clock.advance(10_000);
  silence.heardClient();
  await clock.advance(99);
  assert.equal(late(), 0);
  await clock.advance(1);
  assert.equal(late(), 1);
});

Deno.test("Silence does not count for a client that is heard when nobody asks the backend", async () => {
  const { clock, silence, late } = setUp(100);
  silence.askClient();
  silence.heardClient();
  await clock.advance(1_000);
  assert.equal(late(), 0);
});

Deno.test("Silence has no limit with 0 (ANCM F-41)", async () => {
  const { clock, silence, late } = setUp(0);
  silence.askBackend();
  assert.equal(clock.sleeping, 0);
  await clock.advance(1e9);
  assert.equal(late(), 0);
});

Deno.test("SilenceWatch forgets what is disposed of, keeps the others, and lets the tick rest", async () => {
  const { clock, watch, silence, late } = setUp(100);
  let others = 0;
  const [second, third] = [1, 2].map(() => new Silence(watch, { cancel: () => others++ }));
  for (const one of [silence, second, third]) one?.askBackend();
  silence[Symbol.dispose]();
  silence[Symbol.dispose]();
  await clock.advance(50);
  second?.[Symbol.dispose]();
  await clock.advance(1_000);
  assert.deepEqual([late(), others], [0, 1]);
  assert.equal(clock.sleeping, 0);
  new Silence(watch, { cancel: () => others++ }).askBackend();
  await clock.advance(101);
  assert.equal(others, 2, "it ticks again");
});

Deno.test("SilenceWatch ends all who are late at once", async () => {
  const { clock, watch, silence, late } = setUp(100);
  const rest = [1, 2, 3].map(() => new Silence(watch, { cancel() {} }));
  for (const one of [silence, ...rest]) one.askBackend();
  await clock.advance(100);
  assert.equal(late(), 1);
  assert.deepEqual(rest.map(({ isLate }) => isLate), [true, true, true]);
});
