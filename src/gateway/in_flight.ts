import type { BackendDirectory, DirectorySnapshot, Target } from "../contract/directory.ts";
import type { Traffic } from "../contract/traffic.ts";
import { GenerationLoad, TargetLoad } from "./_loads.ts";
import type { Transport } from "./transport.ts";

/** What an {@linkcode InFlight} needs. */
export interface InFlightOptions {
  readonly directory: BackendDirectory;
  /** Is told at once which targets there are. */
  readonly transport: Pick<Transport, "retain">;
}

/**
 * Counts the exchanges of the host's whole life, over all configurations: by target, to choose the least busy one
 * (ties in turn), and by generation, to tell the directory when nothing of one that is to end is in flight any
 * more. Follows the directory until it is disposed of, without polling.
 *
 * @see ANCM P-40
 */
export class InFlight implements Traffic, Disposable {
  /** Exchanges that wait for a target; counted by whoever lets them wait. */
  waiting = 0;
  /** Counted by whoever hands an exchange to the backend. @see Traffic */
  total = 0;

  readonly #directory: BackendDirectory;
  readonly #transport: InFlightOptions["transport"];
  readonly #generations = new Map<number, GenerationLoad>();
  readonly #over = new AbortController();
  #seen: DirectorySnapshot | undefined;
  #loads: readonly TargetLoad[] = [];
  #turn = 0;
  #entered = 0;

  constructor({ directory, transport }: InFlightOptions) {
    this.#directory = directory;
    this.#transport = transport;
    this.#follow();
  }

  /** @see Traffic */
  get inFlight(): number {
    return this.waiting + this.#entered;
  }

  /**
   * Takes a place at a target that the client knows, else at the least busy one.
   *
   * @param names of targets, as {@linkcode Place.newName} gave them; absent where clients are not to know any
   * @param not where the exchange has failed before: it gets another target, or none
   * @returns undefined where no target takes requests now
   */
  enter(names?: readonly string[], not?: Place): Place | undefined {
    if (this.#directory.current() !== this.#seen) this.#look();
    const known = names && this.#named(names, not);
    const load = known ?? this.#leastBusy(not);
    if (!load) return undefined;
    this.#entered++;
    load.inFlight++;
    load.generation.inFlight++;
    const isNew = names !== undefined && !known && this.#loads.length > 1;
    return new Place(load, this, isNew ? load.name : undefined);
  }

  /** For {@linkcode Place.leave}. */
  leave(load: TargetLoad): void {
    this.#entered--;
    load.inFlight--;
    load.generation.inFlight--;
    this.#tellDrained(load.generation);
  }

  /** For {@linkcode Place.served}. */
  served({ target }: TargetLoad): void {
    this.#directory.report(target.id, "served");
  }

  /** Follows the directory no longer. */
  [Symbol.dispose](): void {
    this.#over.abort();
  }

  #named(names: readonly string[], not: Place | undefined): TargetLoad | undefined {
    if (names.length === 0) return undefined;
    return this.#loads.find((load) =>
      names.includes(load.name) && load.target.id !== not?.target.id
    );
  }

  #leastBusy(not: Place | undefined): TargetLoad | undefined {
    const loads = this.#loads;
    const { length } = loads;
    this.#turn = this.#turn + 1 < length ? this.#turn + 1 : 0;
    let best: TargetLoad | undefined = undefined;
    for (let i = 0; i < length; i++) {
      const at = this.#turn + i;
      const next = loads[at < length ? at : at - length]!;
      if (next.target.id === not?.target.id) continue;
      if (best === undefined || next.inFlight < best.inFlight) best = next;
    }
    return best;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#over;
    try {
      for (;;) await this.#directory.changed(this.#look(), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Takes in what the directory says now; what it is told may change that again. */
  #look(): DirectorySnapshot {
    for (;;) {
      const now = this.#directory.current();
      if (now === this.#seen) return now;
      const isOther = now.targets !== this.#seen?.targets;
      this.#seen = now;
      if (isOther) this.#take(now.targets);
      this.#retire(now);
    }
  }

  #take(targets: readonly Target[]): void {
    this.#loads = targets.map((target) =>
      this.#loads.find((load) => load.target.id === target.id) ??
        new TargetLoad(target, this.#generation(target.generation))
    );
    this.#transport.retain(targets);
  }

  #retire({ targets, retiring }: DirectorySnapshot): void {
    for (const number of retiring) {
      const generation = this.#generation(number);
      generation.retire();
      this.#tellDrained(generation);
    }
    for (const { number, inFlight } of this.#generations.values()) {
      const isKnown = retiring.includes(number) || targets.some((t) => t.generation === number);
      if (inFlight === 0 && !isKnown) this.#generations.delete(number);
    }
  }

  #generation(number: number): GenerationLoad {
    let generation = this.#generations.get(number);
    if (!generation) this.#generations.set(number, generation = new GenerationLoad(number));
    return generation;
  }

  #tellDrained(generation: GenerationLoad): void {
    if (!generation.isRetiring || generation.isDrained || generation.inFlight > 0) return;
    generation.isDrained = true;
    this.#directory.drained(generation.number);
  }
}

/** One exchange's place at a target. */
export class Place {
  /** What the client is to know the target by; undefined where it knows it, or needs not. */
  readonly newName: string | undefined;

  readonly #load: TargetLoad;
  readonly #inFlight: InFlight;
  #onRetire: (() => void) | undefined;
  #isLeft = false;

  constructor(load: TargetLoad, inFlight: InFlight, newName: string | undefined) {
    this.#load = load;
    this.#inFlight = inFlight;
    this.newName = newName;
  }

  get target(): Target {
    return this.#load.target;
  }

  /** Says that an answer came from the target. */
  served(): void {
    if (this.#load.hasServed) return;
    this.#load.hasServed = true;
    this.#inFlight.served(this.#load);
  }

  /** Calls back once when the target's generation is to end, at once where it is already; not after `leave()`. */
  onRetire(listener: () => void): void {
    if (this.#isLeft) return;
    this.#onRetire = listener;
    this.#load.generation.onRetire(listener);
  }

  /** Says that the exchange with this target has ended. May be called more than once. */
  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    if (this.#onRetire) this.#load.generation.offRetire(this.#onRetire);
    this.#inFlight.leave(this.#load);
  }
}
