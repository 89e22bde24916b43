import { LARGE_BYTES, largeBuffers } from "../contract/buffers.ts";

/** What a tunnel holds while nothing comes: there may be thousands. */
const SMALL_BYTES = 2 * 1024;

/** The buffer of one direction: small until a read fills it, large until a read would have fitted the small one. */
export class TunnelBuffer {
  #bytes: Uint8Array = new Uint8Array(SMALL_BYTES);

  /** What to read into. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Fits the size to what a read gave. Only when nobody uses those bytes any more. */
  fit(count: number): void {
    const isLarge = this.#bytes.length === LARGE_BYTES;
    if (!isLarge && count === SMALL_BYTES) this.#bytes = largeBuffers.take();
    if (isLarge && count <= SMALL_BYTES) {
      largeBuffers.give(this.#bytes);
      this.#bytes = new Uint8Array(SMALL_BYTES);
    }
  }
}
