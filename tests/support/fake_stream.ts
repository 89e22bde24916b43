import type { ByteStream } from "../../src/contract/exchange.ts";
import { latin1 } from "./raw_client.ts";

/** One side of a tunnel as a test plays it: gives what is read, and keeps what is written. */
export class FakeStream implements ByteStream {
  readonly unread: Uint8Array;
  /** Everything written. */
  readonly written: Uint8Array[] = [];
  hasWriteClosed = false;
  closes = 0;
  /** Length of the buffer that the read under way is to fill. */
  reading: number | undefined;

  readonly #pieces: (Uint8Array | null | Error)[] = [];
  #read: (() => void) | undefined;
  #isWriting = false;
  #block: PromiseWithResolvers<void> | undefined;

  constructor(unread: Uint8Array = new Uint8Array(0)) {
    this.unread = unread;
  }

  /** Everything written, as latin1 text. */
  get text(): string {
    return this.written.map(latin1).join("");
  }

  /** Lets a read give these bytes, the end, or this error. */
  give(piece: Uint8Array | null | Error): void {
    this.#pieces.push(piece);
    this.#read?.();
  }

  /** From now on writes wait. */
  block(): void {
    this.#block ??= Promise.withResolvers();
    this.#block.promise.catch(() => {}); // perhaps nobody writes
  }

  /** Lets writes that wait go on, or fail. */
  unblock(error?: Error): void {
    if (error) this.#block?.reject(error);
    else this.#block?.resolve();
    this.#block = undefined;
  }

  async read(into: Uint8Array): Promise<number | null> {
    this.reading = into.length;
    while (this.#pieces.length === 0 && this.closes === 0) {
      await new Promise<void>((resolve) => this.#read = resolve);
    }
    this.reading = undefined;
    const piece = this.#pieces.shift();
    if (piece instanceof Error) throw piece;
    if (piece === undefined) throw new Error("The stream is closed");
    if (piece === null) return null;
    const taken = piece.subarray(0, into.length);
    into.set(taken);
    if (taken.length < piece.length) this.#pieces.unshift(piece.subarray(taken.length));
    return taken.length;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.hasWriteClosed) throw new Error("The stream is closed");
    const copy = bytes.slice();
    await this.#alone();
    this.written.push(copy);
  }

  async closeWrite(): Promise<void> {
    await this.#alone();
    this.hasWriteClosed = true;
  }

  close(): void {
    this.closes++;
    this.unblock(new Error("The stream is closed"));
    this.#read?.();
  }

  /** Waits while writes do; there is one at a time. */
  async #alone(): Promise<void> {
    if (this.closes > 0) throw new Error("The stream is closed");
    if (this.#isWriting) throw new Error("Another write is under way");
    this.#isWriting = true;
    try {
      await this.#block?.promise;
    } finally {
      this.#isWriting = false;
    }
  }
}
