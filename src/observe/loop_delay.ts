import type { Clock } from "../contract/clock.ts";
import type { Family } from "./_exposition.ts";
import { Histogram } from "./_histogram.ts";

/** How often it is looked. */
const TICK_MS = 1_000;
/** Seconds. */
const BOUNDS = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5] as const;

/** Measures how late the host's event loop is: how much longer than asked a sleep takes. Ends when disposed of. */
export class LoopDelay implements Disposable {
  /** Seconds. */
  readonly delays = new Histogram(BOUNDS);
  readonly #clock: Clock;
  readonly #over = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
    void this.#run();
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }

  families(): Family[] {
    return [{
      name: "ancm_host_event_loop_delay_seconds",
      type: "histogram",
      help: "How late a timer of the host was, looked at once a second",
      samples: this.delays.samples(),
    }];
  }

  async #run(): Promise<void> {
    const { signal } = this.#over;
    try {
      for (;;) {
        const due = this.#clock.now() + TICK_MS;
        await this.#clock.sleep(TICK_MS, signal);
        this.delays.observe(Math.max(0, this.#clock.now() - due) / 1_000);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
