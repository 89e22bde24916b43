import { join } from "node:path";
import { type AppFolder, isExecutable } from "./_app_folder.ts";
import type { AppLook } from "./_app_look.ts";
import { type AppCandidate, type Found, NOTHING } from "./app_candidate.ts";

/** Programs that other programs bring along. */
const COMPANIONS: ReadonlySet<string> = new Set(["createdump", "apphost", "singlefilehost"]);
const SOURCE = /\.(?:py|[cm]?[jt]sx?|rb|php|pl|dll|so(?:\.\d+)*|dylib|cmd|bat|ps1)$/i;

/** Finds the one program in a folder, where there is just one. */
export async function inferExecutable({ folder }: AppLook): Promise<Found> {
  const programs: string[] = [];
  for (const name of folder.files) {
    if (isCandidate(folder, name) && await isProgram(folder, name)) programs.push(name);
  }
  const [name, ...others] = programs;
  if (name === undefined) return NOTHING;
  if (others.length === 0) return { candidates: [candidateOf(name)], hints: [] };
  const names = programs.map((one) => `"${one}"`).join(", ");
  return {
    candidates: [],
    hints: [`Several programs: ${names}; write a web.config that names one`],
  };
}

/** What starts a published .NET application is told by its runtimeconfig.json. */
function isCandidate({ files }: AppFolder, name: string): boolean {
  const stem = name.replace(/\.exe$/i, "");
  return !SOURCE.test(name) && !COMPANIONS.has(stem) && !name.startsWith(".") &&
    !files.includes(`${stem}.dll`) && !files.includes(`${stem}.runtimeconfig.json`);
}

async function isProgram({ root }: AppFolder, name: string): Promise<boolean> {
  if (!await isExecutable(root, name)) return false;
  try {
    using file = await Deno.open(join(root, name));
    const start = new Uint8Array(4);
    await file.read(start);
    return beginsAsProgram(start);
  } catch {
    return false;
  }
}

/** ELF, a script with `#!`, Mach-O in its forms; on Windows what begins with MZ. */
function beginsAsProgram(start: Uint8Array): boolean {
  const text = String.fromCharCode(...start);
  if (Deno.build.os === "windows") return text.startsWith("MZ");
  const isMach = /^(?:\xcf\xfa\xed\xfe|\xce\xfa\xed\xfe|\xca\xfe\xba\xbe)$/.test(text);
  return text === "\x7fELF" || text.startsWith("#!") || isMach;
}

function candidateOf(name: string): AppCandidate {
  return {
    kind: "executable",
    entry: name,
    reason: `"${name}" is the only program in the folder`,
    processPath: `./${name}`,
    arguments: "",
    notes: [
      "It has to listen on the port of 127.0.0.1 that PORT and ASPNETCORE_PORT name, " +
      "or be told by %PORT% in arguments",
    ],
  };
}
