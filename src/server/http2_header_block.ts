import { CODE, ConnectionFault } from "./http2_protocol.ts";

/** Bytes of a header block as it is sent; the fields it makes have a limit of their own. */
const MAX_BLOCK = 65_536;
/** Frames of one header block. */
const MAX_FRAGMENTS = 32;

/** A header block whose end has not come yet: no other frame may come before it. */
export class HeaderBlock {
  readonly id: number;
  readonly isLast: boolean;
  readonly startedAt: number;
  #bytes: Uint8Array;
  #fragments = 1;

  /** @param first the beginning; it is copied */
  constructor(id: number, isLast: boolean, startedAt: number, first: Uint8Array) {
    this.id = id;
    this.isLast = isLast;
    this.startedAt = startedAt;
    this.#bytes = first.slice();
  }

  /** What there is of it. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** @throws {ConnectionFault} where it grows too large: without it no later block can be read */
  append(fragment: Uint8Array): void {
    const bytes = new Uint8Array(this.#bytes.length + fragment.length);
    if (bytes.length > MAX_BLOCK || ++this.#fragments > MAX_FRAGMENTS) {
      throw new ConnectionFault(CODE.ENHANCE_YOUR_CALM, "A header block is too large");
    }
    bytes.set(this.#bytes);
    bytes.set(fragment, this.#bytes.length);
    this.#bytes = bytes;
  }
}
