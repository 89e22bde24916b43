import { join } from "node:path";
import { type ProblemList, quoted } from "./problem.ts";

/** An application folder and what of it concerns its configuration. */
export interface AppFolder {
  /** Absolute, links resolved, without a trailing separator. */
  readonly root: string;
  /** Name of the web.config as it is spelt there; absent where there is none. */
  readonly webConfig?: string;
  /** Names of the files in the folder, for finding out what to start. */
  readonly files: readonly string[];
}

/** Largest configuration file that is read. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;

/**
 * Looks into an application folder.
 *
 * @returns undefined when a problem was reported
 * @see ANCM C-63
 */
export async function openAppFolder(
  appDir: string,
  problems: ProblemList,
): Promise<AppFolder | undefined> {
  const place = { file: appDir };
  try {
    const root = await Deno.realPath(appDir);
    const files = (await Array.fromAsync(Deno.readDir(root)))
      .filter((entry) => !entry.isDirectory).map((entry) => entry.name).sort();
    const [webConfig, second] = files.filter((name) => name.toLowerCase() === "web.config");
    if (second !== undefined) {
      const what = `Both ${quoted(webConfig ?? "")} and ${
        quoted(second)
      } in the application folder`;
      problems.error(place, `${what}; keep one: its name counts in any case of letters`);
      return undefined;
    }
    return webConfig === undefined ? { root, files } : { root, files, webConfig };
  } catch (error) {
    problems.error(place, `Cannot read the application folder: ${why(error)}`);
    return undefined;
  }
}

/**
 * Reads a file of the application folder, up to {@linkcode MAX_FILE_BYTES}.
 *
 * @param file how problems name it
 * @returns undefined when a problem was reported
 */
export async function readAppFile(
  path: string,
  file: string,
  problems: ProblemList,
): Promise<Uint8Array | undefined> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) problems.error({ file }, "Not a file; put a file of this name there");
    else if (size > MAX_FILE_BYTES) {
      problems.error({ file }, `Larger than ${MAX_FILE_BYTES} bytes; make it smaller`);
    } else return await Deno.readFile(path);
  } catch (error) {
    problems.error({ file }, `Cannot read the file: ${why(error)}`);
  }
  return undefined;
}

/** Tells whether a name of the folder is a file that may be started. */
export async function isExecutable(root: string, name: string): Promise<boolean> {
  try {
    const { isFile, mode } = await Deno.stat(join(root, name));
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch {
    return false; // not there: not executable
  }
}

/** Says why something of the application folder cannot be read. */
export function why(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is nothing; check the path";
  if (error instanceof Deno.errors.NotADirectory) {
    return "it is not a folder; name the folder it is in";
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return "the host may not; give its user the right to read it";
  }
  if (!(error instanceof Error)) throw error;
  return `${error.message}; check that it can be read`;
}
