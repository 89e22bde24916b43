import { dirname } from "node:path";
import { formatProblem } from "../../src/config/problem.ts";
import {
  readConfig,
  type ReadConfigOptions,
  type ReadConfigResult,
} from "../../src/config/read_config.ts";

/** A handler and a section that nothing is wrong with. */
export const USUAL =
  '<handlers><add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2"/></handlers>' +
  '<aspNetCore processPath="dotnet" arguments="App.dll"/>';

/** What was read, and its problems as they are printed. */
export interface ReadFolder extends ReadConfigResult {
  readonly printed: readonly string[];
}

/** Writes a web.config whose `system.webServer` holds this beside the usual, and what stands beside that. */
export function webConfig(inside = "", beside = ""): string {
  return `<configuration>\n<system.webServer>${USUAL}\n${inside}\n</system.webServer>\n${beside}\n</configuration>`;
}

/** Writes a web.config of a sub-folder. */
export function subConfig(inside: string): string {
  return `<configuration><system.webServer>${inside}</system.webServer></configuration>`;
}

/** Makes a temporary folder with these files for as long as something is done with it. */
export async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(`${dir}/${dirname(name)}`, { recursive: true });
      await Deno.writeTextFile(`${dir}/${name}`, text);
    }
    return await use(await Deno.realPath(dir));
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Reads a folder with these files. */
export function readFolder(
  files: Readonly<Record<string, string>>,
  options: Partial<ReadConfigOptions> = {},
): Promise<ReadFolder> {
  return withFolder(files, async (dir) => {
    const result = await readConfig(dir, { environment: {}, ...options });
    return { ...result, printed: result.problems.map(formatProblem) };
  });
}
