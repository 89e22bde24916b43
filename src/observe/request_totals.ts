import type { ExchangeRecord } from "../contract/exchange_record.ts";
import type { RequestTotals } from "../contract/live_status.ts";

/** Close enough to each other that a median between two of them is worth a plot. Milliseconds. */
const BOUNDS_MS: readonly number[] = [
  [0.1, 0.2, 0.3, 0.5, 0.7],
  [1, 1.5, 2, 3, 4, 5, 7],
  [10, 15, 20, 30, 40, 50, 70],
  [100, 150, 200, 300, 400, 500, 700],
  [1_000, 1_500, 2_000, 3_000, 5_000, 7_000],
  [10_000, 30_000, 60_000],
].flat();

/** Counts the requests that are over, by how long they took. */
export class CountedRequests {
  readonly #counts = new Float64Array(BOUNDS_MS.length + 1);
  #ended = 0;
  #failed = 0;

  /** Takes one that is over. What became a tunnel has no duration that says anything. */
  take({ status, end, tookMs }: Pick<ExchangeRecord, "status" | "end" | "tookMs">): void {
    this.#ended++;
    if (status >= 500 || end === "broken") this.#failed++;
    if (status === 101) return;
    let place = 0;
    while (place < BOUNDS_MS.length && tookMs > (BOUNDS_MS[place] ?? Infinity)) place++;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
  }

  /** Gives the numbers of this moment. */
  totals(): RequestTotals {
    const counts = Array.from(this.#counts);
    return { ended: this.#ended, failed: this.#failed, boundsMs: BOUNDS_MS, counts };
  }
}
