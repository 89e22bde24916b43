import type { BackendDirectory, DirectorySnapshot, Target } from "../contract/directory.ts";

/** One exchange's place at a target. */
export interface Place {
  readonly target: Target;
  /** Says that the exchange with this target has ended. May be called more than once. */
  leave(): void;
}

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
    let here = true;
    return {
      target,
      leave: () => {
        if (!here) return;
        here = false;
        add(this.#byTarget, target.id, -1);
        const left = add(this.#byGeneration, generation, -1);
        if (left === 0 && this.#directory.current().generation !== generation) {
          this.#directory.drained(generation);
        }
      },
    };
  }

  #leastBusy(targets: readonly Target[]): Target {
    this.#turn = (this.#turn + 1) % targets.length;
    const inTurn = [...targets.slice(this.#turn), ...targets.slice(0, this.#turn)];
    return inTurn.reduce((best, next) => this.#of(next) < this.#of(best) ? next : best);
  }

  #of(target: Target): number {
    return this.#byTarget.get(target.id) ?? 0;
  }
}

/** Adds to a count; one that comes to nothing is forgotten. */
function add(counts: Map<number, number>, key: number, change: 1 | -1): number {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
  return count;
}
