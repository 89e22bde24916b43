import type { Fields } from "../contract/exchange.ts";
import { HeaderWriter } from "./http2_header_writer.ts";
import { FrameOutput, OUTPUT_FULL } from "./http2_output.ts";
import { FIRST_WINDOW, FRAME_HEAD, MAX_FRAME, MAX_WINDOW } from "./http2_protocol.ts";
import type { Http2Stream } from "./http2_stream.ts";

/** The sending half of a connection: who may send how much, and in which turn. */
export class Http2Sender {
  readonly output: FrameOutput = new FrameOutput();

  readonly #headers = new HeaderWriter();
  readonly #now: () => number;
  /** Says that there is something to write. */
  readonly wake: () => void;
  /** Bytes we may send on all streams together. */
  #window = FIRST_WINDOW;
  #firstWindow = FIRST_WINDOW;
  /** Streams that have something to send and a window for it, in turn. */
  readonly #ready = new Set<Http2Stream>();
  #framed: (() => void)[] = [];

  /** @param wake told that there is something to write */
  constructor(now: () => number, wake: () => void) {
    this.#now = now;
    this.wake = wake;
  }

  /** Opens our side of a stream. */
  open(stream: Http2Stream): void {
    stream.sendWindow = this.#firstWindow;
  }

  /**
   * Frames a head, an interim one, or trailers; {@linkcode wake} sends them.
   *
   * @param status 0 for trailers
   * @throws {TypeError} for a field that cannot be sent; nothing was framed then
   */
  head(stream: Http2Stream, status: number, fields: Fields, isLast: boolean): void {
    if (stream.isGone) return;
    const block = this.#headers.block(status, fields);
    this.output.headers(stream.id, block, isLast);
    if (isLast) stream.isLocalEnded = true;
  }

  /**
   * Sends content; one call at a time for a stream. Resolves when all of it is framed and the bytes are no longer
   * needed.
   *
   * @throws what ended the stream
   */
  send(stream: Http2Stream, bytes: Uint8Array, isLast: boolean): Promise<void> {
    stream.pending = bytes;
    stream.at = 0;
    stream.isLast = isLast;
    stream.stuckSince = this.#now();
    const sent = stream.sent = Promise.withResolvers<void>();
    this.#ready.add(stream);
    this.pump();
    this.wake();
    return sent.promise;
  }

  /** Calls back when what was framed up to now is written. */
  whenWritten(written: () => void): void {
    this.#framed.push(written);
  }

  /** Whether anybody waits to be called back. */
  get hasFramed(): boolean {
    return this.#framed.length > 0;
  }

  /** Gives those who wait for what was framed up to now. */
  takeFramed(): (() => void)[] {
    const framed = this.#framed;
    this.#framed = [];
    return framed;
  }

  /** Frames content while there is room and a window for it, each stream in its turn. */
  pump(): void {
    let isBlocked = false;
    for (const stream of this.#ready) {
      if (this.output.isFull || isBlocked) return;
      // Also moves it to the end of the row, which this walk comes to again.
      this.#ready.delete(stream);
      const rest = (stream.pending?.length ?? 0) - stream.at;
      if (!stream.pending || (rest > 0 && stream.sendWindow <= 0)) continue;
      if (rest > 0 && this.#window <= 0) isBlocked = true;
      else this.#frame(stream, stream.pending, rest);
      if (stream.pending) this.#ready.add(stream);
    }
  }

  #frame(stream: Http2Stream, bytes: Uint8Array, rest: number): void {
    const room = OUTPUT_FULL + MAX_FRAME - this.output.size - FRAME_HEAD;
    const count = Math.max(
      0,
      Math.min(rest, MAX_FRAME, room, stream.sendWindow, this.#window),
    );
    const isLast = stream.isLast && count === rest;
    this.output.data(stream.id, bytes, stream.at, stream.at + count, isLast);
    stream.sendWindow -= count;
    this.#window -= count;
    stream.at += count;
    stream.stuckSince = this.#now();
    if (count < rest) return;
    if (isLast) stream.isLocalEnded = true;
    stream.pending = undefined;
    stream.stuckSince = Infinity;
    const sent = stream.sent;
    stream.sent = undefined;
    sent?.resolve();
  }

  /**
   * Adds to the window of a stream, or of the connection where there is none.
   *
   * @returns whether it stays within what a window may be
   */
  grant(stream: Http2Stream | undefined, bytes: number): boolean {
    if (!stream) {
      this.#window += bytes;
      if (this.#window > MAX_WINDOW) return false;
    } else {
      stream.sendWindow += bytes;
      if (stream.sendWindow > MAX_WINDOW) return false;
      if (stream.pending) this.#ready.add(stream);
    }
    this.wake();
    return true;
  }

  /** Takes the client's INITIAL_WINDOW_SIZE, which counts for streams that are open, too. */
  setFirstWindow(bytes: number, streams: Iterable<Http2Stream>): boolean {
    const change = bytes - this.#firstWindow;
    this.#firstWindow = bytes;
    for (const stream of streams) {
      if (!this.grant(stream, change)) return false;
    }
    return true;
  }
}
