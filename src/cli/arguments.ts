import { parseArgs } from "node:util";
import leven from "leven";
import {
  CONTROL_OPTIONS,
  INIT_OPTIONS,
  type OptionName,
  type OptionSpec,
  RUN_OPTIONS,
  VALIDATE_OPTIONS,
  variableOf,
} from "./options.ts";

/** The commands there are, with one line of help each. */
export const COMMANDS = {
  run: "serve the folder (default: the current one)",
  validate: "read the configuration; print every problem; exit 0, or 78 where it cannot be used",
  init: "write a web.config for what is in the folder, which it shows before it asks",
  status: "tell how the running host of the folder is",
  recycle: "have that host replace its backend, without losing a request",
  stop: "have that host finish what is under way and end",
  completions: "print what completes this command line in a shell: bash, zsh, fish or pwsh",
  version: "print the version",
  help: "print this help",
} as const;
/** The name of a command. */
export type CommandName = keyof typeof COMMANDS;

const ALL_OPTIONS: readonly OptionSpec[] = [
  ...RUN_OPTIONS,
  ...VALIDATE_OPTIONS,
  ...INIT_OPTIONS,
  ...CONTROL_OPTIONS,
];

/** Wrong usage: exit code 64. The message says what would be right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The command line, understood. */
export interface CommandLine {
  readonly command: CommandName;
  /** As typed, `.` where none was. */
  readonly appDir: string;
  /** By option name; flag beats variable beats default, and absent is neither. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** The options among them that a variable gave. */
  readonly variables: ReadonlySet<string>;
}

/**
 * Understands the arguments and the environment variables that stand for options.
 *
 * @throws {UsageError} when an option is unknown, lacks its value, or has one that cannot be
 */
export function parseCommandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): CommandLine {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(ALL_OPTIONS.map((o) => [o.name, {
      type: o.type === "flag" ? "boolean" as const : "string" as const,
      multiple: true,
    }])),
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const variables = new Set<string>();
  const given = tokens.filter((token) => token.kind === "option");
  for (const { name, rawName } of given) {
    if (["help", "h"].includes(name)) return { command: "help", appDir: ".", values, variables };
    if (["version", "V"].includes(name)) {
      return { command: "version", appDir: ".", values, variables };
    }
    refuseUnknown(name, rawName);
  }
  const positionals = tokens.filter((token) => token.kind === "positional");
  const { command, appDir } = commandOf(positionals.map(({ value }) => value));
  for (const { name, rawName, value: text } of given) {
    const option = optionNamed(command, name, rawName);
    const value = valueOf(option, text, rawName);
    values.set(
      option.name,
      option.type === "list" ? [...values.get(option.name) ?? [], value] : [value],
    );
  }
  for (const option of optionsOf(command)) {
    const text = environment[variableOf(option)];
    if (text !== undefined && text !== "" && !values.has(option.name)) {
      values.set(option.name, fromVariable(option, text));
      variables.add(option.name);
    }
  }
  return { command, appDir, values, variables };
}

/** Whether a command talks to a running host. */
function isControl(command: CommandName): boolean {
  return command === "status" || command === "recycle" || command === "stop";
}

/** Gives the options that a command takes. */
export function optionsOf(command: CommandName): readonly OptionSpec[] {
  switch (command) {
    case "run":
      return RUN_OPTIONS;
    case "validate":
      return [...RUN_OPTIONS, ...VALIDATE_OPTIONS];
    case "init":
      return INIT_OPTIONS;
    case "status":
    case "recycle":
    case "stop":
      return CONTROL_OPTIONS;
    case "completions":
    case "version":
    case "help":
      return [];
  }
}

/** Gives the commands that take an option. */
function commandsWith(name: string): CommandName[] {
  return (Object.keys(COMMANDS) as CommandName[]).filter((command) =>
    optionsOf(command).some((option) => option.name === name)
  );
}

function commandOf(positionals: string[]): { command: CommandName; appDir: string } {
  const [first, ...rest] = positionals;
  const named = first !== undefined && Object.hasOwn(COMMANDS, first);
  const dirs = named ? rest : positionals;
  if (dirs.length > 1) {
    throw new UsageError(
      `Cannot take "${dirs[1]}": one folder is served, and "${dirs[0]}" was already named; ` +
        `quote a folder whose name has spaces`,
    );
  }
  return { command: named ? first as CommandName : "run", appDir: dirs[0] ?? "." };
}

