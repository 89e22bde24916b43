/** How many bytes the client may send, on one stream or on all of a connection, and what is to be granted anew. */
export class ReceiveWindow {
  readonly #size: number;
  #left: number;
  /** Bytes that were used and not yet granted again. */
  #credit = 0;

  /** @param size bytes at the start */
  constructor(size: number) {
    this.#size = size;
    this.#left = size;
  }

  /** Notes bytes that have come, and tells whether the client was free to send them. */
  take(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /**
   * Notes bytes that were used.
   *
   * @returns how many to grant now: 0, until they are worth a frame
   */
  giveBack(bytes: number): number {
    this.#credit += bytes;
    if (this.#credit < this.#size / 2) return 0;
    const granted = this.#credit;
    this.#left += granted;
    this.#credit = 0;
    return granted;
  }
}
