import type { Content, Fields } from "../contract/exchange.ts";

/** Bytes received and not read yet. */
interface Piece {
  readonly bytes: Uint8Array;
  end: number;
}

/** Many small frames share a piece, so that none costs much more memory than it has bytes. */
const PIECE_BYTES = 4_096;

/** The content of a request, as its frames bring it. What is not read stands in the way of more. */
export class Http2Content implements Content {
  readonly length: number | undefined;
  /** Bytes that have come. */
  received = 0;
  /** How long it was waited for in all, but for a wait under way. Milliseconds. */
  waitedMs = 0;
  /** Since when it is waited for; Infinity while it is not. */
  waitsSince = Infinity;

  readonly #now: () => number;
  readonly #read: (count: number) => void;
  readonly #pieces: Piece[] = [];
  #isEnded = false;
  #isCancelled = false;
  #failure: { readonly error: unknown } | undefined;
  #waiter: PromiseWithResolvers<Uint8Array | null> | undefined;
  #trailers: Fields | undefined;

  /**
   * @param length as Content-Length says
   * @param read told of bytes that are no longer kept, because they were read or dropped
   */
  constructor(length: number | undefined, now: () => number, read: (count: number) => void) {
    this.length = length;
    this.#now = now;
    this.#read = read;
  }

  /** Says how what has come differs from what was told, as far as can be known. */
  wrongLength(isWhole: boolean): "longer" | "shorter" | undefined {
    if (this.length === undefined || this.received === this.length) return undefined;
    if (this.received > this.length) return "longer";
    return isWhole ? "shorter" : undefined;
  }

  read(): Promise<Uint8Array | null> {
    const piece = this.#isCancelled ? undefined : this.#pieces.shift();
    if (piece) {
      this.#read(piece.end);
      return Promise.resolve(piece.bytes.subarray(0, piece.end));
    }
    if (this.#failure) return Promise.reject(this.#failure.error);
    if (this.#isEnded || this.#isCancelled) return Promise.resolve(null);
    this.waitsSince = this.#now();
    this.#waiter ??= Promise.withResolvers();
    return this.#waiter.promise;
  }

  state(): "bytes" | "end" | "waiting" {
    if (this.#isCancelled) return "end";
    if (this.#pieces.length > 0) return "bytes";
    return this.#isEnded ? "end" : "waiting";
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#drop();
    this.#settle(null);
  }

  trailers(): Fields | undefined {
    return this.#trailers;
  }

  /** Whether more of it may come and would be kept. */
  get isWanted(): boolean {
    return !this.#isEnded && !this.#isCancelled && !this.#failure;
  }

  /** Takes what a frame brought; the bytes are copied, or dropped where nobody wants them. */
  push(bytes: Uint8Array): void {
    const { length } = bytes;
    this.received += length;
    if (length === 0) return;
    if (!this.isWanted) return this.#read(length);
    if (this.#waiter) {
      this.#read(length);
      return this.#settle(bytes.slice());
    }
    const last = this.#pieces.at(-1);
    if (last && last.bytes.length - last.end >= length) {
      last.bytes.set(bytes, last.end);
      last.end += length;
      return;
    }
    const piece = { bytes: new Uint8Array(Math.max(length, PIECE_BYTES)), end: length };
    piece.bytes.set(bytes);
    this.#pieces.push(piece);
  }

  /** Says that all of it has come. */
  end(trailers?: Fields): void {
    this.#isEnded = true;
    this.#trailers = trailers;
    this.#settle(null);
  }

  /** Says that no more will come: what has come already is not given any more. */
  fail(error: unknown): void {
    if (this.#failure || (this.#isEnded && this.#pieces.length === 0)) return;
    this.#failure = { error };
    this.#drop();
    this.waitsSince = Infinity;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(error);
  }

  /** Bytes that have come and were not read. */
  get unread(): number {
    return this.#pieces.reduce((sum, { end }) => sum + end, 0);
  }

  #drop(): void {
    const { unread } = this;
    this.#pieces.length = 0;
    if (unread > 0) this.#read(unread);
  }

  #settle(bytes: Uint8Array | null): void {
    const waiter = this.#waiter;
    if (!waiter) return;
    this.#waiter = undefined;
    this.waitedMs += this.#now() - this.waitsSince;
    this.waitsSince = Infinity;
    waiter.resolve(bytes);
  }
}
