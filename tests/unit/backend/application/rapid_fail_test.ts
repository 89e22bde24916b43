import assert from "node:assert/strict";
import {
  type FailureWindow,
  NO_FAILURES,
  restartDelayMs,
  withFailure,
} from "../../../../src/backend/application/rapid_fail.ts";

function after(...times: number[]): FailureWindow {
  return times.reduce((window, now) => withFailure(window, now, 60_000), NO_FAILURES);
}

const WINDOWS: readonly [times: number[], expected: FailureWindow][] = [
  [[5], { since: 5, failures: 1 }],
  [[5, 5, 60_004], { since: 5, failures: 3 }],
  [[5, 30_000, 60_005], { since: 60_005, failures: 1 }],
  [[5, 59_000, 61_000], { since: 61_000, failures: 1 }],
];
for (const [times, expected] of WINDOWS) {
  Deno.test(`withFailure() counts in a fixed window, failures at ${times} (ANCM R-7)`, () => {
    assert.deepEqual(after(...times), expected);
  });
}

Deno.test("restartDelayMs() doubles from 250 ms to 10 s, and does not wait after the first failure", () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 7, 8, 100].map((failures) => restartDelayMs(failures, 0.5));
  assert.deepEqual(delays, [0, 0, 250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
});

Deno.test("restartDelayMs() is shorter or longer by up to a fifth", () => {
  assert.equal(restartDelayMs(4, 0), 800);
  assert.equal(restartDelayMs(4, 0.999_999), 1200);
  assert.equal(restartDelayMs(1, 0.999_999), 0);
});
