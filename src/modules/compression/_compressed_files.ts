import type { Content, Fields } from "../../contract/exchange.ts";

/** Keeps the compressed forms of files, those asked for last, up to so many bytes. */
export class CompressedFiles {
  readonly #mostBytes: number;
  readonly #largestFile: number;
  /** The one asked for last is the last. */
  readonly #kept = new Map<string, Uint8Array>();
  #bytes = 0;

  /**
   * @param mostBytes of all together, compressed
   * @param largestFile bytes of a file that is kept, uncompressed
   */
  constructor(mostBytes: number, largestFile: number) {
    this.#mostBytes = mostBytes;
    this.#largestFile = largestFile;
  }

  /** Gives the compressed form that is kept of a file. */
  get(name: string): Uint8Array | undefined {
    const bytes = this.#kept.get(name);
    if (!bytes) return undefined;
    this.#kept.delete(name);
    this.#kept.set(name, bytes);
    return bytes;
  }

  /**
   * Gives a content that is kept once it has been read to its end.
   *
   * @param fileBytes of the file, uncompressed, where that is known
   */
  keeping(name: string, fileBytes: number | undefined, content: Content): Content {
    if (fileBytes === undefined || fileBytes > this.#largestFile) return content;
    return new KeptContent(content, (pieces, length) => this.#keep(name, pieces, length));
  }

  #keep(name: string, pieces: readonly Uint8Array[], length: number): void {
    if (this.#kept.has(name) || length > this.#mostBytes) return;
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    this.#kept.set(name, bytes);
    this.#bytes += length;
    for (const [oldest, { length: freed }] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= freed;
    }
  }
}

/** Collects what passes; the pieces of an encoder stay as they are. */
class KeptContent implements Content {
  readonly #content: Content;
  readonly #done: (pieces: readonly Uint8Array[], length: number) => void;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(content: Content, done: (pieces: readonly Uint8Array[], length: number) => void) {
    this.#content = content;
    this.#done = done;
  }

  async read(): Promise<Uint8Array | null> {
    const piece = await this.#content.read();
    if (piece === null) {
      this.#done(this.#pieces, this.#length);
    } else {
      this.#pieces.push(piece);
      this.#length += piece.length;
    }
    return piece;
  }

  state(): "bytes" | "end" | "waiting" {
    return this.#content.state?.() ?? "waiting";
  }

  cancel(reason?: unknown): void {
    this.#pieces.length = 0;
    this.#content.cancel(reason);
  }

  trailers(): Fields | undefined {
    return this.#content.trailers?.();
  }
}
