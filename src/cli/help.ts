import { COMMANDS } from "./arguments.ts";
import { type Console, EXIT } from "./console.ts";
import {
  CONTROL_OPTIONS,
  INIT_OPTIONS,
  type OptionSpec,
  RUN_OPTIONS,
  usageOf,
  VALIDATE_OPTIONS,
  variableOf,
} from "./options.ts";

/** `ancm-host help`: the commands and the options. */
export function help(console: Console): number {
  console.out("ancm-host: serves an application folder as IIS with the ASP.NET Core Module does\n");
  console.out("Usage: ancm-host [COMMAND] [APP_DIR] [OPTIONS]\n\nCommands:");
  for (const [name, doc] of Object.entries(COMMANDS)) console.out(`  ${name.padEnd(11)} ${doc}`);
  console.out("\nOptions of run (each also an environment variable; the option wins):");
  for (const option of RUN_OPTIONS) console.out(optionHelp(option));
  console.out("\nOptions of validate, beside those of run:");
  for (const option of VALIDATE_OPTIONS) console.out(optionHelp(option));
  console.out("\nOptions of init:");
  for (const option of INIT_OPTIONS) console.out(optionHelp(option));
  console.out("\nOptions of status, recycle and stop:");
  for (const option of CONTROL_OPTIONS) console.out(optionHelp(option));
  console.out(`
Exit codes: 0 stopped as asked, 64 wrong usage, 69 cannot listen, 70 a bug, 78 the
configuration cannot be used; of status, recycle and stop: 0 done, 69 no host runs there, 70 it
answered with an error, 75 not done: the old backend serves on, or the time was over; of init:
0 written, 64 several can be started or nobody can be asked, 73 there is a web.config already or
none can be written, 75 somebody said no, 78 nothing there can be served.

SIGTERM or SIGINT drains and stops; a second one stops at once. SIGHUP recycles.`);
  return EXIT.ok;
}

function optionHelp(option: OptionSpec): string {
  const usual = option.default ? ` Default: ${option.default}.` : "";
  const doc = `${option.doc.replaceAll("`", "")}.${usual} [${variableOf(option)}]`;
  return `  ${usageOf(option)}\n${wrapped(doc, 88).map((line) => `        ${line}`).join("\n")}`;
}

function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
