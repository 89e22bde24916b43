import { LARGE_BYTES, largeBuffers } from "../../contract/buffers.ts";
import type { Content } from "../../contract/exchange.ts";
import type { FileBytes } from "../physical_memory.ts";

/** A piece of a file, with what is sent before it. */
export interface FilePart {
  readonly before: Uint8Array;
  /** Of the first byte, from 0. */
  readonly from: number;
  /** Behind the last byte. */
  readonly to: number;
}

/** Options of {@linkcode fileContent}. */
export interface FileContentOptions {
  readonly parts: readonly FilePart[];
  /** What is sent behind the last part. @default nothing */
  readonly after?: Uint8Array;
  /** Names file and version where this is all of it. @see Content.file */
  readonly file?: string;
}

/** Bytes of every part and of what is around them. */
function contentLength({ parts, after = NOTHING }: FileContentOptions): number {
  return parts.reduce((sum, { before, from, to }) => sum + before.length + to - from, after.length);
}

/**
 * Gives parts of a file as a content: at once from memory, else read in pieces of 64 KiB. The file is closed, or its
 * memory given back, at the end and on `cancel`. Reading fails where the file has become shorter.
 */
export function fileContent(source: FileBytes, options: FileContentOptions): Content {
  return source.in === "memory"
    ? new MemoryContent(source, options)
    : new DiskContent(source.file, options);
}

const NOTHING = new Uint8Array(0);

function pieces(bytes: Uint8Array, { parts, after = NOTHING }: FileContentOptions): Uint8Array[] {
  const all = parts.flatMap(({ before, from, to }) => [before, bytes.subarray(from, to)]);
  return [...all, after].filter(({ length }) => length > 0);
}

/** Parts of a file that is in memory. */
class MemoryContent implements Content {
  readonly length: number;
  readonly file?: string;
  readonly #source: Extract<FileBytes, { in: "memory" }>;
  readonly #pieces: readonly Uint8Array[];
  #next = 0;

  constructor(source: Extract<FileBytes, { in: "memory" }>, options: FileContentOptions) {
    this.#source = source;
    this.length = contentLength(options);
    if (options.file !== undefined) this.file = options.file;
    this.#pieces = options.file !== undefined && this.length > 0
      ? [source.bytes]
      : pieces(source.bytes, options);
  }

  read(): Promise<Uint8Array | null> {
    const piece = this.#pieces[this.#next++];
    if (piece) return Promise.resolve(piece);
    this.#source.release();
    return Promise.resolve(null);
  }

  state(): "bytes" | "end" {
    return this.#next < this.#pieces.length ? "bytes" : "end";
  }

  cancel(): void {
    this.#next = this.#pieces.length;
    this.#source.release();
  }
}

/** Parts of a file that is read as it is sent. */
class DiskContent implements Content {
  readonly length: number;
  readonly file?: string;
  readonly #file: Deno.FsFile;
  readonly #parts: readonly FilePart[];
  readonly #after: Uint8Array;
  #buffer: Uint8Array | undefined;
  #part = -1;
  /** Of the file: where the next byte of the part is. */
  #at = 0;
  #isReading = false;
  #isOver = false;

  constructor(file: Deno.FsFile, options: FileContentOptions) {
    this.#file = file;
    this.#parts = options.parts;
    this.#after = options.after ?? NOTHING;
    this.length = contentLength(options);
    if (options.file !== undefined) this.file = options.file;
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#isOver) return null;
    this.#isReading = true;
    try {
      const piece = await this.#next();
      // What was read is in a buffer that is no longer ours where it was cancelled meanwhile.
      if (this.#isOver) return null;
      if (piece === null) this.#isOver = true;
      return piece;
    } catch (error) {
      this.#isOver = true;
      throw error;
    } finally {
      this.#isReading = false;
      if (this.#isOver) this.#close();
    }
  }

  state(): "end" | "waiting" {
    return this.#isOver ? "end" : "waiting";
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // A buffer that the system writes into is nobody else's until it has.
    if (!this.#isReading) this.#close();
  }

  async #next(): Promise<Uint8Array | null> {
    for (;;) {
      const part = this.#parts[this.#part];
      if (part && this.#at < part.to) return await this.#piece(part);
      const next = this.#parts[++this.#part];
      if (!next) {
        return this.#part === this.#parts.length && this.#after.length > 0 ? this.#after : null;
      }
      if (next.from !== this.#at) await this.#file.seek(next.from, Deno.SeekMode.Start);
      this.#at = next.from;
      if (next.before.length > 0) return next.before;
    }
  }

  async #piece({ to }: FilePart): Promise<Uint8Array> {
    const buffer = this.#buffer ??= largeBuffers.take();
    const count = await this.#file.read(buffer.subarray(0, Math.min(LARGE_BYTES, to - this.#at)));
    if (count === null) throw new Error("The file has become shorter while it was sent");
    this.#at += count;
    return buffer.subarray(0, count);
  }

  #close(): void {
    this.#file.close();
    if (this.#buffer) largeBuffers.give(this.#buffer);
    this.#buffer = undefined;
  }
}
