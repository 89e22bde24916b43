import assert from "node:assert/strict";
import { Alarm } from "../../../../src/backend/application/_alarm.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

function alarm(clock: FakeClock): { alarm: Alarm; rings: number[] } {
  const rings: number[] = [];
  return { alarm: new Alarm(clock, () => rings.push(clock.now())), rings };
}

Deno.test("Alarm rings once at its time, and may be set again", async () => {
  const clock = new FakeClock();
  const { alarm: made, rings } = alarm(clock);
  made.set(100);
  made.set(100);
  await clock.advance(300);
  made.set(400);
  await clock.advance(300);
  assert.deepEqual(rings, [100, 400]);
  assert.equal(clock.sleeping, 0);
});

Deno.test("Alarm rings at the time it was set to last, or not at all", async () => {
  const clock = new FakeClock();
  const { alarm: made, rings } = alarm(clock);
  made.set(100);
  made.set(50);
  made.set(200);
  await clock.advance(150);
  assert.deepEqual(rings, []);
  made.set(undefined);
  await clock.advance(150);
  assert.deepEqual(rings, []);
  assert.equal(clock.sleeping, 0);
});

Deno.test("Alarm does not ring before its time where the timer does", async () => {
  const clock = new FakeClock();
  const early = { ...clock, now: () => clock.now(), date: () => clock.date() };
  const rings: number[] = [];
  const made = new Alarm({
    ...early,
    sleep: (ms, signal) => clock.sleep(Math.max(ms - 1, 0.5), signal),
  }, () => rings.push(clock.now()));
  made.set(100);
  await clock.advance(99.2);
  assert.deepEqual(rings, []);
  await clock.advance(2);
  assert.equal(rings.length, 1);
});
