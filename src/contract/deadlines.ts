import type { Clock } from "./clock.ts";

/** Something that has to be over by some time. */
export interface Deadline {
  /** Milliseconds of the clock; Infinity where nothing is waited for. May be changed at any time. */
  at: number;
  /** Called when the time has passed, and again each tick until `at` lies ahead or it is removed. */
  expired(now: number): void;
}

/**
 * Walks many deadlines by one tick instead of a timer for each; rests while there are none.
 * A deadline is noticed at most one tick late.
 */
export class Deadlines implements Disposable {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #watched = new Set<Deadline>();
  readonly #over = new AbortController();
  #isTicking = false;

  /** @param tickMs @default 1000 */
  constructor(clock: Clock, tickMs = 1_000) {
    this.#clock = clock;
    this.#tickMs = tickMs;
  }

  /** Milliseconds of the clock that deadlines are set by. */
  now(): number {
    return this.#clock.now();
  }

  add(deadline: Deadline): void {
    this.#watched.add(deadline);
    if (!this.#isTicking && !this.#over.signal.aborted) this.#tick();
  }

  delete(deadline: Deadline): void {
    this.#watched.delete(deadline);
  }

  /** Stops the tick: nothing expires any more. */
  [Symbol.dispose](): void {
    this.#over.abort();
    this.#watched.clear();
  }

  async #tick(): Promise<void> {
    this.#isTicking = true;
    try {
      while (this.#watched.size > 0) {
        await this.#clock.sleep(this.#tickMs, this.#over.signal);
        const now = this.#clock.now();
        for (const deadline of this.#watched) {
          if (deadline.at <= now) deadline.expired(now);
        }
      }
    } catch {
      // Disposed of within its sleep.
    } finally {
      this.#isTicking = false;
    }
  }
}
