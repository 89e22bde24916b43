import { type AppLook, isRecord } from "./_app_look.ts";
import { asArgument } from "./_argument.ts";
import { plainCommand } from "./_plain_command.ts";
import { portNote } from "./_port_note.ts";
import { type AppCandidate, type Found, NOTHING } from "./app_candidate.ts";

const PERMISSIONS = "--no-prompt --allow-net --allow-env --allow-read";

/** Finds a Deno application: by the start task of its configuration, else `main.ts`. */
export async function inferDeno(look: AppLook): Promise<Found> {
  const config = ["deno.json", "deno.jsonc"].find((name) => look.has(name));
  const candidate = config && await taskOf(look, config) || await mainOf(look, config);
  return candidate ? { candidates: [candidate], hints: [] } : NOTHING;
}

async function taskOf(look: AppLook, file: string): Promise<AppCandidate | undefined> {
  const tasks = (await look.json(file))?.tasks;
  const task = isRecord(tasks) ? tasks.start : undefined;
  const command = isRecord(task) ? task.command : task;
  if (typeof command !== "string") return undefined;
  const base = {
    kind: "deno",
    entry: file,
    reason: `The start task of "${file}" is "${command.trim()}"`,
    processPath: "deno",
  } as const;
  const [program, ...words] = plainCommand(command) ?? [];
  if (program !== "deno") return { ...base, arguments: "task start", notes: [] };
  const source = words.find((word) => /\.[cm]?[jt]sx?$/.test(word));
  const notes = source && words[0] !== "serve" ? portNote(source, await look.text(source)) : [];
  return { ...base, arguments: words.map(asArgument).join(" "), notes };
}

async function mainOf(
  look: AppLook,
  config: string | undefined,
): Promise<AppCandidate | undefined> {
  const file = ["main.ts", "main.js"].find((name) => look.has(name));
  if (file === undefined) return undefined;
  const source = await look.text(file) ?? "";
  const isDeno = config !== undefined ||
    (!look.has("package.json") && /\bDeno\.|["'](?:jsr|npm):/.test(source));
  if (!isDeno) return undefined;
  const isServed = /^export default\b/m.test(source) && /\bfetch\b/.test(source);
  return {
    kind: "deno",
    entry: file,
    reason: `"${file}" is where Deno programs begin`,
    processPath: "deno",
    arguments: isServed
      ? `serve --host 127.0.0.1 --port %PORT% ${PERMISSIONS} ${file}`
      : `run ${PERMISSIONS} ${file}`,
    notes: isServed ? [] : portNote(file, source),
  };
}
