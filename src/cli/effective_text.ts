import type { ShownElement, ShownLocation, ShownSetting } from "../config/mod.ts";
import { type CommandLine, optionOf } from "./arguments.ts";
import { printable } from "./control.ts";
import { RUN_OPTIONS, variableOf } from "./options.ts";

/** What `validate --effective` prints, and how JSON has it. */
export interface EffectiveReport {
  /** The application folder. */
  readonly folder: string;
  /** The files that were read, relative to it. */
  readonly files: readonly string[];
  /** What IIS keeps in the server's own file. */
  readonly options: readonly ShownSetting[];
  readonly locations: readonly ShownLocation[];
}

/** Column where the origin begins, unless what stands before it is longer. */
const ORIGIN_COLUMN = 72;
/** How many built-in items of a list are written out; `--json` has all. */
const MOST_ITEMS = 3;
/** Longest value that is written out. */
const MOST_CHARACTERS = 200;

/** Variables of the host that take the place of an attribute. @see ANCM C-52 */
const LAUNCHERS = { ANCM_LAUNCHER_PATH: "processPath", ANCM_LAUNCHER_ARGS: "arguments" } as const;

/**
 * Gives every option of `run` that has a value, and whether an option, a variable or nobody gave it; behind them the
 * attributes that variables replace, without the variables' values.
 */
export function shownOptions(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
): ShownSetting[] {
  const replaced = Object.entries(LAUNCHERS).filter(([name]) => environment[name]).map((
    [name, attribute],
  ) => ({ name: `aspNetCore/@${attribute}`, value: `%${name}%`, origin: `variable ${name}` }));
  return [...optionsOfRun(line), ...replaced];
}

function optionsOfRun(line: CommandLine): ShownSetting[] {
  return RUN_OPTIONS.flatMap((option): ShownSetting[] => {
    const { name } = option;
    const value = line.values.get(name)?.join(";") ?? optionOf(line, name);
    if (value === undefined) return [];
    const given = line.variables.has(name) ? `variable ${variableOf(option)}` : "option";
    return [{ name: `--${name}`, value, origin: line.values.has(name) ? given : "built-in" }];
  });
}

/** Writes what is in effect as lines: each value with its origin on the right. */
export function effectiveText(report: EffectiveReport): string[] {
  const lines: string[] = [];
  for (const { path, sections } of report.locations) {
    const inner = sections.flatMap((section) => elementLines(section, 1));
    const what = path === "" ? report.folder : `Below /${path}, where it differs`;
    if (inner.length > 0) lines.push("", what, ...inner);
  }
  const options = report.options.map((option) => settingLine(option, 1));
  return [...lines, "", "Options of run", ...options, ""].map(printable);
}

function elementLines(element: ShownElement, depth: number): string[] {
  const { name, origin, settings, elements } = element;
  if (origin !== undefined && elements.length === 0) return [itemLine(element, origin, depth)];
  const head = origin === undefined
    ? indented(name, depth)
    : withOrigin(indented(name, depth), origin);
  const inner = [
    ...settings.map((setting) => settingLine(setting, depth + 1)),
    ...elementsLines(elements, depth + 1),
  ];
  return inner.length > 0 ? [head, ...inner] : [];
}

function elementsLines(elements: readonly ShownElement[], depth: number): string[] {
  const builtIn = elements.filter(({ origin }) => origin === "built-in");
  if (builtIn.length <= MOST_ITEMS) return elements.flatMap((one) => elementLines(one, depth));
  const lines = elements.filter((one) => !builtIn.includes(one))
    .flatMap((one) => elementLines(one, depth));
  const some = builtIn.slice(0, MOST_ITEMS).map(({ settings }) => settings[0]?.value ?? "");
  const rest = builtIn.length - MOST_ITEMS;
  const list = `${builtIn[0]?.name}: ${some.join(", ")} and ${rest} more (--json lists them)`;
  return [...lines, withOrigin(indented(list, depth), "built-in")];
}

/** An item without items of its own stands in one line, like the element that added it. */
function itemLine({ name, settings }: ShownElement, origin: string, depth: number): string {
  const written = settings.filter(({ isDefault }) => !isDefault);
  const attributes = written.map((setting) => `${setting.name}=${JSON.stringify(short(setting))}`);
  return withOrigin(indented([name, ...attributes].join(" "), depth), origin);
}

function settingLine(setting: ShownSetting, depth: number): string {
  return withOrigin(indented(`${setting.name} = ${short(setting) || '""'}`, depth), setting.origin);
}

function short({ value }: ShownSetting): string {
  return value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
}

function indented(text: string, depth: number): string {
  return "  ".repeat(depth) + text;
}

function withOrigin(text: string, origin: string): string {
  return `${text.padEnd(ORIGIN_COLUMN)}  ${origin}`;
}
