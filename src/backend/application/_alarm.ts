import type { Clock } from "../../contract/clock.ts";

/** Rings once at a time of the clock, which may be changed until then. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at: number | undefined;
  #waiting = new AbortController();

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** @param at milliseconds of the clock; undefined: not at all */
  set(at: number | undefined): void {
    if (at === this.#at) return;
    this.#waiting.abort();
    this.#waiting = new AbortController();
    this.#at = at;
    if (at !== undefined) this.#wait(at, this.#waiting.signal);
  }

  async #wait(at: number, signal: AbortSignal): Promise<void> {
    try {
      // A timer may ring a little early by the clock that is asked then.
      do await this.#clock.sleep(Math.max(Math.ceil(at - this.#clock.now()), 0), signal); while (
        this.#clock.now() < at
      );
    } catch {
      return; // set to another time
    }
    if (signal.aborted) return;
    this.#at = undefined;
    this.#ring();
  }
}
