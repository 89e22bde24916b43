import { type Clock, systemClock } from "../contract/clock.ts";
import { Deadlines } from "../contract/deadlines.ts";
import type { Client } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { FrontOptions } from "./front.ts";
import { Http2Connection } from "./http2_connection.ts";
import type { Http2Wire } from "./http2_wire.ts";
import { SERVER_LIMITS, type ServerLimits } from "./limits.ts";

export { isHttp2Preface } from "./http2_protocol.ts";
export type { Http2Wire } from "./http2_wire.ts";

/** Options of a {@linkcode Http2Front}. */
export interface Http2FrontOptions extends FrontOptions {
  /** @default the machine's */
  readonly clock?: Clock;
  /** Whose tick looks after the connections. @default one of its own */
  readonly deadlines?: Deadlines;
  /** @default SERVER_LIMITS */
  readonly limits?: ServerLimits;
}

/** Serves HTTP/2 on connections that others have accepted, and knows them until they end. */
export class Http2Front implements AsyncDisposable {
  readonly #options: Http2FrontOptions;
  readonly #deadlines: Deadlines;
  readonly #connections = new Set<Http2Connection>();
  #isClosing = false;
  #isDraining = false;
  #empty: PromiseWithResolvers<void> | undefined;

  constructor(options: Http2FrontOptions) {
    this.#options = options;
    this.#deadlines = options.deadlines ?? new Deadlines(options.clock ?? systemClock);
  }

  /** Exchanges that have begun and not ended. */
  get inFlight(): number {
    let sum = 0;
    for (const connection of this.#connections) sum += connection.inFlight;
    return sum;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Serves one connection until it ends, and closes it. Never rejects.
   *
   * @param unread bytes that were read already, such as the preface
   */
  async serve(wire: Http2Wire, unread: Uint8Array, client: Client): Promise<void> {
    const connection = new Http2Connection(wire, client, {
      ...this.#options,
      limits: this.#options.limits ?? SERVER_LIMITS,
      deadlines: this.#deadlines,
      isClosing: () => this.#isClosing,
    });
    this.#connections.add(connection);
    if (this.#isDraining) connection.drain();
    await connection.serve(unread);
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#empty?.resolve();
  }

  /** From now on clients are told to open no more streams; those that they open are still served. */
  announceClose(): void {
    this.#isClosing = true;
    for (const connection of this.#connections) connection.announceClose();
  }

  /** Takes no new streams, and resolves when all connections have ended. */
  drain(): Promise<void> {
    this.#isClosing = this.#isDraining = true;
    this.#empty ??= Promise.withResolvers();
    for (const connection of [...this.#connections]) connection.drain();
    if (this.#connections.size === 0) this.#empty.resolve();
    return this.#empty.promise;
  }

  /** Ends every connection at once, whatever is under way. */
  abort(): void {
    const reason = new HostError("host-stopping", "The host stops now");
    for (const connection of [...this.#connections]) connection.close(reason);
  }

  /** Ends every connection at once. */
  [Symbol.asyncDispose](): Promise<void> {
    this.abort();
    if (!this.#options.deadlines) this.#deadlines[Symbol.dispose]();
    return Promise.resolve();
  }
}
