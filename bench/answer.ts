import { median, table } from "./statistics.ts";

/** The host's name among the contenders. */
export const HOST = "ancm-host";

/** The backend's name where clients reach it without anything between. */
export const DIRECT = "Kestrel, direct";

/** What one contender came to in one measure. */
export interface Result {
  readonly contender: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** More columns: the median of each. What a contender does not have is left out, never NaN, which JSON has not. */
  readonly beside?: Readonly<Record<string, number>>;
  /** Requests that were not answered well, over all rounds. @default 0 */
  readonly errors?: number;
}

/** One thing that was measured, of all contenders. */
export interface Measure {
  /** Unique among all questions, such as `get-64`. */
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Digits after the decimal point. @default 0 */
  readonly digits?: number;
  readonly better: "more" | "less";
  readonly results: readonly Result[];
}

/** What a question came to. */
export interface Answer {
  readonly measures: readonly Measure[];
  /** What a reader must know to judge the figures; also what was left out, and why. */
  readonly notes: readonly string[];
}

/** One round of one contender: the figure, more figures, and how many requests failed. */
export interface Round {
  readonly value: number;
  readonly beside?: Readonly<Record<string, number>>;
  readonly errors?: number;
}

/** Takes the medians of a contender's rounds. */
export function resultOf(contender: string, rounds: readonly Round[]): Result {
  const values = rounds.map(({ value }) => value);
  const names = Object.keys(rounds[0]?.beside ?? {});
  const beside = names.map((name) =>
    [name, median(rounds.map((round) => round.beside?.[name] ?? NaN))] as const
  );
  return {
    contender,
    median: median(values),
    low: Math.min(...values),
    high: Math.max(...values),
    beside: Object.fromEntries(beside),
    errors: rounds.reduce((sum, { errors = 0 }) => sum + errors, 0),
  };
}

/** Finds the figure of a contender; absent where it was not measured. */
export function figureOf(
  answers: readonly Answer[],
  measure: string,
  contender: string,
): number | undefined {
  return answers.flatMap(({ measures }) => measures)
    .find(({ id }) => id === measure)?.results
    .find((result) => result.contender === contender)?.median;
}

/**
 * Gives a measure as rows of cells, the first row being the titles. Where the host is among the contenders the last
 * column says how many times each one's figure the host's is.
 */
export function rowsOf({ title, unit, digits = 0, results }: Measure): string[][] {
  const number = (value: number) => value.toFixed(digits);
  const names = [...new Set(results.flatMap(({ beside = {} }) => Object.keys(beside)))];
  const host = results.find(({ contender }) => contender === HOST)?.median;
  const compares = host !== undefined && results.length > 1;
  return [
    [title, unit, "low – high", ...names, ...compares ? [`${HOST} is`] : []],
    ...results.map((result) => [
      result.contender + (result.errors ? ` (${result.errors} errors)` : ""),
      number(result.median),
      `${number(result.low)} – ${number(result.high)}`,
      ...names.map((name) => besideText(result.beside?.[name])),
      ...compares ? [`${(host / result.median).toFixed(2)} ×`] : [],
    ]),
  ];
}

/** Gives an answer as a person reads it on the console. */
export function answerText({ measures, notes }: Answer): string {
  const tables = measures.map((measure) => table(rowsOf(measure)));
  return [...tables, ...notes.map((note) => `  ${note}`)].join("\n");
}

function besideText(value: number | undefined): string {
  if (value === undefined) return "–";
  const size = Math.abs(value);
  return value.toFixed(
    Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3,
  );
}
