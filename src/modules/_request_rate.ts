/** How many clients are remembered in one interval; the one that was first to come is forgotten for the next. */
const CLIENTS = 65_536;

/**
 * Counts how often clients come, in bounded memory: exactly within intervals, and of the interval before as much as
 * is not yet past, taken as evenly spread.
 */
export class RequestRate {
  readonly #intervalMs: number;
  readonly #clients: number;
  #since = -Infinity;
  #now = new Map<string, number>();
  #before: ReadonlyMap<string, number> = new Map();

  /** @param clients how many are remembered at most */
  constructor(intervalMs: number, clients: number = CLIENTS) {
    this.#intervalMs = intervalMs;
    this.#clients = clients;
  }

  /** Counts a request and gives how many there were of this client within the interval up to now. */
  count(client: string, nowMs: number): number {
    this.#turn(nowMs);
    const own = (this.#now.get(client) ?? 0) + 1;
    if (own === 1 && this.#now.size >= this.#clients) this.#forgetOne();
    this.#now.set(client, own);
    const left = 1 - (nowMs - this.#since) / this.#intervalMs;
    return own + (this.#before.get(client) ?? 0) * left;
  }

  #turn(nowMs: number): void {
    const passed = Math.floor((nowMs - this.#since) / this.#intervalMs);
    if (passed < 1) return;
    this.#before = passed === 1 ? this.#now : new Map();
    this.#now = new Map();
    this.#since = passed === Infinity ? nowMs : this.#since + passed * this.#intervalMs;
  }

  #forgetOne(): void {
    for (const client of this.#now.keys()) {
      this.#now.delete(client);
      return;
    }
  }
}
