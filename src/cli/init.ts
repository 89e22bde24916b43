import { join } from "node:path";
import { type AppCandidate, inferApps, webConfigText } from "../config/mod.ts";
import { type CommandLine, optionOf } from "./arguments.ts";
import { type Console, EXIT } from "./console.ts";

/** Asks somebody at a terminal a question that is answered by yes or no; no where nothing is said. */
export type Confirm = (question: string) => boolean;

const CONFIG_FILE = "web.config";

/**
 * `ancm-host init`: tells what the folder holds, shows the web.config that starts it, and writes it if somebody says
 * so, or `--yes`. The file goes to standard output, all that is said of it to standard error. What is there already
 * stays as it is.
 *
 * @param confirm absent without a terminal: the file is shown, and not written
 */
export async function init(
  line: CommandLine,
  console: Console,
  confirm: Confirm | undefined,
): Promise<number> {
  const { root, webConfig, candidates, hints } = await inferApps(line.appDir);
  if (root !== undefined && webConfig !== undefined) {
    console.error(`ancm-host: "${join(root, webConfig)}" is there already and stays as it is`);
    return EXIT.cannotWrite;
  }
  const chosen = candidates.filter(isWanted(line));
  if (root === undefined || candidates.length === 0) return nothingFound(line, hints, console);
  tellFound(candidates, hints, root, console);
  const [candidate] = chosen;
  if (candidate === undefined || chosen.length > 1) return askForOne(candidates, chosen, console);
  const text = webConfigText(candidate);
  console.error(`\n${CONFIG_FILE} that starts "${commandOf(candidate)}":\n`);
  console.out(text);
  for (const note of candidate.notes) console.error(`Note: ${note}.`);
  const file = join(root, CONFIG_FILE);
  if (optionOf(line, "yes") === "true") return await write(file, text, console);
  if (confirm === undefined) {
    console.error(`ancm-host: Not written, for nobody can be asked here: give --yes`);
    return EXIT.usage;
  }
  if (confirm(`Write "${file}"?`)) return await write(file, text, console);
  console.error("ancm-host: Not written");
  return EXIT.unfinished;
}

function isWanted(line: CommandLine): (candidate: AppCandidate) => boolean {
  const kind = optionOf(line, "kind");
  const entry = optionOf(line, "entry");
  return (candidate) =>
    (kind === undefined || candidate.kind === kind) &&
    (entry === undefined || candidate.entry === entry);
}

function nothingFound(line: CommandLine, hints: readonly string[], console: Console): number {
  for (const hint of hints) console.error(`ancm-host: ${hint}`);
  if (hints.length === 0) {
    console.error(
      `ancm-host: Cannot tell how "${line.appDir}" is started: give a folder with a published .NET application, ` +
        "a package.json, a deno.json, a Python application or one executable",
    );
  }
  return EXIT.config;
}

function tellFound(
  candidates: readonly AppCandidate[],
  hints: readonly string[],
  root: string,
  console: Console,
): void {
  console.error(`Found in "${root}":`);
  for (const { kind, reason } of candidates) console.error(`  ${kind.padEnd(10)} ${reason}`);
  for (const hint of hints) console.error(`  ${"but".padEnd(10)} ${hint}`);
}

function askForOne(
  candidates: readonly AppCandidate[],
  chosen: readonly AppCandidate[],
  console: Console,
): number {
  const open = chosen.length > 0 ? chosen : candidates;
  const isOfOneKind = new Set(open.map(({ kind }) => kind)).size === 1;
  const choices = open.map((one) => isOfOneKind ? `--entry "${one.entry}"` : `--kind ${one.kind}`);
  const what = chosen.length > 0 ? "Several can be started" : "Nothing of that kind was found";
  console.error(`ancm-host: ${what}: give ${[...new Set(choices)].join(" or ")}`);
  return EXIT.usage;
}

function commandOf({ processPath, arguments: args }: AppCandidate): string {
  return `${processPath} ${args}`.trim();
}

async function write(file: string, text: string, console: Console): Promise<number> {
  try {
    await Deno.writeTextFile(file, text, { createNew: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`ancm-host: Cannot write "${file}": ${why}`);
    return EXIT.cannotWrite;
  }
  console.error(
    `Written: "${file}". It is served by: ancm-host run "${
      file.slice(0, -CONFIG_FILE.length - 1)
    }"`,
  );
  return EXIT.ok;
}
