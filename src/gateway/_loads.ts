import type { Target } from "../contract/directory.ts";

/** What is under way at the processes of one generation. */
export class GenerationLoad {
  readonly number: number;
  inFlight = 0;
  /** Whether it was told that nothing of it is in flight any more. */
  isDrained = false;

  readonly #listeners = new Set<() => void>();
  #isRetiring = false;

  constructor(number: number) {
    this.number = number;
  }

  /** Whether it is to end. */
  get isRetiring(): boolean {
    return this.#isRetiring;
  }

  /** Says that it is to end. Only the first call counts. */
  retire(): void {
    if (this.#isRetiring) return;
    this.#isRetiring = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }

  /** Calls back once when it is to end; at once where it is already. */
  onRetire(listener: () => void): void {
    if (this.#isRetiring) listener();
    else this.#listeners.add(listener);
  }

  /** Forgets a listener. */
  offRetire(listener: () => void): void {
    this.#listeners.delete(listener);
  }
}

/** What is under way at one process. */
export class TargetLoad {
  readonly target: Target;
  readonly generation: GenerationLoad;
  inFlight = 0;
  /** Whether an answer came from it. */
  hasServed = false;

  #name: string | undefined;

  constructor(target: Target, generation: GenerationLoad) {
    this.target = target;
    this.generation = generation;
  }

  /** What clients know it by: tells nothing of its port or its place. */
  get name(): string {
    return this.#name ??= crypto.randomUUID();
  }
}
