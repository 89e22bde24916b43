import { delimiter, extname, isAbsolute, join } from "node:path";
import { fileKind } from "../watch/_app_files.ts";
import type { ProgramQuestion } from "./_program.ts";
import { valueOf } from "./environment.ts";
import { StartFault } from "../process/failure.ts";

/**
 * Finds the program as Windows and the module do: a file of the application folder by exactly that name, else the
 * search path, `.exe` added where there is no extension. Type-checked only.
 *
 * @throws {StartFault} start-no-program
 * @see ANCM C-53
 * @see ANCM C-54
 */
export async function findWindowsProgram(question: ProgramQuestion): Promise<string> {
  const candidates = candidatesOf(question);
  for (const candidate of candidates) {
    if (await fileKind(candidate) !== "absent") return candidate;
  }
  throw new StartFault(
    "start-no-program",
    `Cannot run "${question.processPath}": no such program was found`,
    [`Looked for: ${candidates.join(", ")}`],
  );
}

function candidatesOf({ processPath, root, environment }: ProgramQuestion): string[] {
  const below = /[:%]/.test(processPath) ? [] : [join(root, processPath)];
  const names = extname(processPath) === "" ? [`${processPath}.exe`, processPath] : [processPath];
  if (isAbsolute(processPath)) return [...below, ...names];
  if (/[\\/]/.test(processPath)) return [...below, ...names.map((name) => join(root, name))];
  const folders = (valueOf(environment, "PATH") ?? "").split(delimiter);
  const programFiles = valueOf(environment, "ProgramFiles");
  if (programFiles !== undefined) folders.push(join(programFiles, "dotnet"));
  return [...below, ...folders.filter(isAbsolute).flatMap((f) => names.map((n) => join(f, n)))];
}
