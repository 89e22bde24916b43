import type { FieldLine } from "../http1/fields.ts";
import { latin1 } from "../http1/latin1.ts";
import { decodeHuffman } from "./http2_huffman.ts";
import { CODE, ConnectionFault } from "./http2_protocol.ts";
import { STATIC_FIELDS } from "./http2_static_table.ts";

/** Bytes that the table of recent fields may hold: what a client may count on without a setting of ours. */
const TABLE_BYTES = 4_096;
/** What a field costs in the table beside its text. @see RFC 7541 §4.1 */
export const FIELD_OVERHEAD = 32;
/** Nothing that is counted here is ever so large. */
const MAX_NUMBER = 0x0fff_ffff;

/** Takes a field, in latin1 text. */
export type FieldSink = (name: string, value: string) => void;

/**
 * Reads the header blocks of one connection. Each block must be read, in order, also those nobody wants: they
 * change the table that later blocks refer to.
 *
 * @see RFC 7541
 */
export class HpackDecoder {
  /** The newest is the last. */
  #recent: FieldLine[] = [];
  #recentBytes = 0;
  #limit = TABLE_BYTES;

  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;

  /**
   * Reads one block.
   *
   * @throws {ConnectionFault} where it is none: the table cannot be known any more
   */
  decode(bytes: Uint8Array, from: number, to: number, sink: FieldSink): void {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
    let hasFields = false;
    while (this.#at < to) {
      const first = bytes[this.#at]!;
      if ((first & 0xe0) === 0x20) {
        if (hasFields) throw wrong("The size of the table changes within a header block");
        this.#resize(this.#number(0x1f));
        continue;
      }
      hasFields = true;
      const [name, value] = first & 0x80 ? this.#field(this.#number(0x7f)) : this.#literal(first);
      sink(name, value);
    }
  }

  #literal(first: number): FieldLine {
    const isKept = (first & 0x40) !== 0;
    const index = this.#number(isKept ? 0x3f : 0x0f);
    const name = index === 0 ? this.#text() : this.#field(index)[0];
    const line: FieldLine = [name, this.#text()];
    if (isKept) this.#keep(line);
    return line;
  }

  #field(index: number): FieldLine {
    const line = index <= STATIC_FIELDS.length
      ? STATIC_FIELDS[index - 1]
      : this.#recent[this.#recent.length - (index - STATIC_FIELDS.length)];
    if (!line) throw wrong("A header block refers to a field that is not in the table");
    return line;
  }

  #keep(line: FieldLine): void {
    const bytes = sizeOf(line);
    this.#makeRoom(this.#limit - bytes);
    if (bytes > this.#limit) return;
    this.#recent.push(line);
    this.#recentBytes += bytes;
  }

  #resize(limit: number): void {
    if (limit > TABLE_BYTES) throw wrong("The table is made larger than 4096 bytes");
    this.#limit = limit;
    this.#makeRoom(limit);
  }

  /** Forgets the oldest until no more than `bytes` are in use. */
  #makeRoom(bytes: number): void {
    let gone = 0;
    while (this.#recentBytes > Math.max(bytes, 0)) {
      this.#recentBytes -= sizeOf(this.#recent[gone++]!);
    }
    if (gone > 0) this.#recent.splice(0, gone);
  }

  /** @param mask the bits of the first byte that belong to the number @see RFC 7541 §5.1 */
  #number(mask: number): number {
    let number = this.#byte() & mask;
    if (number < mask) return number;
    for (let shift = 0;; shift += 7) {
      const byte = this.#byte();
      number += (byte & 0x7f) * 2 ** shift;
      if (number > MAX_NUMBER || shift > 28) throw wrong("A number is too large");
      if (byte < 0x80) return number;
    }
  }

  #text(): string {
    const isCoded = (this.#bytes[this.#at]! & 0x80) !== 0;
    const length = this.#number(0x7f);
    const from = this.#at;
    const to = from + length;
    if (to > this.#end) throw wrong("A header block ends within a text");
    this.#at = to;
    if (!isCoded) return latin1(this.#bytes, from, to);
    const out = room(length * 2);
    const count = decodeHuffman(this.#bytes, from, to, out);
    if (count < 0) throw wrong("A text is no valid Huffman code");
    return latin1(out, 0, count);
  }

  #byte(): number {
    if (this.#at >= this.#end) throw wrong("A header block ends within a number");
    return this.#bytes[this.#at++]!;
  }
}

function sizeOf([name, value]: FieldLine): number {
  return name.length + value.length + FIELD_OVERHEAD;
}

function wrong(message: string): ConnectionFault {
  return new ConnectionFault(CODE.COMPRESSION_ERROR, message);
}

// Used within one call only.
let scratch = new Uint8Array(4_096);

function room(bytes: number): Uint8Array {
  if (scratch.length < bytes) scratch = new Uint8Array(bytes);
  return scratch;
}
