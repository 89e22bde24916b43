import { join } from "node:path";

/** What a file is to whoever wants to run it. */
export type FileKind = "absent" | "program" | "not-executable" | "windows-program";

/** Gives Windows separators as this system writes them. */
export function withSlashes(path: string): string {
  return path.replaceAll("\\", "/");
}

/**
 * Finds a file or folder below a folder, its names' case forgiven where only one fits.
 *
 * @returns the path as it is spelled on disk, or nothing
 */
export async function findBelow(root: string, relative: string): Promise<string | undefined> {
  let path = root;
  for (const name of relative.split("/").filter((part) => part !== "" && part !== ".")) {
    const spelled = await spelledOnDisk(path, name);
    if (spelled === undefined) return undefined;
    path = join(path, spelled);
  }
  return path;
}

async function spelledOnDisk(folder: string, name: string): Promise<string | undefined> {
  if (name === ".." || await exists(join(folder, name))) return name;
  const wanted = name.toLowerCase();
  const fitting: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.name.toLowerCase() === wanted) fitting.push(entry.name);
    }
  } catch {
    return undefined; // no folder, or one that may not be read
  }
  return fitting.length === 1 ? fitting[0] : undefined;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Looks what a file is: its mode, and whether it begins as programs and assemblies of Windows do. */
export async function fileKind(path: string): Promise<FileKind> {
  const stat = await Deno.stat(path).catch(() => undefined);
  if (!stat?.isFile) return "absent";
  if (await beginsWith(path, "MZ")) return "windows-program";
  // Only the system knows whether *this* user may: it says so when the program is run.
  return stat.mode === null || (stat.mode & 0o111) !== 0 ? "program" : "not-executable";
}

async function beginsWith(path: string, magic: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const start = new Uint8Array(magic.length);
    await file.read(start);
    return new TextDecoder().decode(start) === magic;
  } catch {
    return false; // a program may be run without being readable
  }
}

/** Tells whether a published .NET app brings its own runtime, so that `dotnet` cannot run it. */
export async function isSelfContained(assembly: string): Promise<boolean> {
  const file = assembly.replace(/\.dll$/i, ".runtimeconfig.json");
  try {
    const { runtimeOptions } = JSON.parse(await Deno.readTextFile(file));
    return runtimeOptions?.includedFrameworks !== undefined;
  } catch {
    return false;
  }
}
