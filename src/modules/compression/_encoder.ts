import { Buffer } from "node:buffer";
import zlib from "node:zlib";
import type { Coding } from "./_accept_encoding.ts";

const Z = zlib.constants;

/** What IIS calls a compression level, 0 to 10, in the words of each coding: above these time is spent on little. */
const LEVELS: Readonly<Record<Coding, readonly number[]>> = {
  br: [3, 3, 3, 4, 4, 4, 5, 5, 6, 7, 9],
  zstd: [3, 3, 3, 3, 4, 5, 5, 6, 7, 8, 9],
  gzip: [2, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9],
};

/** 256 KiB: farther back few texts repeat, and an encoder needs several times of it. Power of two. */
const WINDOW_BITS = 18;

/** How many are to be at work at one time at most; one takes about 1 MB. */
export const ENCODERS_MOST = 256;

/** The most that is compressed in one go, while nothing else goes on. Bytes. */
const SLICE_BYTES = 64 * 1_024;

let encoders = 0;

/** A kind of compression as one answer is to have it. */
export interface Compression {
  readonly coding: Coding;
  /** As in web.config: 0, fastest, to 10, smallest. */
  readonly level: number;
}

/** Compresses bytes that are all there. Takes the time it takes: for small ones. */
export function compress(bytes: Uint8Array, { coding, level }: Compression): Uint8Array {
  const effort = LEVELS[coding][level] ?? 0;
  if (coding === "gzip") return zlib.gzipSync(bytes, { level: effort });
  if (coding === "br") return zlib.brotliCompressSync(bytes, brotliOptions(effort, bytes.length));
  return zlib.zstdCompressSync(bytes, zstdOptions(effort));
}

/** Compresses bytes as they come. Who has one ends or closes it. */
export class Encoder {
  readonly #stream: zlib.Gzip | zlib.BrotliCompress | zlib.ZstdCompress;
  readonly #flushKind: number;
  readonly #pieces: Uint8Array[] = [];
  #step: PromiseWithResolvers<void> | undefined;
  #isClosed = false;

  constructor({ coding, level }: Compression) {
    encoders++;
    const effort = LEVELS[coding][level] ?? 0;
    this.#stream = coding === "gzip"
      ? zlib.createGzip({ level: effort })
      : coding === "br"
      ? zlib.createBrotliCompress(brotliOptions(effort))
      : zlib.createZstdCompress(zstdOptions(effort));
    this.#flushKind = coding === "gzip"
      ? Z.Z_SYNC_FLUSH
      : coding === "br"
      ? Z.BROTLI_OPERATION_FLUSH
      : Z.ZSTD_e_flush;
    this.#stream.on("data", (piece: Uint8Array) => this.#pieces.push(piece));
    this.#stream.on("error", (error) => this.#step?.reject(error));
  }

  /** How many are at work. */
  static get busy(): number {
    return encoders;
  }

  /** Gives what has come of the bytes so far, piece by piece; the bytes stay as they are. */
  shift(): Uint8Array | undefined {
    return this.#pieces.shift();
  }

  /** Whether {@linkcode Encoder.shift} would give something. */
  get hasPieces(): boolean {
    return this.#pieces.length > 0;
  }

  /** Takes bytes; they may change once it is done. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      const slice = bytes.subarray(at, at + SLICE_BYTES);
      const part = Buffer.from(slice.buffer, slice.byteOffset, slice.byteLength);
      await this.#run((done) => this.#stream.write(part, done));
    }
  }

  /** Makes everything that was written come out. */
  flush(): Promise<void> {
    return this.#run((done) => this.#stream.flush(this.#flushKind, done));
  }

  /** Makes the rest come out, and closes. */
  async end(): Promise<void> {
    await this.#run((done) => this.#stream.once("end", done).end());
    this.close();
  }

  /** Gives back its memory; pieces stay. May be called more than once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    encoders--;
    this.#stream.destroy();
    this.#step?.reject(new Error("The encoder was closed"));
  }

  #run(begin: (done: (error?: Error | null) => void) => void): Promise<void> {
    const step = Promise.withResolvers<void>();
    this.#step = step;
    if (this.#isClosed) step.reject(new Error("The encoder was closed"));
    else begin((error) => error ? step.reject(error) : step.resolve());
    return step.promise;
  }
}

function brotliOptions(effort: number, length = 0) {
  return {
    params: {
      [Z.BROTLI_PARAM_QUALITY]: effort,
      [Z.BROTLI_PARAM_LGWIN]: WINDOW_BITS,
      [Z.BROTLI_PARAM_SIZE_HINT]: length,
    },
  };
}

function zstdOptions(effort: number) {
  return {
    params: {
      [Z.ZSTD_c_compressionLevel]: effort,
      [Z.ZSTD_c_windowLog]: WINDOW_BITS,
    },
  };
}
