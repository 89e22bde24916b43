/** Bytes of one of the {@linkcode largeBuffers}. */
export const LARGE_BYTES = 64 * 1_024;

/** Keeps buffers of one size that are not in use, so that a busy host makes none. */
export class BufferPool {
  readonly #bytes: number;
  readonly #most: number;
  readonly #kept: Uint8Array[] = [];

  /**
   * @param bytes of each buffer
   * @param most how many are kept; more are left to the collector
   */
  constructor(bytes: number, most: number) {
    this.#bytes = bytes;
    this.#most = most;
  }

  /** Gives a buffer with whatever was in it. */
  take(): Uint8Array {
    return this.#kept.pop() ?? new Uint8Array(this.#bytes);
  }

  /** Takes one back that nobody reads or writes any more; one of another size is left to the collector. */
  give(buffer: Uint8Array): void {
    if (buffer.length === this.#bytes && this.#kept.length < this.#most) this.#kept.push(buffer);
  }
}

/** For contents on their way, of all connections together. */
export const largeBuffers: BufferPool = new BufferPool(LARGE_BYTES, 128);

/** Bytes of one of the {@linkcode hugeBuffers}. */
const HUGE_BYTES = 256 * 1_024;

/** Lends a few buffers and no more: who gets none does with a smaller one. */
export class ScarceBuffers {
  readonly #bytes: number;
  readonly #most: number;
  readonly #kept: Uint8Array[] = [];
  #lent = 0;

  /**
   * @param bytes of each buffer
   * @param most how many are lent at a time
   */
  constructor(bytes: number, most: number) {
    this.#bytes = bytes;
    this.#most = most;
  }

  /** Gives a buffer with whatever was in it, to be given back or dropped; or nothing, where all are lent. */
  take(): Uint8Array | undefined {
    if (this.#lent >= this.#most) return undefined;
    this.#lent++;
    return this.#kept.pop() ?? new Uint8Array(this.#bytes);
  }

  /** Takes one back that nobody reads or writes any more. */
  give(buffer: Uint8Array): void {
    this.#lent--;
    this.#kept.push(buffer);
  }

  /** Takes note of one that somebody may still read or write: it is left to the collector. */
  drop(): void {
    this.#lent--;
  }
}

/** For contents that come faster than large buffers take them. */
export const hugeBuffers: ScarceBuffers = new ScarceBuffers(HUGE_BYTES, 64);
