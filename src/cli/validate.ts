import { formatProblem, type Problem, shownConfig } from "../config/mod.ts";
import { checkConfig } from "../host.ts";
import { type CommandLine, optionOf } from "./arguments.ts";
import { type Console, EXIT } from "./console.ts";
import { type EffectiveReport, effectiveText, shownOptions } from "./effective_text.ts";

/**
 * `ancm-host validate`: reads the configuration as `run` would, modules and all, and prints every problem; with
 * `--effective` also what is in effect.
 */
export async function validate(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
  console: Console,
): Promise<number> {
  const basicAuthFile = optionOf(line, "basic-auth-file");
  const { config, problems, effective } = await checkConfig({
    appDir: line.appDir,
    ...(basicAuthFile === undefined ? {} : { basicAuthFile }),
    environment,
    pathBase: optionOf(line, "path-base") ?? "/",
    strictIis: optionOf(line, "strict-iis") === "true",
    rootConfigOnly: optionOf(line, "root-config-only") === "true",
  });
  const isAsked = optionOf(line, "effective") === "true";
  const report: EffectiveReport | undefined = isAsked && config && effective
    ? {
      folder: config.root,
      files: config.files.map(({ file }) => file),
      options: shownOptions(line, environment),
      locations: shownConfig(effective),
    }
    : undefined;
  if (optionOf(line, "json") === "true") {
    console.out(JSON.stringify({ usable: config !== undefined, problems, ...report }, null, 2));
  } else {
    for (const problem of problems) console.out(formatProblem(problem));
    if (report) effectiveText(report).forEach((text) => console.out(text));
  }
  if (!config) {
    const told = `${count(errorsOf(problems), "error")}: the configuration cannot be used`;
    console.error(`ancm-host: ${told}`);
    return EXIT.config;
  }
  if (optionOf(line, "json") !== "true") console.out(`${config.source.file}: can be used`);
  return EXIT.ok;
}

function errorsOf(problems: readonly Problem[]): number {
  return problems.filter(({ severity }) => severity === "error").length;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
