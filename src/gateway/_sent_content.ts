import type { Content, Fields } from "../contract/exchange.ts";

/** Who follows the sending of a request's content. */
export interface SendingObserver {
  /** The client is asked for more: the backend has taken all there was. */
  askClient(): void;
  /** There is more for the backend to take, or nothing any more. */
  heardClient(): void;
}

/**
 * The content of a request on its way to the backend. May remember its beginning, so that a request of which
 * nothing was sent can be sent again, and remembers whether it was the client who failed.
 */
export class SentContent {
  readonly #source: Content;
  readonly #observer: SendingObserver;
  readonly #keptMax: number;
  #kept: Uint8Array[] = [];
  #readBytes = 0;
  #isOver = false;
  #failure: unknown;

  /** @param keptMax how many bytes are kept to be sent again */
  constructor(source: Content, observer: SendingObserver, keptMax: number) {
    this.#source = source;
    this.#observer = observer;
    this.#keptMax = keptMax;
  }

  /** The error that reading from the client ended with. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether everything read so far is still here. */
  get canStartAgain(): boolean {
    return this.#readBytes <= this.#keptMax && this.#failure === undefined;
  }

  /** Gives the content from its beginning. */
  fromStart(): Content {
    const source = this.#source;
    let next = 0;
    const content: Content = {
      length: source.length,
      read: () => {
        const piece = this.#kept[next++];
        return piece ? Promise.resolve(piece) : this.#read();
      },
      // What is not sent may be wanted again: see `end()`.
      cancel() {},
      trailers: (): Fields | undefined => source.trailers?.(),
    };
    if (source.state) {
      content.state = () => this.#kept[next] ? "bytes" : source.state?.() ?? "waiting";
    }
    return content;
  }

  /** Says that nothing of it will be sent any more. */
  end(reason?: unknown): void {
    if (!this.#isOver) this.#source.cancel(reason);
  }

  async #read(): Promise<Uint8Array | null> {
    this.#observer.askClient();
    try {
      const piece = await this.#source.read();
      if (piece) this.#keep(piece);
      else this.#isOver = true;
      return piece;
    } catch (error) {
      this.#isOver = true;
      this.#failure = error;
      throw error;
    } finally {
      this.#observer.heardClient();
    }
  }

  #keep(piece: Uint8Array): void {
    this.#readBytes += piece.length;
    if (this.#readBytes <= this.#keptMax) this.#kept.push(piece.slice());
    else if (this.#kept.length > 0) this.#kept = [];
  }
}
