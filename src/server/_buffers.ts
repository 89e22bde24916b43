/** Bytes of a buffer for content. */
export const LARGE_BYTES = 64 * 1024;
/** Bytes of a buffer for a head and what goes out with it. */
export const OUT_BYTES = 16 * 1024;

/** Keeps buffers that are not in use, so that a busy host makes none. */
class BufferPool {
  readonly #bytes: number;
  readonly #kept: Uint8Array[] = [];
  readonly #most: number;

  constructor(bytes: number, most: number) {
    this.#bytes = bytes;
    this.#most = most;
  }

  /** Gives a buffer with whatever was in it. */
  take(): Uint8Array {
    return this.#kept.pop() ?? new Uint8Array(this.#bytes);
  }

  /** Takes one back that nobody reads or writes any more. */
  give(buffer: Uint8Array): void {
    if (this.#kept.length < this.#most) this.#kept.push(buffer);
  }
}

/** For contents on their way. */
export const largeBuffers: BufferPool = new BufferPool(LARGE_BYTES, 64);
/** For heads on their way out. */
export const outBuffers: BufferPool = new BufferPool(OUT_BYTES, 1_024);
