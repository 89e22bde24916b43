import type { Fields } from "../contract/exchange.ts";
import { FRAMING, type RequestReader, STEP, type Step } from "../http1/mod.ts";
import { Http1Buffer } from "./_http1_buffer.ts";
import type { RequestReaders } from "./_request_readers.ts";

/** What came of waiting for a head. */
export type HeadResult = "head" | "closed" | "invalid";

/** Tells who owns the input what it sees. */
export interface InputObserver {
  /** A read was begun, of a head or of content: a deadline may be due. */
  onRead(): void;
  /** Bytes have come. */
  onBytes(): void;
  /** The client has ended its side, or its connection broke. */
  onEnd(): void;
}

/**
 * The requests of one connection as bytes: reads ahead, keeps a head where it was found until the next one is
 * wanted, and gives content without copying it. At most one read is under way, whatever is asked.
 */
export class Http1Input extends Http1Buffer {
  /** Trailer fields of the content, once it has ended. */
  trailers: Fields | undefined;
  /** Whether the content of the request has been read to its end. */
  isComplete = true;

  readonly #conn: Deno.Conn;
  readonly #readers: RequestReaders;
  readonly #observer: InputObserver;
  /** Absent while the connection is idle. */
  #reader: RequestReader | undefined;
  /** Resolves when the read that is under way has ended; there is none where it is undefined. */
  #reading: Promise<void> | undefined;
  #wake: () => void = () => {};
  #isEnded = false;
  #peeked: Step | undefined;

  constructor(conn: Deno.Conn, readers: RequestReaders, observer: InputObserver) {
    super();
    this.#conn = conn;
    this.#readers = readers;
    this.#observer = observer;
  }

  /** What reads the request that has come, or comes next. */
  get reader(): RequestReader {
    return this.#reader ??= this.#readers.take();
  }

  /** Waits for the next head. The one before, its fields and its content are void from here on. */
  async head(): Promise<HeadResult> {
    this.forgetHead(this.#reading !== undefined);
    if (!this.hasBegun) this.#returnReader();
    for (;;) {
      if (this.hasBegun) {
        const step = this.reader.next(this.bytes, this.start, this.end);
        if (step === STEP.ERROR) return "invalid";
        if (step === STEP.HEAD) return this.#headFound();
      }
      if (this.#isEnded) return "closed";
      if (!this.#reading) this.makeRoomForHead();
      await this.#read();
    }
  }

  /** Reads on while an exchange is under way, so that a client that leaves is noticed. */
  watch(): void {
    if (this.#reading || this.#isEnded) return;
    // What was read already waits its turn: its sender is there, and is not read on before it is served.
    if (this.hasBegun || this.bytes !== this.headBytes) return;
    this.#read(this.roomBesideHead());
  }

  /** Gives the next bytes of the content, valid until the next call, or null at its end. */
  async content(): Promise<Uint8Array | null> {
    for (;;) {
      switch (this.#take()) {
        case STEP.CONTENT:
          return this.bytes.subarray(this.reader.from, this.reader.to);
        case STEP.END:
          return null;
        case STEP.MORE:
          if (this.#isEnded) throw new InputError("ended");
          if (!this.#reading) this.makeRoomForContent();
          await this.#read();
          break;
        default:
          throw new InputError("invalid");
      }
    }
  }

  /** Tells what {@linkcode content} would give without waiting. */
  state(): "bytes" | "end" | "waiting" {
    if (this.isComplete) return "end";
    this.#peeked ??= this.#next();
    if (this.#peeked === STEP.CONTENT) return "bytes";
    if (this.#peeked === STEP.END) return "end";
    this.#peeked = undefined;
    return "waiting";
  }

  /** Reads into a buffer what comes next, for who takes the connection over. */
  async raw(into: Uint8Array): Promise<number | null> {
    if (this.#reading) await this.#reading;
    if (this.hasBegun) {
      const length = Math.min(into.length, this.end - this.start);
      into.set(this.bytes.subarray(this.start, this.start + length));
      this.start += length;
      return length;
    }
    return this.#isEnded ? null : await this.#conn.read(into);
  }

  /** Ends the waiting for more: whoever waits is told that the client has ended. */
  giveUp(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** Gives its buffers back. Only when the connection is closed. */
  release(): void {
    this.#isEnded = true;
    if (!this.#reading) this.returnLarge();
  }

  #headFound(): HeadResult {
    const { framing, length, position } = this.reader;
    this.keepHead(position);
    this.isComplete = framing === FRAMING.NONE || (framing === FRAMING.LENGTH && length === 0);
    this.trailers = undefined;
    if (this.isComplete) this.#next(); // passes the end
    return "head";
  }

  #take(): Step {
    if (this.isComplete) return STEP.END;
    const peeked = this.#peeked;
    this.#peeked = undefined;
    const step = peeked ?? this.#next();
    if (step === STEP.END) this.#contentEnded();
    return step;
  }

  #next(): Step {
    const step = this.reader.next(this.bytes, this.start, this.end);
    this.start = this.reader.position;
    return step;
  }

  #contentEnded(): void {
    this.isComplete = true;
    this.trailers = this.reader.trailers(this.bytes)?.detached();
    if (!this.#reading) this.leaveLarge();
    this.watch();
  }

  #returnReader(): void {
    if (!this.#reader) return;
    this.#readers.give(this.#reader);
    this.#reader = undefined;
  }

  /** Begins a read unless one is under way, and resolves when it has ended, whatever came of it. */
  #read(limit: number = this.bytes.length): Promise<void> {
    this.#observer.onRead();
    if (this.#reading) return this.#reading;
    this.#conn.read(this.bytes.subarray(this.end, limit)).then(this.#onRead, this.#onBroken);
    return this.#reading = new Promise((resolve) => this.#wake = resolve);
  }

  readonly #onRead = (count: number | null): void => {
    if (count === null) return this.#onBroken();
    this.#reading = undefined;
    this.end += count;
    this.#observer.onBytes();
    this.#wake();
  };

  readonly #onBroken = (): void => {
    this.#reading = undefined;
    const isNews = !this.#isEnded;
    this.#isEnded = true;
    if (isNews) this.#observer.onEnd();
    this.#wake();
  };
}

/** The content of a request cannot be read on. */
export class InputError extends Error {
  /** Whether the client has left, or broke a rule: `reader.error` says which. */
  readonly why: "ended" | "invalid";

  constructor(why: "ended" | "invalid") {
    super(`The content of the request ${why === "ended" ? "ends early" : "breaks a rule"}`);
    this.why = why;
  }
}
