import type { Place, SectionElement } from "../../config/mod.ts";
import { valuesOf } from "../../config/section.ts";
import type { CompileParts } from "../module_source.ts";
import { compilePattern, compileTextPattern, type PatternSyntax } from "../patterns/compile.ts";
import type { Pattern, Reading, TextPattern } from "../patterns/pattern.ts";
import {
  cheapestFirst,
  type Condition,
  type Conditions,
  type PatternCondition,
} from "./_conditions.ts";
import { compileExpression, type Expression, ExpressionError } from "./_expression.ts";
import type { RewriteMap } from "./_maps.ts";
import { CONDITION, conditionsSchema } from "./_match_schema.ts";

/** What the parts of rules are compiled with. */
export interface RuleCompilerOptions {
  readonly parts: CompileParts;
  readonly maps: ReadonlyMap<string, RewriteMap>;
  /** Names in upper case that some rule sets. */
  readonly ownVariables: ReadonlySet<string>;
  /** Whether `{R:n}` is decoded text, as it is of a path. */
  readonly isMatchDecoded: boolean;
  /** The sub-status of 500 that IIS would have answered: 50 or, of outbound rules, 53. */
  readonly subStatus: number;
}

/** Settings of patterns, as rules and conditions have them. */
export interface PatternSettings {
  readonly syntax: PatternSyntax;
  readonly ignoreCase: boolean;
}

/** Compiles patterns, expressions and conditions, and reports what is wrong with them. */
export class RuleCompiler {
  readonly #options: RuleCompilerOptions;

  constructor(options: RuleCompilerOptions) {
    this.#options = options;
  }

  /** Compiles a pattern for one line; undefined where a problem was reported. */
  pattern(element: SectionElement, name: string, settings: PatternSettings): Pattern | undefined {
    return this.#read(
      element,
      name,
      (text) => compilePattern(text, this.#patternOptions(settings)),
    );
  }

  /** Compiles a pattern for a whole content; undefined where a problem was reported. */
  textPattern(
    element: SectionElement,
    name: string,
    settings: PatternSettings,
  ): TextPattern | undefined {
    const options = this.#patternOptions(settings);
    return this.#read(element, name, (text) => compileTextPattern(text, options));
  }

  /**
   * Compiles an attribute that is an expression; undefined where a problem was reported.
   *
   * @param otherwise what an absent attribute is
   */
  expression(element: SectionElement, name: string, otherwise = ""): Expression | undefined {
    const { maps, ownVariables, isMatchDecoded } = this.#options;
    const setting = element.settings[name];
    const place = setting?.place ?? element.place;
    try {
      return compileExpression(String(setting?.value ?? otherwise), {
        maps,
        isMatchDecoded,
        unknown: (variable) => {
          if (ownVariables.has(variable)) return;
          const what = `Unknown server variable "${variable}" in "${name}" is always empty`;
          this.warning(place, `${what}; correct its name, or set it in a rule`);
        },
      });
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.error(place, `Invalid "${name}": ${error.message}`);
      return undefined;
    }
  }

  /** Compiles the conditions of a rule. */
  conditions(element: SectionElement | undefined, syntax: PatternSyntax): Conditions {
    if (!element) return { all: [], isAny: false, tracksAll: false };
    const { logicalGrouping, trackAllCaptures } = valuesOf(conditionsSchema(false), element);
    const conditions: Conditions = {
      all: element.items.map((item) => this.#condition(item, syntax)).filter((one) =>
        one !== undefined
      ),
      isAny: logicalGrouping === "MatchAny",
      tracksAll: trackAllCaptures,
    };
    const captures = element.items.some(({ settings }) =>
      settings.matchType?.value !== "Pattern" &&
      /\{\s*c\s*:/i.test(String(settings.input?.value ?? ""))
    );
    return captures ? conditions : cheapestFirst(conditions);
  }

  /** Compiles a precondition of outbound rules. */
  preCondition(element: SectionElement, isAny: boolean, syntax: PatternSyntax): Conditions {
    const all = element.items.map((item) => this.#patternCondition(item, syntax));
    return { all: all.filter((one) => one !== undefined), isAny, tracksAll: true };
  }

  /** Reports what keeps the configuration from being used. */
  error(place: Place | undefined, message: string, subStatus = this.#options.subStatus): void {
    this.#options.parts.problem({ severity: "error", ...place ?? NOWHERE, message, subStatus });
  }

  /** Reports what probably is not meant. */
  warning(place: Place | undefined, message: string): void {
    this.#options.parts.problem({ severity: "warning", ...place ?? NOWHERE, message });
  }

  #condition(item: SectionElement, syntax: PatternSyntax): Condition | undefined {
    const { matchType, input, negate: isNegated } = valuesOf(CONDITION, item);
    if (matchType !== "Pattern") {
      const path = this.expression(item, "input", "{REQUEST_FILENAME}");
      return path && { kind: matchType, path, isNegated };
    }
    if (input === undefined) {
      return void this.error(item.place, 'Missing attribute "input" in add; add it', 19);
    }
    return this.#patternCondition(item, syntax);
  }

  #patternCondition(item: SectionElement, syntax: PatternSyntax): PatternCondition | undefined {
    const { ignoreCase, negate: isNegated } = valuesOf(CONDITION, item);
    const expression = this.expression(item, "input");
    // Without a pattern only an empty input fits: M-RW-26.
    const exact = item.settings.pattern?.value === "" ? "ExactMatch" : syntax;
    const pattern = this.pattern(item, "pattern", { syntax: exact, ignoreCase });
    return expression && pattern && { kind: "Pattern", input: expression, pattern, isNegated };
  }

  #patternOptions(settings: PatternSettings) {
    return { ...settings, allowSlow: this.#options.parts.allowSlowPatterns ?? false };
  }

  #read<P>(
    element: SectionElement,
    name: string,
    compile: (text: string) => Reading<P>,
  ): P | undefined {
    const setting = element.settings[name];
    const place = setting?.place ?? element.place;
    const reading = compile(String(setting?.value ?? ""));
    if ("wrong" in reading) {
      const { wrong, right } = reading;
      return void this.error(place, `Cannot use the pattern in "${name}": ${wrong}; ${right}`);
    }
    if (reading.warning !== undefined) {
      this.warning(place, `Slow pattern in "${name}": ${reading.warning}; write it another way`);
    }
    return reading.pattern;
  }
}

/** For what no file says. */
const NOWHERE: Place = { file: "web.config" };
