import type { BackendDirectory, DirectorySnapshot, Target } from "../contract/directory.ts";

/**
 * Counts exchanges by target, to choose the least busy one (ties in turn), and by generation, to tell the
 * directory when the last one of a past generation has ended.
 *
 * @see ANCM P-40
 */
export class InFlight {
  readonly #directory: BackendDirectory;
  readonly #byTarget = new Map<number, number>();
  readonly #byGeneration = new Map<number, number>();
  #turn = 0;

  constructor(directory: BackendDirectory) {
    this.#directory = directory;
  }

  /** Takes a place at the least busy target of a snapshot that is ready. */
  enter({ targets, generation }: DirectorySnapshot): Place {
    const target = this.#leastBusy(targets);
    add(this.#byTarget, target.id, 1);
    add(this.#byGeneration, generation, 1);
    return new Place(target, generation, this);
  }

  /** For {@linkcode Place.leave}. */
  leave({ target, generation }: Place): void {
    add(this.#byTarget, target.id, -1);
    const left = add(this.#byGeneration, generation, -1);
    if (left === 0 && this.#directory.current().generation !== generation) {
      this.#directory.drained(generation);
    }
  }

  #leastBusy(targets: readonly Target[]): Target {
    this.#turn = (this.#turn + 1) % targets.length;
    let best = targets[this.#turn]!;
    for (let i = 1; i < targets.length; i++) {
      const next = targets[(this.#turn + i) % targets.length]!;
      if (this.#of(next) < this.#of(best)) best = next;
    }
    return best;
  }

  #of(target: Target): number {
    return this.#byTarget.get(target.id) ?? 0;
  }
}

/** One exchange's place at a target. */
export class Place {
  readonly target: Target;
  readonly generation: number;

  readonly #inFlight: InFlight;
  #isLeft = false;

  constructor(target: Target, generation: number, inFlight: InFlight) {
    this.target = target;
    this.generation = generation;
    this.#inFlight = inFlight;
  }

  /** Says that the exchange with this target has ended. May be called more than once. */
  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#inFlight.leave(this);
  }
}

/** Adds to a count; one that comes to nothing is forgotten. */
function add(counts: Map<number, number>, key: number, change: 1 | -1): number {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
  return count;
}
