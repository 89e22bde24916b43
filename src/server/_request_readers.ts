import { type Limits, RequestReader } from "../http1/mod.ts";

/** How many are kept for connections that will need one. */
const MOST_KEPT = 256;

/** The readers of requests that no connection needs now: one that is idle holds none. */
export class RequestReaders {
  readonly #limits: Limits;
  readonly #kept: RequestReader[] = [];

  /** @param limits what a request may hold */
  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Gives a reader that stands before a request. */
  take(): RequestReader {
    return this.#kept.pop() ?? new RequestReader(this.#limits);
  }

  /** Takes one back that stands before a request; nobody asks it, or what it gave, for anything any more. */
  give(reader: RequestReader): void {
    if (this.#kept.length < MOST_KEPT) this.#kept.push(reader);
  }
}
