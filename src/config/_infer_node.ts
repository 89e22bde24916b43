import { type AppLook, isRecord } from "./_app_look.ts";
import { asArgument } from "./_argument.ts";
import { plainCommand } from "./_plain_command.ts";
import { portNote } from "./_port_note.ts";
import { type AppCandidate, type Found, NOTHING } from "./app_candidate.ts";

const PACKAGE = "package.json";

/** Finds a Node application: by the start script of its package, else its main file, else `server.js`. */
export async function inferNode(look: AppLook): Promise<Found> {
  const candidate = await packageOf(look) ?? await serverOf(look);
  return candidate ? { candidates: [candidate], hints: [] } : NOTHING;
}

async function packageOf(look: AppLook): Promise<AppCandidate | undefined> {
  const parsed = look.has(PACKAGE) ? await look.json(PACKAGE) : undefined;
  if (!parsed) return undefined;
  const script = isRecord(parsed.scripts) ? parsed.scripts.start : undefined;
  if (typeof script === "string" && script.trim() !== "") return await scriptOf(look, script);
  const { main } = parsed;
  if (typeof main !== "string" || !/\.[cm]?js$/.test(main)) return undefined;
  const file = await look.firstFile([main]);
  if (file === undefined) return undefined;
  return await programOf(look, file, PACKAGE, `"${PACKAGE}" names "${file}" as its main file`);
}

async function scriptOf(look: AppLook, script: string): Promise<AppCandidate> {
  const reason = `The start script of "${PACKAGE}" is "${script.trim()}"`;
  const [program, ...words] = plainCommand(script) ?? [];
  const base = { kind: "node", entry: PACKAGE, reason } as const;
  if (program !== "node") {
    const notes = [
      "It is started by npm. IIS on Windows cannot start npm, which is a script there: name node.exe and the file",
    ];
    return { ...base, processPath: "npm", arguments: "start", notes };
  }
  const file = words.find((word) => !word.startsWith("-"));
  const source = file && await look.text(file);
  const notes = file ? portNote(file, source) : [];
  return { ...base, processPath: "node", arguments: words.map(asArgument).join(" "), notes };
}

async function serverOf(look: AppLook): Promise<AppCandidate | undefined> {
  const file = ["server.js", "server.mjs", "server.cjs"].find((name) => look.has(name));
  if (file === undefined) return undefined;
  return await programOf(look, file, file, `"${file}" is what Node servers are called`);
}

async function programOf(
  look: AppLook,
  file: string,
  entry: string,
  reason: string,
): Promise<AppCandidate> {
  const notes = portNote(file, await look.text(file));
  return { kind: "node", entry, reason, processPath: "node", arguments: asArgument(file), notes };
}
