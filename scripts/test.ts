/**
 * Everything a contributor must pass: `deno task test`; the fast part of it: `deno task ok`.
 * `--coverage` collects coverage of the unit and integration tests in `coverage/`.
 */
// deno-lint-ignore-file no-console -- a script talks to whoever started it
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PROJECT_DIR, runChild } from "./child.ts";
import { NO_TESTS, skippedLines, sum, type Tally, tallyOf } from "./test_summary.ts";
import { type Step, steps } from "./test_steps.ts";

interface Outcome {
  readonly tally: Tally;
  readonly skipped: readonly string[];
}

/** Runs one step; says what it was, how long it took, and all it wrote if it failed. */
async function runStep(step: Step): Promise<Outcome> {
  await Deno.stdout.write(new TextEncoder().encode(`${step.title} ... `));
  const started = performance.now();
  const { args, limitMs } = step;
  const { code, output } = await runChild(Deno.execPath(), { args, limitMs });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  // A step that is no test run counts only when it fails: the last line must not look like success.
  const tally = step.isTestRun
    ? tallyOf(output, code)
    : { ...NO_TESTS, failed: code === 0 ? 0 : 1 };
  console.log(
    `${code === 0 ? "ok" : "FAILED"}${step.isTestRun ? counts(tally) : ""} (${seconds} s)`,
  );
  if (code !== 0) console.log(`${output.trimEnd()}\n`);
  return { tally, skipped: skippedLines(output) };
}

function counts({ passed, failed, ignored }: Tally): string {
  const left = ignored > 0 ? `, ${ignored} ignored` : "";
  return `: ${passed} passed, ${failed} failed${left}`;
}

async function hasFiles(folder: string): Promise<boolean> {
  try {
    return (await Array.fromAsync(Deno.readDir(join(PROJECT_DIR, folder)))).length > 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      fast: { type: "boolean", default: false },
      coverage: { type: "boolean", default: false },
    },
  });
  const plan = steps(
    values.fast ? "fast" : "all",
    await hasFiles("tests/conformance"),
    values.coverage ? "coverage" : undefined,
  );
  let tally = NO_TESTS;
  const skipped = new Set<string>();
  for (const step of plan) {
    const outcome = await runStep(step);
    tally = sum(tally, outcome.tally);
    outcome.skipped.forEach((line) => skipped.add(line));
  }
  skipped.forEach((line) => console.log(line));
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  return tally.failed === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
