/** Builds the executable and asks each question in bench/: `deno task bench [--quick] [--write] [NAME…]`. */
// deno-lint-ignore-file no-console -- a script talks to whoever started it
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Answer } from "../bench/answer.ts";
import { machineFacts } from "../bench/machine.ts";
import { type AskedQuestion, performancePage } from "../bench/performance_page.ts";
import { FULL, type Plan, planText, QUICK } from "../bench/plan.ts";
import { plot } from "../bench/plot.ts";
import { EXECUTABLE } from "../bench/programs.ts";
import { table } from "../bench/statistics.ts";
import { LEAST_CORES, verdictRows, verdicts } from "../bench/targets.ts";
import { versionOf } from "../bench/tool.ts";
import { LOCKED, PROJECT_DIR, runChild } from "./child.ts";

const LIMIT_MS = 30 * 60_000;
const QUICK_LIMIT_MS = 8 * 60_000;
const SUFFIX = "_bench.ts";
const PAGE = join(PROJECT_DIR, "docs", "performance.md");
const PICTURE = join(PROJECT_DIR, "docs", "performance.svg");

const USAGE = `Usage: deno task bench [--quick] [--write] [NAME…]
  NAME      ask only the questions whose file names contain one of the words
  --quick   short rounds: shows that all works; the figures are rough
  --write   write docs/performance.md also after a quick run; a full run of all questions always does
  ANCM_HOST_EXE names the executable to measure; without it one is built`;

interface BenchOptions {
  readonly plan: Plan;
  readonly words: readonly string[];
  /** Whether the page about performance is written. */
  readonly writes: boolean;
}

function readOptions(args: string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  if (values.write && positionals.length > 0) {
    throw new TypeError("Cannot write the page from some questions only: leave out the names");
  }
  return {
    plan: values.quick ? QUICK : FULL,
    words: positionals,
    writes: values.write || (!values.quick && positionals.length === 0),
  };
}

/** Runs a script with what it prints shown at the end; gives whether all went well. */
async function run(title: string, script: string, limitMs: number, args: readonly string[]) {
  console.log(`\n${title}`);
  const { code, output } = await runChild(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "--unstable-net", "--no-prompt", ...LOCKED, script, ...args],
    limitMs,
  });
  console.log(output.trimEnd());
  return code === 0;
}

/** Gives the file names of the questions that contain one of the words. */
async function questionFiles(words: readonly string[]): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(join(PROJECT_DIR, "bench")));
  return entries.map(({ name }) => name)
    .filter((name) => name.endsWith(SUFFIX))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort();
}

/** Gives the question itself: the first line of the bench's own comment. */
async function questionOf(name: string): Promise<string> {
  const text = await Deno.readTextFile(join(PROJECT_DIR, "bench", name));
  return /^\/\*\* (.+) \*\//.exec(text)?.[1] ?? name;
}

/** Asks one question; absent where it failed. */
async function ask(name: string, question: string, plan: Plan): Promise<Answer | undefined> {
  const file = await Deno.makeTempFile({ prefix: "ancm-host-answer-" });
  try {
    const args = [`--answer=${file}`, ...plan.isQuick ? ["--quick"] : []];
    const limitMs = plan.isQuick ? QUICK_LIMIT_MS : LIMIT_MS;
    const passed = await run(`${name}: ${question}`, join("bench", name), limitMs, args);
    const text = await Deno.readTextFile(file);
    return passed && text !== "" ? JSON.parse(text) : undefined;
  } finally {
    await Deno.remove(file);
  }
}

async function writePage(asked: readonly AskedQuestion[], machine: readonly string[], plan: Plan) {
  const answers = asked.map(({ answer }) => answer);
  const cores = navigator.hardwareConcurrency;
  const before = await Deno.readTextFile(PAGE).catch(() => undefined);
  const page = performancePage({
    date: new Date().toISOString().slice(0, 10),
    machine,
    plan: planText(plan),
    asked,
    verdicts: verdicts(answers, cores),
    cores,
    ...before === undefined ? {} : { before },
  });
  await Deno.writeTextFile(PAGE, page);
  await Deno.writeTextFile(PICTURE, plot(answers));
  console.log(`\nWrote ${PAGE} and ${PICTURE}`);
}

function printTargets(asked: readonly AskedQuestion[]) {
  const measured = verdicts(asked.map(({ answer }) => answer), navigator.hardwareConcurrency)
    .filter(({ verdict }) => verdict !== "not measured");
  if (measured.length === 0) return;
  console.log(`\nTargets (judged on ${LEAST_CORES} cores and more)`);
  console.log(table(verdictRows(measured)));
}

async function bench({ plan, words, writes }: BenchOptions): Promise<boolean> {
  let good = Deno.env.has("ANCM_HOST_EXE") ||
    await run("Build", "scripts/build.ts", LIMIT_MS, ["--for-tests"]);
  if (!good) return false;
  const host = `ancm-host ${await versionOf(EXECUTABLE, ["version"])}, compiled`;
  const machine = [host, ...await machineFacts()];
  machine.forEach((fact) => console.log(fact));
  const asked: AskedQuestion[] = [];
  for (const name of await questionFiles(words)) {
    const question = await questionOf(name);
    const answer = await ask(name, question, plan);
    good &&= answer !== undefined;
    asked.push({ question, answer: answer ?? { measures: [], notes: ["failed: no figures"] } });
  }
  printTargets(asked);
  if (writes) await writePage(asked, machine, plan);
  return good;
}

/** Gives what is asked for; ends with advice where that cannot be understood. */
function optionsOrUsage(): BenchOptions {
  try {
    return readOptions(Deno.args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    Deno.exit(1);
  }
}

Deno.exit(await bench(optionsOrUsage()) ? 0 : 1);
