import { TOKEN, VALUE } from "../http1/chars.ts";
import { writeLatin1 } from "../http1/latin1.ts";
import { STATIC_FIELDS } from "./http2_static_table.ts";

/** Numbers of the names in the static table, and of the statuses it has whole. */
const NAMES = new Map<string, number>();
const STATUSES = new Map<number, number>();
STATIC_FIELDS.forEach(([name, value], i) => {
  if (!NAMES.has(name)) NAMES.set(name, i + 1);
  if (name === ":status") STATUSES.set(Number(value), i + 1);
});

/** Says that we keep no table of recent fields; must stand in front of the first block. */
const NO_TABLE = 0x20;
/** A number takes no more bytes, its first included. */
const NUMBER_BYTES = 6;

/**
 * Makes the header blocks of one connection. Nothing is entered in the client's table: an answer's fields cost a
 * few more bytes that way, and no state.
 *
 * @see RFC 7541
 */
export class HeaderWriter {
  #bytes: Uint8Array = new Uint8Array(512);
  #at = 0;
  #isFirst = true;

  /**
   * Makes the block of a head or of trailers. It is valid until the next call.
   *
   * @param status 0 for trailers
   * @param fields names in any case; they are sent in lower case
   * @throws {TypeError} for a name or a value that is none
   */
  block(status: number, fields: Iterable<readonly [name: string, value: string]>): Uint8Array {
    this.#at = 0;
    if (this.#isFirst) this.#bytes[this.#at++] = NO_TABLE;
    if (status > 0) this.#status(status);
    for (const [name, value] of fields) this.#field(name.toLowerCase(), value);
    this.#isFirst = false;
    return this.#bytes.subarray(0, this.#at);
  }

  #status(status: number): void {
    const known = STATUSES.get(status);
    if (known === undefined) this.#field(":status", String(status));
    else this.#number(0x80, 0x7f, known);
  }

  #field(name: string, value: string): void {
    this.#makeRoom(name.length + value.length + 3 * NUMBER_BYTES);
    const index = NAMES.get(name) ?? 0;
    this.#number(0, 0x0f, index);
    if (index === 0) this.#text(name, TOKEN, name);
    this.#text(value, VALUE, name);
  }

  #text(text: string, allowed: Uint8Array, name: string): void {
    this.#number(0, 0x7f, text.length);
    const end = writeLatin1(this.#bytes, this.#at, text, allowed);
    if (end < 0 || (allowed === TOKEN && text === "")) {
      throw new TypeError(`the field "${name}" cannot be sent`);
    }
    this.#at = end;
  }

  #number(first: number, mask: number, number: number): void {
    if (number < mask) {
      this.#bytes[this.#at++] = first | number;
      return;
    }
    this.#bytes[this.#at++] = first | mask;
    let rest = number - mask;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
      this.#bytes[this.#at++] = rest % 0x80 | 0x80;
    }
    this.#bytes[this.#at++] = rest;
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
