import { hugeBuffers, LARGE_BYTES, largeBuffers } from "../contract/buffers.ts";
import { ResponseReader } from "../http1/mod.ts";

/** Bytes of the buffer that heads and small contents are read into. */
const READ_BYTES = 16 * 1_024;
/** Bytes of the buffer that heads and small contents are written from. */
const OUT_BYTES = 4 * 1_024;

/** What a connection needs of who keeps it. */
export interface BackendConnectionOptions {
  /** As of the target. */
  readonly targetId: number;
  /** Ends a connection whose write is blocked, which `close()` alone cannot do on every platform. */
  readonly reset?: ((conn: Deno.TcpConn) => void) | undefined;
  /** Called once, when it is closed. */
  readonly onClose: (connection: BackendConnection) => void;
}

/**
 * One connection to a backend: the socket, the bytes that were read and not yet used, and the bytes to be written.
 *
 * While it rests a read is always pending: whatever that gives, the connection is of no use any more and closes
 * itself; and where an exchange comes first, the read gives the beginning of its answer.
 */
export class BackendConnection {
  readonly targetId: number;
  /** Of the answers on this connection. */
  readonly reader: ResponseReader = new ResponseReader();
  /** What was read; unused bytes lie from `start` up to `end`. */
  bytes: Uint8Array = new Uint8Array(READ_BYTES);
  start = 0;
  end = 0;
  /** Whether the backend sends nothing more. */
  hasEnded = false;
  /** Why it could not be read to its end; undefined after an orderly one. */
  failure: unknown;
  /** Bytes written in this exchange. */
  written = 0;
  /** Whether it has served an exchange before this one. */
  isReused = false;
  /** When it began to rest, milliseconds of the pool's clock. */
  restsSince = 0;
  /** What is written from; nobody touches it while a write is under way. */
  out: Uint8Array = new Uint8Array(OUT_BYTES);

  readonly #conn: Deno.TcpConn;
  readonly #options: BackendConnectionOptions;
  /** Bytes before this offset are kept: the head of the answer. */
  #floor = 0;
  /** The buffer of the head, while content goes through a larger one. */
  #small: Uint8Array | undefined;
  #isHuge = false;
  #isFull = false;
  #isResting = false;
  #isWriting = false;
  #isClosed = false;
  #reading: Promise<void> | undefined;

  constructor(conn: Deno.TcpConn, options: BackendConnectionOptions) {
    this.#conn = conn;
    this.#options = options;
    this.targetId = options.targetId;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes the connection for an exchange. */
  begin(): void {
    this.#isResting = false;
    this.written = 0;
  }

  /** Lets the connection rest; nobody reads the bytes of the last exchange any more. */
  rest(): void {
    this.isReused = true;
    this.#isResting = true;
    if (this.#small) {
      if (this.#isHuge) hugeBuffers.give(this.bytes);
      else largeBuffers.give(this.bytes);
      this.#isHuge = false;
      this.bytes = this.#small;
      this.#small = undefined;
    }
    if (this.bytes.length > READ_BYTES) this.bytes = new Uint8Array(READ_BYTES);
    if (this.out.length > OUT_BYTES) {
      largeBuffers.give(this.out);
      this.out = new Uint8Array(OUT_BYTES);
    }
    this.#floor = this.start = this.end = 0;
    this.#isFull = false;
    this.fill();
  }

  /** Says that the head of the answer ends at `start`: its bytes stay where they are until the connection rests. */
  keepHead(): void {
    this.#floor = this.start;
  }

  /** Reads more; bytes that were used before may be overwritten. Never rejects: see `hasEnded`. */
  fill(): Promise<void> {
    return this.#reading ??= this.#read();
  }

  /** Writes all of it. @throws when the backend takes no more */
  write(bytes: Uint8Array): Promise<void> {
    this.#isWriting = true;
    return this.#conn.write(bytes).then((count) => {
      this.#isWriting = false;
      this.written += count;
      // Nearly always it is all.
      if (count < bytes.length) return this.write(bytes.subarray(count));
    });
  }

  /** Makes the buffer to write from larger, its contents lost. @returns whether it could be */
  widen(): boolean {
    if (this.out.length >= LARGE_BYTES) return false;
    this.out = largeBuffers.take();
    return true;
  }

  /** The bytes that were read and not used, and the socket: for a protocol that is not ours. */
  takeOver(): { readonly conn: Deno.TcpConn; readonly unread: Uint8Array } {
    return { conn: this.#conn, unread: this.bytes.slice(this.start, this.end) };
  }

  /** Ends it at once. May be called more than once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.hasEnded = true;
    this.failure ??= new Error("The connection was closed");
    if (this.#isWriting) this.#options.reset?.(this.#conn);
    try {
      this.#conn.close();
    } catch {
      // The system has closed it already.
    }
    // A piece of it may still be on its way to a client.
    if (this.#isHuge) hugeBuffers.drop();
    this.#isHuge = false;
    this.#options.onClose(this);
  }

  #read(): Promise<void> {
    this.#makeRoom();
    const room = this.end === 0 ? this.bytes : this.bytes.subarray(this.end);
    return this.#conn.read(room).then(this.#onRead, this.#onFailure);
  }

  readonly #onRead = (count: number | null): void => {
    this.#reading = undefined;
    if (count === null) this.hasEnded = true;
    else {
      this.end += count;
      this.#isFull = this.end === this.bytes.length;
    }
    if (this.#isResting) this.close();
  };

  readonly #onFailure = (error: unknown): void => {
    this.#reading = undefined;
    this.hasEnded = true;
    this.failure ??= error;
    if (this.#isResting) this.close();
  };

  #makeRoom(): void {
    if (this.start === this.end) {
      this.start = this.end = this.#floor;
      const isCramped = this.#isFull || this.#floor * 2 > this.bytes.length;
      if (this.#floor > 0 && isCramped) this.#enlarge();
      else if (this.#isFull && this.#small && !this.#isHuge) this.#enlargeMore();
    } else if (this.end === this.bytes.length) {
      if (this.#floor > 0 && !this.#small) this.#enlarge();
      else if (this.start > this.#floor) this.#moveDown();
      else this.#double();
    }
  }

  /** Goes on in a large buffer; the head stays in the small one. */
  #enlarge(): void {
    const large = largeBuffers.take();
    large.set(this.bytes.subarray(this.start, this.end));
    this.#small = this.bytes;
    this.bytes = large;
    this.end -= this.start;
    this.start = this.#floor = 0;
  }

  /** Goes on in a huge buffer, where one is to be had: fewer reads and writes for the same content. */
  #enlargeMore(): void {
    const huge = hugeBuffers.take();
    if (!huge) return;
    largeBuffers.give(this.bytes);
    this.bytes = huge;
    this.#isHuge = true;
  }

  #moveDown(): void {
    this.bytes.copyWithin(this.#floor, this.start, this.end);
    this.end -= this.start - this.#floor;
    this.start = this.#floor;
  }

  /** For a head that is larger than the buffer; the reader knows how large one may be. */
  #double(): void {
    const wider = new Uint8Array(this.bytes.length * 2);
    wider.set(this.bytes);
    this.bytes = wider;
  }
}
