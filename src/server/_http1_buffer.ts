import { largeBuffers } from "../contract/buffers.ts";

/** Bytes of the first buffer of a connection: many idle connections never need more. */
const FIRST_BYTES = 512;
/** Bytes of the buffer of a connection that has needed more than the first. */
const USUAL_BYTES = 2_048;
/** Bytes of the largest buffer that a connection keeps between requests. */
const MOST_KEPT = 2 * USUAL_BYTES;

/**
 * Where the requests of one connection are read to. A head stays where it was found until the next one is wanted;
 * content that does not come with it goes through a large buffer.
 */
export abstract class Http1Buffer {
  /** Where the head that was found begins in `headBytes`. */
  headAt = 0;
  /** The buffer that holds the head that was found. */
  headBytes: Uint8Array = new Uint8Array(FIRST_BYTES);

  /** What is read into: `headBytes`, or a larger one. */
  protected bytes: Uint8Array = this.headBytes;
  /** Bytes that belong to nothing yet lie from here up to `end`. */
  protected start = 0;
  protected end = 0;
  /** Where the head ends in its buffer; 0 where none is kept. */
  protected headEnd = 0;
  /** Whether more came at once than the first buffer holds. */
  #isCramped = false;

  /** Bytes that were read and belong to nothing yet. */
  get unread(): Uint8Array {
    return this.bytes.subarray(this.start, this.end);
  }

  /** Whether a head has begun to arrive. */
  get hasBegun(): boolean {
    return this.end > this.start;
  }

  /** Hands out what was read and belongs to nothing yet: it is not given again. */
  takeUnread(): Uint8Array {
    const bytes = this.unread.slice();
    this.start = this.end;
    return bytes;
  }

  /** Puts bytes before everything that is still to be read. Only before the first read. */
  prepend(bytes: Uint8Array): void {
    if (bytes.length > this.bytes.length) {
      this.bytes = this.headBytes = new Uint8Array(bytes.length * 2);
    }
    this.bytes.set(bytes);
    this.end = bytes.length;
  }

  /** Notes that the head that was found lies from `start` up to an offset, where its content begins. */
  protected keepHead(to: number): void {
    this.headBytes = this.bytes;
    this.headAt = this.start;
    this.start = this.headEnd = to;
  }

  /** The head is not needed any more: its room is free, unless a read is under way. */
  protected forgetHead(isReading: boolean): void {
    this.headAt = this.headEnd = 0;
    if (isReading || this.start < this.end) return;
    this.returnLarge();
    const { length } = this.bytes;
    if (length > MOST_KEPT || (this.#isCramped && length < USUAL_BYTES)) {
      this.bytes = this.headBytes = new Uint8Array(USUAL_BYTES);
    }
    this.start = this.end = 0;
  }

  /** Makes room behind a head that has not ended. */
  protected makeRoomForHead(): void {
    const { length } = this.bytes;
    if (this.end < length) return;
    const unread = this.unread;
    if (this.start > 0 && length >= USUAL_BYTES) {
      this.bytes.copyWithin(0, this.start, this.end);
    } else {
      const wider = new Uint8Array(Math.max(USUAL_BYTES, length * 2));
      wider.set(unread);
      this.bytes = wider;
    }
    this.start = 0;
    this.end = unread.length;
  }

  /** Makes room behind content; the head stays where it is. */
  protected makeRoomForContent(): void {
    const unread = this.end - this.start;
    if (this.bytes === this.headBytes) {
      this.#isCramped ||= this.end === this.bytes.length;
      const large = largeBuffers.take();
      large.set(this.unread);
      this.bytes = large;
    } else {
      this.bytes.copyWithin(0, this.start, this.end);
    }
    this.start = 0;
    this.end = unread;
  }

  /**
   * Chooses where to read to while the head is kept and nothing is left to read: beside the head, or in the buffer
   * that comes after its own.
   *
   * @returns the end of the room
   */
  protected roomBesideHead(): number {
    const { length } = this.bytes;
    const before = this.headAt;
    const after = length - this.headEnd;
    const isSmall = this.#isCramped && length < USUAL_BYTES;
    if (isSmall || before + after === 0) {
      this.bytes = new Uint8Array(isSmall ? USUAL_BYTES : FIRST_BYTES);
      this.start = this.end = 0;
      return this.bytes.length;
    }
    this.start = this.end = before > after ? 0 : this.headEnd;
    return before > after ? before : length;
  }

  /** Goes back to the buffer of the head behind a content, where what came after it fits there. */
  protected leaveLarge(): void {
    const unread = this.end - this.start;
    if (this.bytes === this.headBytes || unread > this.headBytes.length - this.headEnd) return;
    this.headBytes.set(this.unread, this.headEnd);
    this.returnLarge();
    this.start = this.headEnd;
    this.end = this.headEnd + unread;
  }

  /** Gives the large buffer back; what is in it is lost. */
  protected returnLarge(): void {
    if (this.bytes === this.headBytes) return;
    largeBuffers.give(this.bytes);
    this.bytes = this.headBytes;
  }
}
