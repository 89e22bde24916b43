import type { Content } from "../contract/exchange.ts";

/** How much of a request's content is kept to be sent again where no connection could be made. */
const KEPT_BYTES = 64 * 1_024;

/** Who follows the sending of a request's content. */
export interface SendingObserver {
  /** The client is asked for more: the backend has taken all there was. */
  onRead(): void;
  /** There is more for the backend to take, or nothing any more. */
  onPiece(): void;
}

/**
 * The content of a request on its way to the backend. Remembers its beginning, so that a request of which
 * nothing was sent can be sent again, and whether it was the client who failed.
 */
export class SentContent {
  readonly #source: Content;
  readonly #observer: SendingObserver;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #failure: unknown;

  constructor(source: Content, observer: SendingObserver) {
    this.#source = source;
    this.#observer = observer;
  }

  /** The error that reading from the client ended with. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether everything read so far is still here. */
  get canStartAgain(): boolean {
    return this.#keptBytes <= KEPT_BYTES && this.#failure === undefined;
  }

  /** Gives the content from its beginning. */
  fromStart(): Content {
    let next = 0;
    return {
      length: this.#source.length,
      read: () => {
        const piece = this.#kept[next++];
        return piece ? Promise.resolve(piece) : this.#read();
      },
      // What is not sent may be wanted again: the exchange's owner cancels the source.
      cancel() {},
      trailers: () => this.#source.trailers?.(),
    };
  }

  async #read(): Promise<Uint8Array | null> {
    this.#observer.onRead();
    try {
      const piece = await this.#source.read();
      if (piece) this.#keep(piece);
      return piece;
    } catch (error) {
      this.#failure = error;
      throw error;
    } finally {
      this.#observer.onPiece();
    }
  }

  #keep(piece: Uint8Array): void {
    this.#keptBytes += piece.length;
    if (this.#keptBytes <= KEPT_BYTES) this.#kept.push(piece.slice());
    else this.#kept = [];
  }
}
