/** Lets something happen often for a moment, and not for ever. */
export class Budget {
  readonly #now: () => number;
  readonly #most: number;
  readonly #perSecond: number;
  #left: number;
  #since: number;

  /**
   * @param most how often it may happen at once
   * @param perSecond how often in the long run
   */
  constructor(now: () => number, most: number, perSecond: number) {
    this.#now = now;
    this.#most = most;
    this.#perSecond = perSecond;
    this.#left = most;
    this.#since = now();
  }

  /** Tells whether it may happen once more. */
  spend(): boolean {
    if (this.#left < 1) this.#refill();
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }

  #refill(): void {
    const now = this.#now();
    const earned = (now - this.#since) * this.#perSecond / 1_000;
    this.#left = Math.min(this.#most, this.#left + earned);
    this.#since = now;
  }
}
