import type { Fields } from "../contract/exchange.ts";
import { FRAMING, RequestReader, STEP, type Step } from "../http1/mod.ts";
import { LARGE_BYTES, largeBuffers } from "./_buffers.ts";
import type { ServerLimits } from "./limits.ts";

/** Bytes of the buffer that a connection keeps between requests: most heads fit, and idle ones stay cheap. */
const HEAD_BYTES = 2_048;

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
export class Http1Input {
  readonly reader: RequestReader;
  /** Where the head that was found begins in `headBytes`. */
  headAt = 0;
  /** The buffer that holds the head that was found. */
  headBytes: Uint8Array;
  /** Trailer fields of the content, once it has ended. */
  trailers: Fields | undefined;
  /** Whether the content of the request has been read to its end. */
  isComplete = true;

  readonly #conn: Deno.Conn;
  readonly #observer: InputObserver;
  #bytes: Uint8Array;
  #start = 0;
  #end = 0;
  /** Where the head ends in its buffer; 0 where none is kept. */
  #headEnd = 0;
  /** Resolves when the read that is under way has ended; there is none where it is undefined. */
  #reading: Promise<void> | undefined;
  #wake: () => void = () => {};
  #isEnded = false;
  #peeked: Step | undefined;

  constructor(conn: Deno.Conn, limits: ServerLimits, observer: InputObserver) {
    this.#conn = conn;
    this.#observer = observer;
    this.reader = new RequestReader(limits.request);
    this.#bytes = this.headBytes = new Uint8Array(HEAD_BYTES);
  }

  /** Bytes that were read and belong to nothing yet. */
  get unread(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** Whether a head has begun to arrive. */
  get hasBegun(): boolean {
    return this.#end > this.#start;
  }

  /** Puts bytes before everything that is still to be read. Only before the first read. */
  prepend(bytes: Uint8Array): void {
    if (bytes.length > this.#bytes.length) {
      this.#bytes = this.headBytes = new Uint8Array(bytes.length * 2);
    }
    this.#bytes.set(bytes);
    this.#end = bytes.length;
  }

  /** Waits for the next head. The one before, its fields and its content are void from here on. */
  async head(): Promise<HeadResult> {
    this.#forgetHead();
    for (;;) {
      if (this.#end > this.#start) {
        const step = this.reader.next(this.#bytes, this.#start, this.#end);
        if (step === STEP.ERROR) return "invalid";
        if (step === STEP.HEAD) {
          this.headBytes = this.#bytes;
          this.headAt = this.#start;
          this.#start = this.#headEnd = this.reader.position;
          this.isComplete = this.reader.framing === FRAMING.NONE ||
            (this.reader.framing === FRAMING.LENGTH && this.reader.length === 0);
          this.trailers = undefined;
          if (this.isComplete) this.#next(); // passes the end
          return "head";
        }
      }
      if (this.#isEnded) return "closed";
      if (!this.#reading) this.#makeRoomForHead();
      await this.#read();
    }
  }

  /** Reads on while an exchange is under way, so that a client that leaves is noticed. */
  watch(): void {
    if (this.#reading || this.#isEnded) return;
    // What was read already waits its turn: its sender is there, and is not read on before it is served.
    if (this.#start < this.#end || this.#bytes !== this.headBytes) return;
    const before = this.headAt;
    const after = this.#bytes.length - this.#headEnd;
    if (Math.max(before, after) === 0) return;
    this.#start = this.#end = before > after ? 0 : this.#headEnd;
    this.#read(before > after ? before : this.#bytes.length);
  }

  /** Gives the next bytes of the content, valid until the next call, or null at its end. */
  async content(): Promise<Uint8Array | null> {
    for (;;) {
      switch (this.#take()) {
        case STEP.CONTENT:
          return this.#bytes.subarray(this.reader.from, this.reader.to);
        case STEP.END:
          return null;
        case STEP.MORE:
          if (this.#isEnded) throw new InputError("ended");
          if (!this.#reading) this.#makeRoomForContent();
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
    if (this.#start < this.#end) {
      const length = Math.min(into.length, this.#end - this.#start);
      into.set(this.#bytes.subarray(this.#start, this.#start + length));
      this.#start += length;
      return length;
    }
    return this.#isEnded ? null : await this.#conn.read(into);
  }

  /** Hands out what was read and belongs to nothing yet: it is not given again. */
  takeUnread(): Uint8Array {
    const bytes = this.unread.slice();
    this.#start = this.#end;
    return bytes;
  }

  /** Ends the waiting for more: whoever waits is told that the client has ended. */
  giveUp(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** Gives its buffers back. Only when the connection is closed. */
  release(): void {
    this.#isEnded = true;
    if (!this.#reading) this.#returnLarge();
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
    const step = this.reader.next(this.#bytes, this.#start, this.#end);
    this.#start = this.reader.position;
    return step;
  }

  #contentEnded(): void {
    this.isComplete = true;
    this.trailers = this.reader.trailers(this.#bytes)?.detached();
    const unread = this.#end - this.#start;
    if (this.#bytes === this.headBytes || this.#reading) return;
    if (unread > this.headBytes.length - this.#headEnd) return;
    this.headBytes.set(this.unread, this.#headEnd);
    this.#returnLarge();
    this.#start = this.#headEnd;
    this.#end = this.#headEnd + unread;
  }

  #returnLarge(): void {
    if (this.#bytes === this.headBytes) return;
    if (this.#bytes.length === LARGE_BYTES) largeBuffers.give(this.#bytes);
    this.#bytes = this.headBytes;
  }

  /** The head is not needed any more: its room is free. */
  #forgetHead(): void {
    this.headAt = this.#headEnd = 0;
    if (this.#reading || this.#start < this.#end) return;
    this.#returnLarge();
    if (this.#bytes.length > 2 * HEAD_BYTES) {
      this.#bytes = this.headBytes = new Uint8Array(HEAD_BYTES);
    }
    this.#start = this.#end = 0;
  }

  #makeRoomForHead(): void {
    if (this.#end < this.#bytes.length) return;
    const unread = this.unread;
    if (this.#start > 0) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
    } else {
      const wider = new Uint8Array(this.#bytes.length * 2);
      wider.set(unread);
      this.#bytes = wider;
    }
    this.#start = 0;
    this.#end = unread.length;
  }

  #makeRoomForContent(): void {
    const unread = this.#end - this.#start;
    if (this.#bytes === this.headBytes) {
      const large = largeBuffers.take();
      large.set(this.unread);
      this.#bytes = large;
    } else {
      this.#bytes.copyWithin(0, this.#start, this.#end);
    }
    this.#start = 0;
    this.#end = unread;
  }

  /** Begins a read unless one is under way, and resolves when it has ended, whatever came of it. */
  #read(limit: number = this.#bytes.length): Promise<void> {
    this.#observer.onRead();
    if (this.#reading) return this.#reading;
    this.#conn.read(this.#bytes.subarray(this.#end, limit)).then(this.#onRead, this.#onBroken);
    return this.#reading = new Promise((resolve) => this.#wake = resolve);
  }

  readonly #onRead = (count: number | null): void => {
    if (count === null) return this.#onBroken();
    this.#reading = undefined;
    this.#end += count;
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
