import { parseArgs } from "node:util";
import leven from "leven";
import { type OptionSpec, RUN_OPTIONS, variableOf } from "./options.ts";

/** The commands there are, with one line of help each. */
export const COMMANDS = {
  run: "serve the folder (default: the current one)",
  validate: "read the configuration; print every problem; exit 0, or 78 where it cannot be used",
  version: "print the version",
  help: "print this help",
} as const;
/** The name of a command. */
export type CommandName = keyof typeof COMMANDS;

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
    options: Object.fromEntries(RUN_OPTIONS.map((o) => [o.name, {
      type: o.type === "flag" ? "boolean" as const : "string" as const,
      multiple: true,
    }])),
    strict: false,
    tokens: true,
  });
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    if (["help", "h"].includes(token.name)) return { command: "help", appDir: ".", values };
    if (["version", "V"].includes(token.name)) return { command: "version", appDir: ".", values };
    const option = optionNamed(token.name, token.rawName);
    const value = valueOf(option, token.value, token.rawName);
    values.set(
      option.name,
      option.type === "list" ? [...values.get(option.name) ?? [], value] : [value],
    );
  }
  for (const option of RUN_OPTIONS as readonly OptionSpec[]) {
    const text = environment[variableOf(option)];
    if (text !== undefined && text !== "" && !values.has(option.name)) {
      values.set(option.name, fromVariable(option, text));
    }
  }
  return { ...commandOf(positionals), values };
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

function optionNamed(name: string, rawName: string): OptionSpec {
  const option = (RUN_OPTIONS as readonly OptionSpec[]).find((o) => o.name === name);
  if (option) return option;
  const near = nearest(name, RUN_OPTIONS.map((o) => o.name));
  throw new UsageError(
    `Unknown option "${rawName}"; ` +
      (near ? `did you mean "--${near}"?` : `"ancm-host help" lists the options`),
  );
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
  if (
    option.type === "seconds" && !(/^\d{1,4}(\.\d{1,3})?$/.test(value) && Number(value) <= 3600)
  ) {
    throw new UsageError(`Cannot take "${value}" for ${origin}: give seconds from 0 to 3600`);
  }
  if (option.type === "count" && !/^[1-9]\d{0,8}$/.test(value)) {
    throw new UsageError(`Cannot take "${value}" for ${origin}: give a number from 1 to 999999999`);
  }
  if (option.type === "path") return pathOf(value, origin);
  if (typeof option.type === "object" && !option.type.includes(value)) {
    throw new UsageError(`Cannot take "${value}" for ${origin}: give ${option.type.join(" or ")}`);
  }
  return value;
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
export function optionOf(
  line: CommandLine,
  name: typeof RUN_OPTIONS[number]["name"],
): string | undefined {
  const given = line.values.get(name)?.at(-1);
  if (given !== undefined) return given;
  const spec: OptionSpec | undefined = RUN_OPTIONS.find((option) => option.name === name);
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
