import type { AppLook } from "./_app_look.ts";
import type { AppCandidate, Found } from "./app_candidate.ts";
import { publishedCommand, RUNTIME_CONFIG } from "./infer.ts";
import { ProblemList } from "./problem.ts";

/** Finds published .NET applications, and source trees that become one. */
export async function inferDotnet({ folder }: AppLook): Promise<Found> {
  const candidates: AppCandidate[] = [];
  const hints: string[] = [];
  for (const file of folder.files.filter((name) => name.endsWith(RUNTIME_CONFIG))) {
    const problems = new ProblemList();
    const command = await publishedCommand(folder, file, problems);
    if (command) candidates.push(candidateOf(command.processPath, command.arguments, file));
    else hints.push(...problems.sorted().map(({ message }) => `"${file}": ${message}`));
  }
  const project = folder.files.find((name) => /\.(cs|fs|vb)proj$/i.test(name));
  if (project !== undefined && candidates.length === 0) hints.push(sourceHint(project));
  return { candidates, hints };
}

function candidateOf(processPath: string, args: string, file: string): AppCandidate {
  const how = args === "" ? "with a runtime of its own" : "for an installed .NET";
  const reason = `"${file}" belongs to an application that was published ${how}`;
  return { kind: "dotnet", entry: file, reason, processPath, arguments: args, notes: [] };
}

function sourceHint(project: string): string {
  return `"${project}" is a source tree: serve the folder that "dotnet publish -c Release -o FOLDER" makes, ` +
    `or run it for development with "ancm-host run --watch"`;
}
