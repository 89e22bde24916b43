import { LARGE_BYTES, largeBuffers } from "../contract/buffers.ts";
import type { Content, Fields, Reply, ResponseHead } from "../contract/exchange.ts";
import {
  CHUNK_AFTER,
  CHUNK_BEFORE,
  frameChunk,
  FRAMING,
  type Framing,
  LAST_CHUNK,
  NO_ROOM,
  writeResponseHead,
  writeTrailers,
} from "../http1/mod.ts";
import { outBuffers } from "./_buffers.ts";
import type { ConnectionTimes } from "./_connection_times.ts";

/** Bytes that the end of chunks may need beside trailers. */
const END_ROOM = 64;
/** A head that fits in no buffer of this size is not sent. */
const LARGEST_HEAD = 4 * LARGE_BYTES;

/** What the content of an answer broke off with: nothing that follows on the connection means anything. */
export class BrokenContent extends Error {
  constructor(options: ErrorOptions) {
    super("The content of the answer broke off", options);
  }
}

/** An answer has a head that cannot be sent; nothing of it was. The message says what is wrong with it. */
export class UnsendableHead extends Error {}

/**
 * The answers of one connection as bytes: head, content and end go out in as few writes as there are pauses in
 * what the content gives.
 */
export class Http1Output {
  /** Bytes of content that were written. */
  bytesOut = 0;

  readonly #conn: Deno.Conn;
  readonly #times: ConnectionTimes;
  #out: Uint8Array = EMPTY;
  #at = 0;

  /** @param times are told of each write, which has its time */
  constructor(conn: Deno.Conn, times: ConnectionTimes) {
    this.#conn = conn;
    this.#times = times;
  }

  /** Writes all of it. @throws when the connection is gone */
  async write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    try {
      for (;;) {
        this.#times.write();
        const count = await this.#conn.write(rest);
        if (count === rest.length) return;
        rest = rest.subarray(count);
      }
    } finally {
      this.#times.written();
    }
  }

  /** Sends an interim response at once. */
  async interim(head: ResponseHead): Promise<void> {
    this.#takeHead(head, FRAMING.NONE, 0);
    await this.#flush();
    this.#giveBack();
  }

  /**
   * Sends an answer whole.
   *
   * @throws {UnsendableHead} where it cannot be sent
   * @throws {BrokenContent} when its content fails or is not as long as was said
   */
  async reply({ head, content }: Reply, framing: Framing, takesTrailers: boolean): Promise<void> {
    this.#takeHead(head, framing, content.length ?? 0);
    try {
      if (framing === FRAMING.NONE || framing === FRAMING.DESCRIBED) content.cancel();
      else if (framing === FRAMING.CHUNKED) await this.#chunks(content, takesTrailers);
      else await this.#plain(content, framing === FRAMING.LENGTH ? content.length ?? 0 : undefined);
      if (this.#at > 0) await this.#flush();
    } finally {
      this.#giveBack();
    }
  }

  #takeHead(head: ResponseHead, framing: Framing, length: number): void {
    try {
      this.#head(head, framing, length);
    } catch (error) {
      if (error instanceof RangeError) throw new UnsendableHead(error.message, { cause: error });
      throw error;
    }
  }

  #head(head: ResponseHead, framing: Framing, length: number): void {
    if (this.#out === EMPTY) this.#out = outBuffers.take();
    let end = writeResponseHead(this.#out, 0, head, framing, length);
    while (end === NO_ROOM) {
      const bytes = this.#out.length * 2;
      if (bytes > LARGEST_HEAD) throw new RangeError("Cannot send a head of more than 256 KiB");
      this.#giveBack();
      this.#out = new Uint8Array(bytes);
      end = writeResponseHead(this.#out, 0, head, framing, length);
    }
    this.#at = end;
  }

  async #plain(content: Content, length: number | undefined): Promise<void> {
    let sent = 0;
    for (;;) {
      const piece = await this.#next(content);
      if (piece === null) break;
      sent += piece.length;
      if (length !== undefined && sent > length) throw broken(content, "longer than it said");
      this.bytesOut += piece.length;
      if (piece.length <= this.#out.length - this.#at) {
        this.#out.set(piece, this.#at);
        this.#at += piece.length;
        continue;
      }
      if (this.#at > 0) await this.#flush();
      await this.write(piece);
    }
    if (length !== undefined && sent < length) throw broken(content, "shorter than it said");
  }

  async #chunks(content: Content, takesTrailers: boolean): Promise<void> {
    for (;;) {
      let piece = await this.#next(content);
      if (piece === null) break;
      while (piece.length > 0) {
        const room = this.#out.length - this.#at - CHUNK_BEFORE - CHUNK_AFTER - END_ROOM;
        if (room < Math.min(piece.length, 1_024)) {
          await this.#flush();
          this.#widen();
          continue;
        }
        const part = piece.subarray(0, room);
        this.#chunk(part);
        piece = piece.subarray(part.length);
      }
    }
    await this.#endChunks(takesTrailers ? content.trailers?.() : undefined);
  }

  #chunk(part: Uint8Array): void {
    const from = this.#at + CHUNK_BEFORE;
    this.#out.set(part, from);
    const begin = frameChunk(this.#out, from, from + part.length);
    // The size rarely needs all the room it may: the chunk moves up to what was written before.
    this.#out.copyWithin(this.#at, begin, from + part.length + CHUNK_AFTER);
    this.#at += from - begin + part.length + CHUNK_AFTER;
    this.bytesOut += part.length;
  }

  async #endChunks(trailers: Fields | undefined): Promise<void> {
    if (trailers && trailers.size > 0) {
      const end = this.#trailers(this.#at, trailers);
      if (end !== NO_ROOM) {
        this.#at = end;
        return;
      }
      await this.#flush();
      const alone = this.#trailers(0, trailers);
      this.#at = alone === NO_ROOM ? this.#lastChunk() : alone;
      return;
    }
    if (this.#out.length - this.#at < LAST_CHUNK.length) await this.#flush();
    this.#at = this.#lastChunk();
  }

  #trailers(at: number, trailers: Fields): number {
    try {
      return writeTrailers(this.#out, at, trailers);
    } catch (cause) {
      throw new BrokenContent({ cause });
    }
  }

  #lastChunk(): number {
    this.#out.set(LAST_CHUNK, this.#at);
    return this.#at + LAST_CHUNK.length;
  }

  /** Gives the next piece; what waits to go out goes first where the content has nothing at hand. */
  async #next(content: Content): Promise<Uint8Array | null> {
    if (this.#at > 0 && (content.state?.() ?? "waiting") === "waiting") await this.#flush();
    try {
      return await content.read();
    } catch (cause) {
      throw new BrokenContent({ cause });
    }
  }

  async #flush(): Promise<void> {
    const bytes = this.#out.subarray(0, this.#at);
    this.#at = 0;
    await this.write(bytes);
  }

  /** A content in large pieces gets a large buffer: fewer writes. */
  #widen(): void {
    if (this.#out.length >= LARGE_BYTES) return;
    this.#giveBack();
    this.#out = largeBuffers.take();
  }

  #giveBack(): void {
    outBuffers.give(this.#out);
    largeBuffers.give(this.#out);
    this.#out = EMPTY;
    this.#at = 0;
  }
}

const EMPTY = new Uint8Array(0);

function broken(content: Content, how: string): BrokenContent {
  const cause = new Error(`The content is ${how}`);
  content.cancel(cause);
  return new BrokenContent({ cause });
}
