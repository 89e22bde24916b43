import { RE2JS } from "re2js";
import { isSafePattern } from "redos-detector";
import type { TextPattern } from "./pattern.ts";

/** How long backtracking over an expression can take: no longer than the input, longer, or nobody knows. */
export type Judgement = "linear" | "slow" | "unknown";

/** This module: it is loaded only where it is needed. */
export interface PatternEngines {
  readonly judge: typeof judge;
  readonly linearTime: typeof linearTime;
}

/**
 * Judges a regular expression.
 *
 * @param steps how much is spent on it; a number and no time, so that every machine finds the same
 */
export function judge(source: string, flags: string, steps: number): Judgement {
  try {
    const { safe, error } = isSafePattern(source, {
      caseInsensitive: flags.includes("i"),
      dotAll: flags.includes("s"),
      maxSteps: steps,
      timeout: JUDGING_MS,
    });
    if (safe) return "linear";
    return error === "hitMaxScore" ? "slow" : "unknown";
  } catch {
    return "unknown"; // it does not read everything that RegExp does
  }
}

/** Makes a regular expression that never backtracks; undefined for one with lookahead or back-references. */
export function linearTime(source: string, flags: string): LinearTime | undefined {
  try {
    let options = RE2JS.LOOKBEHINDS;
    if (flags.includes("i")) options |= RE2JS.CASE_INSENSITIVE;
    if (flags.includes("s")) options |= RE2JS.DOTALL;
    return new LinearTime(RE2JS.compile(RE2JS.translateRegExp(source), options));
  } catch {
    return undefined;
  }
}

/** A regular expression on an engine whose time grows no faster than its input. */
class LinearTime implements TextPattern {
  readonly #expression: RE2JS;

  constructor(expression: RE2JS) {
    this.#expression = expression;
  }

  find(text: string, from: number): ReturnType<TextPattern["find"]> {
    // To find out that nothing fits is cheap, and is what most requests need.
    if (from === 0 && !this.#expression.test(text)) return undefined;
    const matcher = this.#expression.matcher(text);
    if (!matcher.find(from)) return undefined;
    const captures = Array.from(
      { length: matcher.groupCount() + 1 },
      (_, i) => matcher.group(i) ?? undefined,
    );
    return { captures, index: matcher.start(0) };
  }
}

/** The end of all patience with one expression; what usually ends it is the number of steps. Milliseconds. */
const JUDGING_MS = 5_000;
