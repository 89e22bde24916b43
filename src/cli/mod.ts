import { type CommandLine, COMMANDS, nearest, parseCommandLine, UsageError } from "./arguments.ts";
import { completions } from "./completions.ts";
import { type Console, EXIT } from "./console.ts";
import { help } from "./help.ts";
import { init } from "./init.ts";
import { recycle } from "./recycle.ts";
import { run } from "./run.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { validate } from "./validate.ts";
import { version } from "./version.ts";

/** Does what the command line asks and gives the exit code. Never rejects. */
export async function main(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  console: Console,
): Promise<number> {
  try {
    const line = parseCommandLine(args, environment);
    await refuseMistypedCommand(line, args);
    return await execute(line, environment, console);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`ancm-host: ${error.message}`);
      return EXIT.usage;
    }
    console.error("ancm-host: this is a bug of the host; please report it with these lines");
    console.error(error instanceof Error ? error.stack ?? error.message : String(error));
    return EXIT.bug;
  }
}

function execute(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
  console: Console,
): Promise<number> | number {
  switch (line.command) {
    case "run":
      return run(line, environment);
    case "validate":
      return validate(line, environment, console);
    case "init":
      return init(
        line,
        console,
        Deno.stdin.isTerminal() ? (question) => confirm(question) : undefined,
      );
    case "status":
      return status(line, environment, console);
    case "recycle":
      return recycle(line, environment, console);
    case "stop":
      return stop(line, environment, console);
    case "completions":
      return completions(line.appDir, console);
    case "version":
      return version(console);
    case "help":
      return help(console);
  }
}

/** A word that is no folder and nearly a command was meant as one. */
async function refuseMistypedCommand(line: CommandLine, args: readonly string[]): Promise<void> {
  if (line.command !== "run" || args.includes("run")) return;
  const command = nearest(line.appDir, Object.keys(COMMANDS));
  if (command === undefined || await Deno.stat(line.appDir).catch(() => undefined)) return;
  throw new UsageError(`Unknown command "${line.appDir}"; did you mean "${command}"?`);
}
