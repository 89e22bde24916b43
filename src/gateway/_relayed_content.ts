import type { Content, Fields } from "../contract/exchange.ts";
import { outboundTrailers } from "./fields.ts";

/** Who follows the reading of an answer. */
export interface ReadingObserver {
  /** The backend is asked for more. */
  askBackend(): void;
  /** It has given something. */
  heardBackend(): void;
  /** It failed. @returns the error to be told */
  failed(error: unknown): unknown;
  /** Called once: nothing is read any more. */
  ended(): void;
}

/** The content of an answer on its way to the client. Costs no promise where the next piece is there already. */
export class RelayedContent implements Content {
  readonly length: number | undefined;

  readonly #source: Content;
  readonly #observer: ReadingObserver;
  #isOver = false;

  constructor(source: Content, observer: ReadingObserver) {
    this.#source = source;
    this.#observer = observer;
    this.length = source.length;
  }

  state(): "bytes" | "end" | "waiting" {
    return this.#source.state?.() ?? "waiting";
  }

  read(): Promise<Uint8Array | null> {
    const state = this.state();
    if (state === "waiting") return this.#wait();
    const piece = this.#source.read();
    if (state === "end") this.#end();
    return piece;
  }

  cancel(reason?: unknown): void {
    this.#source.cancel(reason);
    this.#end();
  }

  trailers(): Fields | undefined {
    const received = this.#source.trailers?.();
    return received && outboundTrailers(received);
  }

  async #wait(): Promise<Uint8Array | null> {
    this.#observer.askBackend();
    try {
      const piece = await this.#source.read();
      this.#observer.heardBackend();
      if (piece === null) this.#end();
      return piece;
    } catch (error) {
      const failure = this.#observer.failed(error);
      this.#end();
      throw failure;
    }
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#observer.ended();
  }
}
