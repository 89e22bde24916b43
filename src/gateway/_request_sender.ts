import type { Content, Fields, RequestHead } from "../contract/exchange.ts";
import {
  CHUNK_AFTER,
  CHUNK_BEFORE,
  frameChunk,
  FRAMING,
  type Framing,
  LAST_CHUNK,
  NO_ROOM,
  writeRequestHead,
  writeTrailers,
} from "../http1/mod.ts";
import type { BackendConnection } from "./backend_connection.ts";
import { inboundTrailers } from "./fields.ts";

/** Bytes that one chunk needs beside its content. */
const CHUNK_ROOM = CHUNK_BEFORE + CHUNK_AFTER;

/** Who is told that a request cannot be sent to its end. */
export interface SenderObserver {
  /** Its `failure` says why. */
  sendingFailed(): void;
}

/**
 * Sends one request: its head with what of its content is there already, then the rest as it comes. The content's
 * length is kept to exactly.
 */
export class RequestSender {
  /** Whether the whole request was handed to the system. */
  isDone = false;
  /** Why it could not be read or written down; nothing is sent after that. Not: that the backend takes no more. */
  failure: unknown;
  /** Whether the backend took no more. */
  isRefused = false;
  /** Whether anything of the content was asked for. */
  hasRead = false;

  readonly #head: RequestHead;
  readonly #content: Content;
  readonly #observer: SenderObserver;
  readonly #connection: BackendConnection;
  readonly #framing: Framing;
  #sent = 0;
  /** What of the connection's `out` is to be written. */
  #at = 0;
  #isStopped = false;

  constructor(
    connection: BackendConnection,
    head: RequestHead,
    content: Content,
    observer: SenderObserver,
  ) {
    this.#connection = connection;
    this.#head = head;
    this.#content = content;
    this.#observer = observer;
    this.#framing = framingOf(head, content);
  }

  /** Begins to send. Never throws: see `failure`. */
  start(): void {
    try {
      this.#writeHead();
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#content.length !== 0) this.#pump().catch((error) => this.#fail(error));
    else {this.#connection.write(this.#connection.out.subarray(0, this.#at)).then(
        this.#onSent,
        this.#onRefused,
      );}
  }

  /** Says that nothing of the rest is to be sent. */
  stop(): void {
    this.#isStopped = true;
  }

  readonly #onSent = (): void => {
    this.isDone = true;
  };

  readonly #onRefused = (): void => {
    this.isRefused = true;
  };

  #writeHead(): void {
    const { length = 0 } = this.#content;
    for (;;) {
      const { out } = this.#connection;
      const end = writeRequestHead(out, 0, this.#head, this.#framing, length);
      if (end !== NO_ROOM) {
        this.#at = end;
        return;
      }
      if (!this.#connection.widen()) throw new RangeError("Cannot send a head of over 64 KiB");
    }
  }

  /** Writes while there is something to be read. */
  async #pump(): Promise<void> {
    const content = this.#content;
    for (;;) {
      if (this.#at > 0 && (content.state?.() ?? "waiting") === "waiting") {
        await this.#flush();
        // All there is to send was sent, though the content has not said its end.
        if (this.#sent === content.length && !this.isRefused) this.isDone = true;
      }
      if (this.#isStopped || this.isRefused) return;
      this.hasRead = true;
      const piece = await content.read();
      if (this.#isStopped || this.isRefused) return;
      if (piece === null) break;
      this.#count(piece.length);
      if (this.#framing === FRAMING.CHUNKED) await this.#chunks(piece);
      else await this.#plain(piece);
    }
    await this.#end();
  }

  #count(bytes: number): void {
    const { length } = this.#content;
    this.#sent += bytes;
    if (length !== undefined && this.#sent > length) throw new Error("The content is too long");
  }

  async #plain(piece: Uint8Array): Promise<void> {
    const { out } = this.#connection;
    if (piece.length <= out.length - this.#at) {
      out.set(piece, this.#at);
      this.#at += piece.length;
      return;
    }
    if (this.#at > 0) await this.#flush();
    await this.#write(piece);
  }

  async #chunks(piece: Uint8Array): Promise<void> {
    for (let rest = piece; rest.length > 0 && !this.isRefused;) {
      if (this.#chunkRoom < rest.length) {
        if (this.#at > 0) await this.#flush();
        this.#connection.widen();
      }
      const part = rest.subarray(0, this.#chunkRoom);
      this.#chunk(part);
      rest = rest.subarray(part.length);
    }
  }

  /** How much content a chunk may hold so that the last chunk fits behind it. */
  get #chunkRoom(): number {
    return this.#connection.out.length - this.#at - CHUNK_ROOM - LAST_CHUNK.length;
  }

  #chunk(part: Uint8Array): void {
    const { out } = this.#connection;
    const from = this.#at + CHUNK_BEFORE;
    out.set(part, from);
    const end = from + part.length;
    const begin = frameChunk(out, from, end);
    // The size rarely needs all the room it may: the chunk moves up to what is before it.
    out.copyWithin(this.#at, begin, end + CHUNK_AFTER);
    this.#at += end + CHUNK_AFTER - begin;
  }

  async #end(): Promise<void> {
    const { length } = this.#content;
    if (length !== undefined && this.#sent < length) throw new Error("The content is too short");
    if (this.#framing === FRAMING.CHUNKED) await this.#endChunks();
    if (this.#at > 0) await this.#flush();
    if (!this.isRefused) this.isDone = true;
  }

  async #endChunks(): Promise<void> {
    const received = this.#content.trailers?.();
    const trailers = received && inboundTrailers(received);
    if (trailers && trailers.size > 0) {
      if (this.#writeTrailers(trailers)) return;
      await this.#flush();
      this.#connection.widen();
      if (this.#writeTrailers(trailers)) return;
    }
    if (this.#connection.out.length - this.#at < LAST_CHUNK.length) await this.#flush();
    this.#connection.out.set(LAST_CHUNK, this.#at);
    this.#at += LAST_CHUNK.length;
  }

  #writeTrailers(trailers: Fields): boolean {
    const end = writeTrailers(this.#connection.out, this.#at, trailers);
    if (end !== NO_ROOM) this.#at = end;
    return end !== NO_ROOM;
  }

  async #flush(): Promise<void> {
    const { out } = this.#connection;
    const bytes = out.subarray(0, this.#at);
    this.#at = 0;
    await this.#write(bytes);
  }

  /** That the backend takes no more is no failure: it may have answered already. */
  async #write(bytes: Uint8Array): Promise<void> {
    if (this.isRefused) return;
    try {
      await this.#connection.write(bytes);
    } catch {
      this.isRefused = true;
    }
  }

  #fail(error: unknown): void {
    this.failure = error;
    this.#observer.sendingFailed();
  }
}

/** A request without content has it said by `Content-Length: 0` only where the client said so. */
function framingOf({ fields }: RequestHead, { length }: Content): Framing {
  if (length === undefined) return FRAMING.CHUNKED;
  return length > 0 || fields.has("content-length") ? FRAMING.LENGTH : FRAMING.NONE;
}
