/** How many tests passed, failed and were left out. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

/** Nothing counted yet. */
export const NO_TESTS: Tally = { passed: 0, failed: 0, ignored: 0 };

// `ok | 12 passed (3 steps) | 0 failed (1 step) | 2 ignored (1s)`
const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed[^|\n]*\| (\d+) failed(?:[^|\n]*\| (\d+) ignored)?/gm;

/**
 * Reads what `deno test` counted from what it printed. A run that ended with an error but tells of
 * no failed test (it found none, it was stopped, it crashed) counts as one failure.
 */
export function tallyOf(output: string, code: number): Tally {
  const [, passed = "0", failed = "0", ignored = "0"] = [...output.matchAll(SUMMARY)].at(-1) ?? [];
  return {
    passed: Number(passed),
    failed: code === 0 ? Number(failed) : Math.max(1, Number(failed)),
    ignored: Number(ignored),
  };
}

/** Adds two tallies. */
export function sum(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    ignored: a.ignored + b.ignored,
  };
}

/** Gives the lines in which tests said that they left something out. */
export function skippedLines(output: string): string[] {
  return output.match(/^skipped:.*$/gm) ?? [];
}
