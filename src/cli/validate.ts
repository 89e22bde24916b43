import { formatProblem, readConfig } from "../config/mod.ts";
import type { CommandLine } from "./arguments.ts";
import { type Console, EXIT } from "./console.ts";

/** `ancm-host validate`: reads the configuration as `run` would and prints every problem. */
export async function validate(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
  console: Console,
): Promise<number> {
  const { config, problems } = await readConfig(line.appDir, { environment });
  for (const problem of problems) console.out(formatProblem(problem));
  const errors = problems.filter((problem) => problem.severity === "error").length;
  if (!config) {
    console.error(`ancm-host: ${count(errors, "error")}: the configuration cannot be used`);
    return EXIT.config;
  }
  console.out(`${config.source.file}: can be used`);
  return EXIT.ok;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
