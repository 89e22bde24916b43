/** Builds the executable and asks each question in bench/: `deno task bench [NAME…]`. */
// deno-lint-ignore-file no-console -- a script talks to whoever started it
import { join } from "node:path";
import { machineFacts } from "../bench/machine.ts";
import { LOCKED, PROJECT_DIR, runChild } from "./child.ts";

const LIMIT_MS = 300_000;
const SUFFIX = "_bench.ts";

/** Runs a script with what it prints shown at the end; gives whether all went well. */
async function run(title: string, script: string, args: string[] = []): Promise<boolean> {
  console.log(`\n${title}`);
  const { code, output } = await runChild(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "--unstable-net", "--no-prompt", ...LOCKED, script, ...args],
    limitMs: LIMIT_MS,
  });
  console.log(output.trimEnd());
  return code === 0;
}

/** Gives the names of the questions that contain one of the words. */
async function questions(words: readonly string[]): Promise<string[]> {
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

machineFacts().forEach((fact) => console.log(fact));
let good = await run("Build", "scripts/build.ts", ["--for-tests"]);
for (const name of good ? await questions(Deno.args) : []) {
  const passed = await run(`${name}: ${await questionOf(name)}`, join("bench", name));
  good &&= passed;
}
Deno.exit(good ? 0 : 1);
