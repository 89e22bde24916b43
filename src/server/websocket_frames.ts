const CLOSE = 8;
const MASKED = 128;

/**
 * Follows one direction of a WebSocket through its bytes, as they come: knows where frames end and whether the
 * sender has closed. Keeps and checks nothing; what is no WebSocket just has ends in odd places or none.
 *
 * @see RFC 6455 §5.2
 */
export class FrameTracker {
  /** Whether a close frame has come, whole. */
  hasClosed = false;

  #opcode = 0;
  /** Bytes of the header seen, and how long it is as far as is known. */
  #seen = 0;
  #headerLength = 2;
  /** Where in the header an extended length ends. */
  #lengthEnd = 2;
  #payload = 0;

  /** Whether the bytes so far end with a frame, or there were none. */
  get isAtBoundary(): boolean {
    return this.#seen === 0;
  }

  /**
   * Takes bytes up to the end of the frame they belong to, or all of them where it does not end.
   *
   * @param from where in `bytes` to begin
   * @returns the offset in `bytes` behind what was taken
   */
  advance(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length;) {
      if (this.#seen < this.#headerLength) this.#takeHeader(bytes[at++]!);
      else {
        const taken = Math.min(this.#payload, bytes.length - at);
        this.#payload -= taken;
        at += taken;
      }
      if (this.#seen === this.#headerLength && this.#payload === 0) {
        this.#endFrame();
        return at;
      }
    }
    return bytes.length;
  }

  /** Takes all of the bytes from an offset on. */
  pass(bytes: Uint8Array, from = 0): void {
    for (let at = from; at < bytes.length;) at = this.advance(bytes, at);
  }

  #takeHeader(byte: number): void {
    const at = this.#seen++;
    if (at === 0) this.#opcode = byte & 15;
    else if (at === 1) this.#takeLength(byte);
    else if (at < this.#lengthEnd) this.#payload = this.#payload * 256 + byte;
    // The rest of the header is the mask.
  }

  #takeLength(byte: number): void {
    const length = byte & 127;
    const extended = length === 127 ? 8 : length === 126 ? 2 : 0;
    this.#lengthEnd = 2 + extended;
    this.#headerLength = this.#lengthEnd + (byte & MASKED ? 4 : 0);
    this.#payload = extended === 0 ? length : 0;
  }

  #endFrame(): void {
    if (this.#opcode === CLOSE) this.hasClosed = true;
    this.#seen = 0;
  }
}

/** The status of a close frame that says that this end goes away. @see RFC 6455 §7.4.1 */
export const GOING_AWAY = 1_001;

/**
 * Makes a close frame.
 *
 * @param isMasked as frames towards a server must be
 * @see RFC 6455 §5.5.1
 */
export function closeFrame(status: number, isMasked: boolean): Uint8Array {
  const payload = [status >> 8, status & 255];
  if (!isMasked) return Uint8Array.of(MASKED | CLOSE, payload.length, ...payload);
  const mask = crypto.getRandomValues(new Uint8Array(4));
  const masked = payload.map((byte, i) => byte ^ mask[i]!);
  return Uint8Array.of(MASKED | CLOSE, MASKED | payload.length, ...mask, ...masked);
}
