/** Give it to get the same run again. */
const SEED = Number(Deno.env.get("SEED") ?? Date.now() % 1_000_000_000);

/** Chooses at random, the same way again for the same seed. */
export interface Random {
  /** A whole number from 0 up to, not including, `count`. */
  index(count: number): number;
  /** One of them; there must be one. */
  of<T>(all: readonly T[]): T;
  /** As many bytes. */
  bytes(count: number): Uint8Array;
}

/** Registers a test that gets random input; its name tells the seed. */
export function seededTest(name: string, body: (random: Random) => void | Promise<void>): void {
  Deno.test(`${name} (SEED=${SEED})`, () => body(seededRandom(SEED)));
}

/** Makes a small repeatable generator (xorshift32). */
function seededRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const index = (count: number) => next() % count;
  return {
    index,
    of(all) {
      if (all.length === 0) throw new RangeError("Cannot choose one of none");
      return all[index(all.length)]!;
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => next() & 255),
  };
}
