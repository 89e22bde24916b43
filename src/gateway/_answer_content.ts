import type { Content, Fields } from "../contract/exchange.ts";
import { STEP, type Step } from "../http1/mod.ts";
import type { BackendConnection } from "./backend_connection.ts";
import type { TransportFault } from "./transport.ts";

/** Who is told how the reading of an answer went. */
export interface AnswerObserver {
  /** It was read to its end. */
  end(): void;
  /** It is over before its end. @returns the error to be told */
  fail(error: unknown): unknown;
  /** Says what is wrong with it. */
  fault(): TransportFault;
}

const NOTHING: Promise<null> = Promise.resolve(null);

/** The content of an answer, given as it lies in the connection's buffer. */
export class AnswerContent implements Content {
  readonly length: number | undefined;

  readonly #connection: BackendConnection;
  readonly #observer: AnswerObserver;
  /** What comes next, where that is known already. */
  #next: Step = STEP.MORE;
  #isOver = false;
  #failure: unknown;
  #trailers: Fields | undefined;

  constructor(
    connection: BackendConnection,
    length: number | undefined,
    observer: AnswerObserver,
  ) {
    this.#connection = connection;
    this.length = length;
    this.#observer = observer;
  }

  state(): "bytes" | "end" | "waiting" {
    if (this.#isOver) return this.#failure === undefined ? "end" : "waiting";
    switch (this.#peek()) {
      case STEP.CONTENT:
        return "bytes";
      case STEP.END:
        return "end";
      default:
        return "waiting";
    }
  }

  read(): Promise<Uint8Array | null> {
    if (this.#isOver) {
      return this.#failure === undefined ? NOTHING : Promise.reject(this.#failure);
    }
    switch (this.#peek()) {
      case STEP.CONTENT:
        return Promise.resolve(this.#piece());
      case STEP.END:
        this.#end();
        return NOTHING;
      default:
        return this.#wait();
    }
  }

  cancel(reason?: unknown): void {
    if (this.#isOver) return;
    this.#fail(reason ?? new Error("The content was cancelled"));
  }

  trailers(): Fields | undefined {
    return this.#trailers;
  }

  /** Looks at what comes next; what was given before stays where it is. */
  #peek(): Step {
    if (this.#next !== STEP.MORE) return this.#next;
    const connection = this.#connection;
    const { reader } = connection;
    this.#next = reader.next(connection.bytes, connection.start, connection.end);
    connection.start = reader.position;
    return this.#next;
  }

  async #wait(): Promise<Uint8Array | null> {
    const connection = this.#connection;
    while (this.#peek() === STEP.MORE) {
      if (this.#isOver) throw this.#failure;
      if (!connection.hasEnded) await connection.fill();
      // Only an orderly end may be the end of a content.
      else this.#next = connection.failure === undefined ? connection.reader.close() : STEP.ERROR;
    }
    if (this.#isOver) throw this.#failure;
    if (this.#next === STEP.CONTENT) return this.#piece();
    if (this.#next === STEP.END) {
      this.#end();
      return null;
    }
    throw this.#fail(this.#observer.fault());
  }

  #piece(): Uint8Array {
    const { bytes, reader } = this.#connection;
    this.#next = STEP.MORE;
    return bytes.subarray(reader.from, reader.to);
  }

  #end(): void {
    const { bytes, reader } = this.#connection;
    this.#isOver = true;
    this.#trailers = reader.trailers(bytes)?.detached();
    this.#observer.end();
  }

  #fail(error: unknown): unknown {
    this.#isOver = true;
    return this.#failure = this.#observer.fail(error);
  }
}
