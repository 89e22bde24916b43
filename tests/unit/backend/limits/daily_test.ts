import assert from "node:assert/strict";
import { nextDaily } from "../../../../src/backend/limits/_daily.ts";

/** Seconds after midnight. */
function at(hours: number, minutes = 0, seconds = 0): number {
  return (hours * 60 + minutes) * 60 + seconds;
}

/** Runs with another time zone. */
function inZone(zone: string, run: () => void): void {
  const before = Deno.env.get("TZ");
  Deno.env.set("TZ", zone);
  try {
    run();
  } finally {
    if (before === undefined) Deno.env.delete("TZ");
    else Deno.env.set("TZ", before);
  }
}

const CASES: [now: string, times: number[], next: string][] = [
  ["2024-05-06T02:59:59", [at(3), at(15)], "2024-05-06T03:00:00"],
  ["2024-05-06T03:00:00", [at(3), at(15)], "2024-05-06T15:00:00"],
  ["2024-05-06T15:00:01", [at(3), at(15)], "2024-05-07T03:00:00"],
  ["2024-12-31T23:59:59", [at(0)], "2025-01-01T00:00:00"],
  ["2024-02-28T12:00:00", [at(11, 59, 58)], "2024-02-29T11:59:58"],
];

for (const [now, times, next] of CASES) {
  Deno.test(`nextDaily() of ${times.join(" and ")} s after ${now} is ${next}`, () => {
    assert.deepEqual(nextDaily(new Date(now), times), new Date(next));
  });
}

/** Every time that comes, from a moment on, as UTC. */
function following(from: string, times: number[], count: number): string[] {
  const found: string[] = [];
  for (let now = new Date(from); found.length < count;) {
    now = nextDaily(now, times);
    found.push(now.toISOString().slice(0, 16));
  }
  return found;
}

Deno.test("nextDaily() takes a time that the clocks skip for the hour behind it, once", () => {
  // 2024-03-31, 02:00 becomes 03:00.
  inZone("Europe/Berlin", () => {
    assert.deepEqual(following("2024-03-29T12:00:00Z", [at(2, 30)], 4), [
      "2024-03-30T01:30",
      "2024-03-31T01:30",
      "2024-04-01T00:30",
      "2024-04-02T00:30",
    ]);
  });
});

Deno.test("nextDaily() takes the first of a time that the clocks repeat, and only that", () => {
  // 2024-10-27, 03:00 becomes 02:00.
  inZone("Europe/Berlin", () => {
    assert.deepEqual(following("2024-10-26T12:00:00Z", [at(2, 30)], 3), [
      "2024-10-27T00:30",
      "2024-10-28T01:30",
      "2024-10-29T01:30",
    ]);
  });
});

Deno.test("nextDaily() finds a midnight that does not exist", () => {
  // 2024-09-08 begins at 01:00.
  inZone("America/Santiago", () => {
    assert.deepEqual(following("2024-09-07T12:00:00Z", [at(0)], 2), [
      "2024-09-08T04:00",
      "2024-09-09T03:00",
    ]);
  });
});
