/** Whole lines as UTF-8, in order. */
export interface LineBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many of the bytes are written. */
  used: number;
  lines: number;
}

/** Size of a block; a longer line has one of its own. */
export const BLOCK_BYTES = 64 * 1024;
/** Bytes of UTF-8 that one UTF-16 unit takes at most. */
const BYTES_PER_UNIT = 3;
const LINE_FEED = 10;

/** How a {@linkcode LineBuffer} is bounded. */
export interface LineBufferOptions {
  /** What may wait, in bytes; the last line may pass it. */
  readonly maxBytes: number;
  /** Says in the place of lines that were dropped how many they were. */
  readonly gapLine: (lines: number) => string;
  /** Told when such a line takes its place. */
  readonly onGap: (lines: number) => void;
}

/**
 * Holds lines until they are written. Beyond the bound they are dropped, until half of it is free again: few large
 * gaps say more than many small ones.
 */
export class LineBuffer {
  readonly #options: LineBufferOptions;
  readonly #encoder = new TextEncoder();
  #blocks: LineBlock[] = [];
  #bytes = 0;
  #missing = 0;
  #spare: Uint8Array<ArrayBuffer> | undefined;

  constructor(options: LineBufferOptions) {
    this.#options = options;
  }

  /** What waits, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Lines that were dropped and that no line speaks of yet. */
  get missing(): number {
    return this.#missing;
  }

  /** Takes one line without its end. */
  push(text: string): void {
    const { maxBytes } = this.#options;
    const bound = this.#missing > 0 ? maxBytes / 2 : maxBytes;
    if (this.#bytes + text.length >= bound) {
      this.#missing++;
      return;
    }
    this.#closeGap();
    this.#append(text);
  }

  /** Gives the oldest lines, which are then no longer here; nothing where none wait. */
  next(): LineBlock | undefined {
    if (this.#blocks.length === 0) this.#closeGap();
    const block = this.#blocks.shift();
    this.#bytes -= block?.used ?? 0;
    return block;
  }

  /** Takes the memory of a block that has been written, for lines to come. */
  reuse({ bytes }: LineBlock): void {
    if (bytes.length === BLOCK_BYTES) this.#spare = bytes;
  }

  /** Forgets everything and gives how many lines that were. */
  discard(): number {
    const lines = this.#blocks.reduce((sum, block) => sum + block.lines, this.#missing);
    this.#blocks = [];
    this.#bytes = this.#missing = 0;
    return lines;
  }

  #closeGap(): void {
    if (this.#missing === 0) return;
    const lines = this.#missing;
    this.#missing = 0;
    this.#append(this.#options.gapLine(lines));
    this.#options.onGap(lines);
  }

  #append(text: string): void {
    const block = this.#blockFor(text.length * BYTES_PER_UNIT + 1);
    const { written } = this.#encoder.encodeInto(text, block.bytes.subarray(block.used));
    block.bytes[block.used + written] = LINE_FEED;
    block.used += written + 1;
    block.lines++;
    this.#bytes += written + 1;
  }

  #blockFor(bytes: number): LineBlock {
    const last = this.#blocks.at(-1);
    if (last && last.bytes.length - last.used >= bytes) return last;
    const spare = bytes <= BLOCK_BYTES ? this.#spare : undefined;
    if (spare) this.#spare = undefined;
    const block = {
      bytes: spare ?? new Uint8Array(Math.max(BLOCK_BYTES, bytes)),
      used: 0,
      lines: 0,
    };
    this.#blocks.push(block);
    return block;
  }
}