function refuseUnknown(name: string, rawName: string): void {
  const names = ALL_OPTIONS.map((option) => option.name);
  if (names.includes(name)) return;
  const near = nearest(name, names);
  throw new UsageError(
    `Unknown option "${rawName}"; ` +
      (near ? `did you mean "--${near}"?` : `"ancm-host help" lists the options`),
  );
}

function optionNamed(command: CommandName, name: string, rawName: string): OptionSpec {
  const options = optionsOf(command);
  const option = options.find((option) => option.name === name);
  if (option) return option;
  const other = isControl(command)
    ? `it takes ${options.map((option) => `--${option.name}`).join(", ")}`
    : `it is one of ${commandsWith(name).join(", ")}`;
  throw new UsageError(`Option "${rawName}" is none of "${command}": ${other}`);
}

function valueOf(option: OptionSpec, value: string | undefined, rawName: string): string {
  if (option.type === "flag") {
    if (value !== undefined) return checked(option, value, rawName);
    return "true";
  }
  if (value === undefined || value.startsWith("--")) {
    throw new UsageError(
      `Option "${rawName}" needs a value: ${rawName} ${option.value ?? "VALUE"}`,
    );
  }
  return checked(option, value, rawName);
}

function fromVariable(option: OptionSpec, text: string): string[] {
  const origin = variableOf(option);
  if (option.type !== "list") return [checked(option, text, origin)];
  return text.split(";").map((part) => part.trim()).filter((part) => part !== "");
}

function checked(option: OptionSpec, value: string, origin: string): string {
  if (option.type === "flag") {
    const flag = { true: "true", "1": "true", false: "false", "0": "false" }[value.toLowerCase()];
    if (!flag) throw new UsageError(`Cannot take "${value}" for ${origin}: give true or false`);
    return flag;
  }
  if (option.type === "seconds" || option.type === "count") {
    checkNumber(option, option.type, value, origin);
  }
  if (option.type === "path") return pathOf(value, origin);
  if (typeof option.type === "object" && !option.type.includes(value)) {
    throw new UsageError(`Cannot take "${value}" for ${origin}: give ${option.type.join(" or ")}`);
  }
  return value;
}

function checkNumber(
  option: OptionSpec,
  type: "seconds" | "count",
  value: string,
  origin: string,
): void {
  const [least, greatest] = option.range ?? (type === "seconds" ? [0, 3600] : [1, 999_999_999]);
  const isNumber = type === "seconds" ? /^\d{1,10}(\.\d{1,3})?$/ : /^(0|[1-9]\d{0,9})$/;
  if (isNumber.test(value) && Number(value) >= least && Number(value) <= greatest) return;
  const what = type === "seconds" ? "seconds" : "a number";
  throw new UsageError(
    `Cannot take "${value}" for ${origin}: give ${what} from ${least} to ${greatest}`,
  );
}

/** Gives a virtual path as the host has it: `/`, or `/sub` without a slash at its end. */
function pathOf(value: string, origin: string): string {
  const isPath = value.startsWith("/") && !/[\\?#%*\s]|\/\/|(^|\/)\.\.?(\/|$)/.test(value);
  if (!isPath) {
    throw new UsageError(
      `Cannot take "${value}" for ${origin}: give a path such as /shop/api, without dots, escapes and spaces`,
    );
  }
  return value === "/" ? value : value.replace(/\/$/, "");
}

/** Gives the value of an option, or its default where the table names one that is a value. */
export function optionOf(line: CommandLine, name: OptionName): string | undefined {
  const given = line.values.get(name)?.at(-1);
  if (given !== undefined) return given;
  const spec = optionsOf(line.command).find((option) => option.name === name);
  return spec?.computed ? undefined : spec?.default;
}

/** Gives the candidate a person most likely meant, if one is near enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.map((candidate) => ({ candidate, distance: leven(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, Math.floor(word.length / 3))
    ? best.candidate
    : undefined;
}
