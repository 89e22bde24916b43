import assert from "node:assert/strict";
import {
  quantile,
  ratesBetween,
  roundAbove,
  shownMs,
  shownNumber,
  shownSpan,
} from "../../../../src/pages/status_page/_numbers.ts";

const BOUNDS = [1, 10, 100];

Deno.test("ratesBetween() tells what happened between two samples, a second", () => {
  const before = { ended: 10, failed: 1, boundsMs: BOUNDS, counts: [5, 5, 0, 0] };
  const now = { ended: 30, failed: 2, boundsMs: BOUNDS, counts: [5, 25, 0, 0] };
  assert.deepEqual(ratesBetween(before, now, 2_000), {
    requests: 10,
    failed: 0.5,
    medianMs: 5.5,
    slowMs: 9.55,
  });
});

Deno.test("ratesBetween() knows no durations where nothing ended", () => {
  const now = { ended: 3, failed: 0, boundsMs: BOUNDS, counts: [1, 1, 1, 0] };
  const { requests, medianMs, slowMs } = ratesBetween(now, now, 1_000);
  assert.deepEqual([requests, medianMs, slowMs], [0, null, null]);
});

const QUANTILES: [counts: number[], share: number, expected: number | null][] = [
  [[4, 0, 0, 0], 0.5, 0.5],
  [[0, 4, 0, 0], 0.5, 5.5],
  [[2, 0, 2, 0], 0.75, 55],
  [[0, 0, 0, 9], 0.5, 100],
  [[0, 0, 0, 0], 0.5, null],
];
for (const [counts, share, expected] of QUANTILES) {
  Deno.test(`quantile() of ${counts} at ${share} is ${expected}`, () => {
    assert.equal(quantile(counts, BOUNDS, share), expected);
  });
}

const EDGES = [[0, 1], [1, 1], [1.2, 1.5], [7, 8], [365, 400], [0.03, 0.03], [NaN, 1]] as const;
for (const [value, expected] of EDGES) {
  Deno.test(`roundAbove() of ${value} is ${expected}`, () => {
    assert.ok(Math.abs(roundAbove(value) - expected) < 1e-9);
  });
}

Deno.test("shownNumber(), shownMs() and shownSpan() write for people", () => {
  const numbers = [0, 0.0123, 1, 9.876, 99.96, 1_234.5, 1_234_567];
  assert.deepEqual(numbers.map(shownNumber), [
    ...["0", "0.012", "1", "9.88", "100", "1,235", "1,234,567"],
  ]);
  assert.deepEqual([null, 0.4211, 12.34, 1_234].map(shownMs), [
    ...["–", "0.42 ms", "12.3 ms", "1.23 s"],
  ]);
  assert.deepEqual([-1, 9, 69, 7_500, 273_600].map(shownSpan), [
    ...["0 s", "9 s", "1 min 9 s", "2 h 5 min", "3 d 4 h"],
  ]);
});
