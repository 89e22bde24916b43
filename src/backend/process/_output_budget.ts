/** How much of one stream is passed on within a second. A reader, a disk and a terminal take no more than that anyway. */
export const OUTPUT_LINES_A_SECOND = 20_000;
/** See {@linkcode OUTPUT_LINES_A_SECOND}. */
export const OUTPUT_BYTES_A_SECOND = 8 * 1024 * 1024;

const SECOND_MS = 1000;

/** Counts the output of one stream second by second. */
export class OutputBudget {
  #since = -Infinity;
  #lines = 0;
  #bytes = 0;

  /** Tells whether more may be passed on in this second. */
  isLeft(now: number): boolean {
    if (now - this.#since >= SECOND_MS) {
      this.#since = now;
      this.#lines = this.#bytes = 0;
    }
    return this.#lines < OUTPUT_LINES_A_SECOND && this.#bytes < OUTPUT_BYTES_A_SECOND;
  }

  /** Takes down what was passed on. */
  spend(lines: number, bytes: number): void {
    this.#lines += lines;
    this.#bytes += bytes;
  }

  /** Gives the milliseconds until there is more. */
  wait(now: number): number {
    return Math.max(0, this.#since + SECOND_MS - now);
  }
}
