import { LARGE_BYTES, largeBuffers } from "../contract/buffers.ts";
import type { Http2Session } from "./http2_session.ts";

/** An accepted connection: `Deno.Conn`, `Deno.TlsConn`, or what behaves like one. */
export interface Http2Wire {
  read(into: Uint8Array): Promise<number | null>;
  /** Writes all of it, or gives how many bytes it has written. */
  write(bytes: Uint8Array): Promise<number | void>;
  closeWrite(): Promise<void>;
  close(): void;
  /** Ends it at once also while a write is blocked, where `close()` cannot. */
  reset?(): void;
}

/** Enough to see that something comes; a busy connection borrows a large buffer. Bytes. */
const SMALL_BYTES = 512;
const NOTHING = new Uint8Array(0);

/** Reads from a connection into a session. An idle one keeps a small buffer only. */
export class Http2WireReader {
  readonly #wire: Http2Wire;
  readonly #session: Http2Session;
  readonly #small = new Uint8Array(SMALL_BYTES);
  #large: Uint8Array = NOTHING;
  /** Where what is not used yet begins and ends in the large buffer. */
  #from = 0;
  #to = 0;

  constructor(wire: Http2Wire, session: Http2Session) {
    this.#wire = wire;
    this.#session = session;
  }

  /** Whether a frame has begun and not come whole. */
  get isWithinFrame(): boolean {
    return this.#to > this.#from;
  }

  /** Takes bytes that were read already. */
  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      this.#makeRoom();
      const part = bytes.subarray(at, at + this.#large.length - this.#to);
      this.#large.set(part, this.#to);
      at += part.length;
      this.#received(part.length);
    }
  }

  /** Reads once. @returns false at the end */
  async read(): Promise<boolean> {
    const isIdle = !this.isWithinFrame && this.#session.streams.size === 0;
    if (isIdle) this.release();
    else this.#makeRoom();
    const count = await this.#wire.read(isIdle ? this.#small : this.#large.subarray(this.#to));
    if (count === null) return false;
    if (isIdle) this.take(this.#small.subarray(0, count));
    else this.#received(count);
    return true;
  }

  /** Gives the borrowed buffer back; what was not used is lost. */
  release(): void {
    if (this.#large === NOTHING) return;
    largeBuffers.give(this.#large);
    this.#large = NOTHING;
    this.#from = this.#to = 0;
  }

  #received(count: number): void {
    this.#to += count;
    this.#from = this.#session.receive(this.#large, this.#from, this.#to);
    if (this.#from === this.#to) this.#from = this.#to = 0;
  }

  #makeRoom(): void {
    if (this.#large === NOTHING) this.#large = largeBuffers.take();
    // The largest frame and its head take less than half of the buffer.
    if (this.#from === 0 || this.#to < LARGE_BYTES / 2) return;
    this.#large.copyWithin(0, this.#from, this.#to);
    this.#to -= this.#from;
    this.#from = 0;
  }
}
