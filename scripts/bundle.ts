import { join, relative, sep } from "node:path";
import { LOCKED, PROJECT_DIR, runChild } from "./child.ts";

const BUNDLE_LIMIT_MS = 300_000;
const INFO_LIMIT_MS = 20_000;

/**
 * Joins what main.ts imports into one module: an executable that loads one instead of a hundred starts a third
 * faster. Names are kept, so that the stack of an error can be read. Of the same sources the same bytes come, whatever
 * the folders are called and whenever it is done.
 *
 * @returns the file, in the folder that is given
 */
export async function bundle(folder: string): Promise<string> {
  const file = join(folder, "main.js");
  const { code, output } = await runChild(Deno.execPath(), {
    args: ["bundle", ...LOCKED, "--quiet", "--output", file, "main.ts"],
    limitMs: BUNDLE_LIMIT_MS,
  });
  if (code !== 0) throw new Error(`Cannot join main.ts and what it imports\n${output}`);
  const text = withoutPlaces(await Deno.readTextFile(file), await packageFolders());
  await Deno.writeTextFile(file, text);
  // The time goes into the executable, too.
  await Deno.utime(file, 0, 0);
  return file;
}

/**
 * Takes out of a bundle where packages lay on the machine that made it: they are named as in `npm/leven/4.1.0`.
 *
 * @param folders of packages, as the bundle writes them: relative, with slashes, one at the end
 */
export function withoutPlaces(text: string, folders: readonly string[]): string {
  return folders.reduce((done, folder) => done.replaceAll(folder, "npm/"), text);
}

/** Gives the folders in which Deno keeps packages, one for each registry. */
async function packageFolders(): Promise<string[]> {
  const { stdout } = await runChild(Deno.execPath(), {
    args: ["info", "--json"],
    limitMs: INFO_LIMIT_MS,
  });
  const { npmCache } = JSON.parse(stdout) as { npmCache: string };
  const registries = await Array.fromAsync(Deno.readDir(npmCache));
  return registries.map(({ name }) =>
    `${relative(PROJECT_DIR, join(npmCache, name)).replaceAll(sep, "/")}/`
  );
}
