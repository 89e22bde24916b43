import type { PatternEngines } from "./_engines.ts";
import { bounded, type Captures, type Pattern, type Reading, type TextPattern } from "./pattern.ts";
import {
  firstLetter,
  isObviouslyLinear,
  judgeableForm,
  takesAll,
  withAnchoredStart,
} from "./_shape.ts";
import { foldCase, wildcardSearch } from "./_wildcard.ts";

/** How a pattern is written: searched for as a regular expression, or compared as a whole. */
export type PatternSyntax = "ECMAScript" | "Wildcard" | "ExactMatch";

/** How a pattern is compiled. */
export interface PatternOptions {
  /** @default "ECMAScript" */
  readonly syntax?: PatternSyntax;
  /** @default false */
  readonly ignoreCase?: boolean;
  /** Whether a regular expression that no engine runs in bounded time is used all the same. @default false */
  readonly allowSlow?: boolean;
}

/** What is spent on judging an expression that another engine takes, if need be; and one that none does. */
const FEW_STEPS = 200;
const MANY_STEPS = 1_000;

let engines: PatternEngines | undefined;

/**
 * Loads what judges regular expressions, where one of them needs it. To be awaited before they are compiled. Takes
 * some milliseconds, which hosts with plain patterns, or none, do not spend.
 *
 * @param lines expressions for {@linkcode compilePattern}
 * @param texts expressions for {@linkcode compileTextPattern}
 */
export async function loadPatternEngines(
  lines: readonly string[],
  texts: readonly string[] = [],
): Promise<void> {
  const sources = [...lines.map(withAnchoredStart), ...texts];
  if (!engines && !sources.every(isObviouslyLinear)) engines = await import("./_engines.ts");
}

/**
 * Compiles a pattern for lines: URLs, fields and the like, in which `.` is any character. A regular expression that
 * is fast on every input becomes a `RegExp`; of the others those that a linear-time engine takes run there.
 *
 * @see IIS M-RW-3 … M-RW-5, M-RW-12, M-RW-13
 */
export function compilePattern(text: string, options: PatternOptions = {}): Reading<Pattern> {
  const { syntax = "ECMAScript", ignoreCase = false } = options;
  if (syntax === "Wildcard") return { pattern: bounded(wildcardSearch(text, ignoreCase)) };
  if (syntax === "ExactMatch") return { pattern: bounded(exactSearch(text, ignoreCase)) };
  const all = takesAll(text);
  if (all) {
    return { pattern: bounded(all === "plainly" ? (input) => [input] : (input) => [input, input]) };
  }
  const flags = ignoreCase ? "is" : "s";
  const choice = chooseEngine(text, flags, { source: withAnchoredStart(text), ...options });
  if ("wrong" in choice) return choice;
  const { expression, warning } = choice;
  const pattern = bounded(
    expression instanceof RegExp
      ? lineSearch(expression)
      : (input) => expression.find(input, 0)?.captures ?? null,
  );
  return warning === undefined ? { pattern } : { pattern, warning };
}

/**
 * Compiles a pattern for whole texts, in which `.` does not pass the end of a line. No wildcards.
 *
 * @see IIS M-RW-83
 */
export function compileTextPattern(
  text: string,
  { syntax, ignoreCase = false, allowSlow = false }: PatternOptions = {},
): Reading<TextPattern> {
  const source = syntax === "ExactMatch" ? text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&") : text;
  const choice = chooseEngine(source, ignoreCase ? "gi" : "g", { source, allowSlow });
  if ("wrong" in choice) return choice;
  const { expression, warning } = choice;
  const pattern: TextPattern = expression instanceof RegExp
    ? { find: (input, from) => findFrom(expression, input, from) }
    : expression;
  return warning === undefined ? { pattern } : { pattern, warning };
}

/** A regular expression on one of the engines, or why there is none. */
type Choice =
  | { readonly expression: RegExp | TextPattern; readonly warning?: string }
  | { readonly wrong: string; readonly right: string };

/** @param source the same expression as `text`, in a form that is faster or easier to judge */
function chooseEngine(
  text: string,
  flags: string,
  { source, allowSlow }: { readonly source: string; readonly allowSlow?: boolean },
): Choice {
  const expression = regExpOf(source, flags);
  if (typeof expression === "string") {
    return { wrong: `it is no regular expression (${expression})`, right: "correct it" };
  }
  if (isObviouslyLinear(source)) return { expression };
  if (!engines) throw new Error("loadPatternEngines() was not told of this expression");
  const linear = engines.linearTime(text, flags);
  const form = judgeableForm(source);
  const steps = linear ? FEW_STEPS : MANY_STEPS;
  const judgement = form === undefined ? "unknown" : engines.judge(form, flags, steps);
  if (judgement === "linear") return { expression };
  if (linear) return { expression: linear };
  const what = judgement === "slow"
    ? "it can take very long on some inputs"
    : "it could not be found out whether it is fast on every input";
  if (allowSlow) return { expression, warning: what };
  return {
    wrong: `${what}, and lookaround or back-references keep it from an engine that always is`,
    right: "write it without nested or adjoining repetitions, or accept the risk with " +
      'handlerSetting name="allowSlowPatterns" value="true"',
  };
}

/** Gives what is wrong where it is none. */
function regExpOf(source: string, flags: string): RegExp | string {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    return error instanceof Error ? error.message.split(": ").at(-1) ?? "" : String(error);
  }
}

/** Most requests fit few of many patterns: where one look at the input says no, the engine is not asked. */
function lineSearch(expression: RegExp): (input: string) => Captures | null {
  const first = firstLetter(expression.source);
  if (first === undefined) return (input) => expression.exec(input);
  // With bit 6 set a capital is the small letter; what else becomes one is sorted out by the expression.
  return (input) => (input.charCodeAt(0) | 0x20) === first ? expression.exec(input) : null;
}

function exactSearch(text: string, ignoreCase: boolean): (input: string) => Captures | null {
  if (!ignoreCase) return (input) => input === text ? [input] : null;
  const folded = foldCase(text);
  return (input) => foldCase(input) === folded ? [input] : null;
}

function findFrom(expression: RegExp, text: string, from: number): ReturnType<TextPattern["find"]> {
  expression.lastIndex = from;
  const captures = expression.exec(text);
  return captures ? { captures, index: captures.index } : undefined;
}
