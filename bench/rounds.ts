import { type Measure, resultOf, type Round } from "./answer.ts";

/**
 * Measures each contender once, then each once more, and so on (A B C A B C …), so that what disturbs the machine
 * for a while disturbs all of them.
 */
export async function interleaved<C>(
  contenders: readonly C[],
  rounds: number,
  measure: (contender: C) => Promise<Round>,
): Promise<Round[][]> {
  const measured = contenders.map((): Round[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      measured[i]!.push(await measure(contender));
    }
  }
  return measured;
}

/** Makes a measure of the contenders' rounds. */
export function measureOf(
  about: Omit<Measure, "results">,
  contenders: readonly { readonly name: string }[],
  rounds: readonly (readonly Round[])[],
): Measure {
  return { ...about, results: contenders.map(({ name }, i) => resultOf(name, rounds[i] ?? [])) };
}
