import { type Measure, resultOf, type Round } from "./answer.ts";

/**
 * Measures each contender once, then each once more, and so on (A B C A B C …), so that what disturbs the machine
 * for a while disturbs all of them.
 *
 * @throws {Error} naming the contender whose round failed
 */
export async function interleaved<C extends { readonly name: string }>(
  contenders: readonly C[],
  rounds: number,
  measure: (contender: C) => Promise<Round>,
): Promise<Round[][]> {
  const measured = contenders.map((): Round[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      measured[i]!.push(await naming(contender, measure));
    }
  }
  return measured;
}

async function naming<C extends { readonly name: string }>(
  contender: C,
  measure: (contender: C) => Promise<Round>,
): Promise<Round> {
  try {
    return await measure(contender);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot measure ${contender.name}: ${message}`, { cause: error });
  }
}

/** Makes a measure of the contenders' rounds. */
export function measureOf(
  about: Omit<Measure, "results">,
  contenders: readonly { readonly name: string }[],
  rounds: readonly (readonly Round[])[],
): Measure {
  return { ...about, results: contenders.map(({ name }, i) => resultOf(name, rounds[i] ?? [])) };
}
