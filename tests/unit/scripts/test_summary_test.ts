import assert from "node:assert/strict";
import { NO_TESTS, skippedLines, sum, tallyOf } from "../../../scripts/test_summary.ts";

const CASES: [name: string, output: string, code: number, passed: number, failed: number][] = [
  ["a run without steps", "\nok | 12 passed | 0 failed (1s)\n", 0, 12, 0],
  ["a run with steps", "ok | 2 passed (3 steps) | 0 failed (9ms)\n", 0, 2, 0],
  ["failed steps", "FAILED | 1 passed (1 step) | 2 failed (4 steps) (3ms)\n", 1, 1, 2],
  ["filtered tests", "ok | 1 passed | 0 failed | 5 filtered out (3ms)\n", 0, 1, 0],
  ["a test that prints a summary", "ok | 9 passed | 9 failed\nok | 1 passed | 0 failed\n", 0, 1, 0],
  ["a run that found no tests", "error: No test modules found\n", 1, 0, 1],
  ["a run that was stopped", "unit_test.ts => a ... ok\nStopped after 300 s\n", 124, 0, 1],
  ["tests that passed and a run that did not", "ok | 7 passed | 0 failed (1s)\n", 1, 7, 1],
];
for (const [name, output, code, passed, failed] of CASES) {
  Deno.test(`tallyOf() counts ${name}`, () => {
    assert.deepEqual(tallyOf(output, code), { passed, failed, ignored: 0 });
  });
}

Deno.test("tallyOf() counts what was left out", () => {
  const output = "ok | 2 passed (1 step) | 0 failed | 3 ignored (14ms)\n";
  assert.deepEqual(tallyOf(output, 0), { passed: 2, failed: 0, ignored: 3 });
});

Deno.test("sum() adds each count", () => {
  const one = { passed: 1, failed: 2, ignored: 3 };
  assert.deepEqual(sum(one, sum(one, NO_TESTS)), { passed: 2, failed: 4, ignored: 6 });
});

Deno.test("skippedLines() finds the lines that begin so, and no others", () => {
  const output = "a ... ok\nskipped: no dotnet\nnot skipped: this\n  skipped: nor this\nskipped: b";
  assert.deepEqual(skippedLines(output), ["skipped: no dotnet", "skipped: b"]);
});
