import { openAppFolder } from "./_app_folder.ts";
import { AppLook } from "./_app_look.ts";
import { inferDeno } from "./_infer_deno.ts";
import { inferDotnet } from "./_infer_dotnet.ts";
import { inferExecutable } from "./_infer_executable.ts";
import { inferNode } from "./_infer_node.ts";
import { inferPython } from "./_infer_python.ts";
import type { Found } from "./app_candidate.ts";
import { formatProblem, ProblemList } from "./problem.ts";

/** What a folder holds that could be served. */
export interface InferredApps extends Found {
  /** Absolute, links resolved; absent where the folder cannot be read, which `hints` tell. */
  readonly root?: string;
  /** Name of the web.config that is there already. */
  readonly webConfig?: string;
}

/** In this order they are shown. */
const KINDS = [inferDotnet, inferNode, inferDeno, inferPython, inferExecutable];

/** Looks what an application folder holds, for whoever wants to write a web.config for it. Starts nothing. */
export async function inferApps(appDir: string): Promise<InferredApps> {
  const problems = new ProblemList();
  const folder = await openAppFolder(appDir, problems);
  if (!folder) return { candidates: [], hints: problems.sorted().map(formatProblem) };
  const look = new AppLook(folder);
  const found = await Promise.all(KINDS.map((infer) => infer(look)));
  const { root, webConfig } = folder;
  return {
    root,
    ...(webConfig === undefined ? {} : { webConfig }),
    candidates: found.flatMap(({ candidates }) => candidates),
    hints: found.flatMap(({ hints }) => hints),
  };
}
