import { type CommandName, COMMANDS, optionsOf } from "./arguments.ts";
import type { OptionSpec } from "./options.ts";

/** The shells that can be served. */
export const SHELLS = ["bash", "zsh", "fish", "pwsh"] as const;
/** One of {@linkcode SHELLS}. */
export type Shell = typeof SHELLS[number];

/** An option as a shell has to know it. */
export interface CompletedOption {
  /** Without the leading dashes. */
  readonly name: string;
  /** A few words of letters, digits and harmless marks: nothing that a shell would read as its own. */
  readonly doc: string;
  /** What follows it: nothing, some text, a file, or one of these words. */
  readonly value: "none" | "text" | "file" | readonly string[];
  /** Whether it may be given again. */
  readonly repeats: boolean;
}

/** A command as a shell has to know it. */
export interface CompletedCommand {
  readonly name: string;
  readonly doc: string;
  readonly options: readonly CompletedOption[];
  /** What stands beside the options. */
  readonly operand: "folder" | "shell" | "none";
}

/** Gives all that there is to complete, from the tables by which the command line is understood. */
export function completedCommands(): readonly CompletedCommand[] {
  return Object.entries(COMMANDS).map(([name, doc]) => ({
    name,
    doc: fewWords(doc),
    options: optionsOf(name as CommandName).map(completedOption),
    operand: operandOf(name as CommandName),
  }));
}

/** Gives each option of any command once. */
export function allOptions(commands: readonly CompletedCommand[]): readonly CompletedOption[] {
  const byName = new Map(commands.flatMap(({ options }) => options).map((one) => [one.name, one]));
  return [...byName.values()];
}

function operandOf(command: CommandName): CompletedCommand["operand"] {
  if (command === "completions") return "shell";
  return command === "help" || command === "version" ? "none" : "folder";
}

function completedOption(option: OptionSpec): CompletedOption {
  const { name, type } = option;
  return { name, doc: fewWords(option.doc), value: valueOf(option), repeats: type === "list" };
}

function valueOf({ type, value }: OptionSpec): CompletedOption["value"] {
  if (typeof type === "object") return type;
  if (type === "flag") return "none";
  return value === "FILE" || value?.startsWith("FILE|") ? "file" : "text";
}

/** The beginning of a sentence, without what any of the shells would take for more than a letter. */
function fewWords(doc: string): string {
  const [start = ""] = doc.split(/[.;:,](?:\s|$)| \(/);
  return start.replace(/[^\w ./#+-]/g, "").trim();
}
