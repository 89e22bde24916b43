import { Buffer } from "node:buffer";
import zlib from "node:zlib";

/** Gives what was compressed, once it is whole; throws for what is not. */
export function decoded(coding: string | undefined, bytes: Uint8Array): string {
  const whole = Buffer.from(bytes);
  switch (coding) {
    case "gzip":
      return zlib.gunzipSync(whole).toString();
    case "br":
      return zlib.brotliDecompressSync(whole).toString();
    case "zstd":
      return zlib.zstdDecompressSync(whole).toString();
    case undefined:
      return whole.toString();
    default:
      throw new Error(`No coding "${coding}"`);
  }
}

/** Decodes as far as the bytes go that have come. */
export class PartDecoder {
  readonly #stream: zlib.Gunzip | zlib.BrotliDecompress | zlib.ZstdDecompress;
  /** What has come of it. */
  text = "";

  constructor(coding: string) {
    this.#stream = coding === "gzip"
      ? zlib.createGunzip()
      : coding === "br"
      ? zlib.createBrotliDecompress()
      : zlib.createZstdDecompress();
    this.#stream.on("data", (piece: Uint8Array) => this.text += new TextDecoder().decode(piece));
    this.#stream.on("error", () => {});
  }

  /** Resolves when the bytes have been decoded. */
  take(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#stream.write(Buffer.from(bytes), () => resolve()));
  }

  [Symbol.dispose](): void {
    this.#stream.destroy();
  }
}
