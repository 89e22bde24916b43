/** How long a question measures. */
export interface Plan {
  readonly isQuick: boolean;
  /** Each contender is measured that often, all of them in turn. */
  readonly rounds: number;
  readonly roundSeconds: number;
  /** Load that each contender gets before its first round. */
  readonly warmUpSeconds: number;
}

/** The plan of a run whose figures are kept. */
export const FULL: Plan = { isQuick: false, rounds: 5, roundSeconds: 4, warmUpSeconds: 6 };

/** The plan of `--quick`: shows that everything works, and figures to within a fifth or so. */
export const QUICK: Plan = { isQuick: true, rounds: 3, roundSeconds: 1, warmUpSeconds: 2 };

/** Says in a sentence how long was measured. */
export function planText({ isQuick, rounds, roundSeconds, warmUpSeconds }: Plan): string {
  const quick = isQuick ? "A quick run, whose figures are rough: " : "";
  return `${quick}${rounds} rounds of ${roundSeconds} s each after ${warmUpSeconds} s of warm-up, unless a question says otherwise.`;
}
