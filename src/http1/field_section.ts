import { COLON, CR, HTAB, LF, SP, TOKEN, VALUE } from "./chars.ts";
import { fault, MORE } from "./errors.ts";
import { FieldIndex } from "./field_index.ts";

/**
 * Reads one field line at `at`, notes it, and gives the offset after it, {@linkcode MORE} or a fault.
 * A fault is told as soon as its byte is there, so what is told does not depend on how the bytes arrive.
 */
function scanLine(
  bytes: Uint8Array,
  base: number,
  at: number,
  end: number,
  index: FieldIndex,
): number {
  let p = at;
  while (p < end && TOKEN[bytes[p]!]! !== 0) p++;
  if (p === end) return MORE;
  if (bytes[p] !== COLON || p === at) return nameFault(bytes[p]!, p === at, index.count === 0);
  const nameEnd = p++;
  while (p < end && (bytes[p] === SP || bytes[p] === HTAB)) p++;
  const value = p;
  while (p < end && VALUE[bytes[p]!]! !== 0) p++;
  if (p === end) return MORE;
  if (bytes[p] !== CR) return fault(bytes[p] === LF ? "bare-lf" : "invalid-value");
  if (p + 1 === end) return MORE;
  if (bytes[p + 1] !== LF) return fault("bare-cr");
  let valueEnd = p;
  while (valueEnd > value && (bytes[valueEnd - 1] === SP || bytes[valueEnd - 1] === HTAB)) {
    valueEnd--;
  }
  index.add(bytes, base, at, nameEnd, value, valueEnd);
  return p + 2;
}

/** Says what is wrong with a name that ends at `byte` and not at its colon. */
function nameFault(byte: number, isEmpty: boolean, isFirst: boolean): number {
  if (byte === LF) return fault("bare-lf");
  if (byte === SP || byte === HTAB) {
    if (!isEmpty) return fault("space-before-colon");
    return fault(isFirst ? "leading-whitespace" : "folded-line");
  }
  if (isEmpty) return fault(byte === COLON ? "empty-name" : "invalid-name");
  return fault(byte === CR ? "missing-colon" : "invalid-name");
}

/** The field lines of a head or a trailer section up to the empty line, read as they arrive. */
export class FieldSection {
  /** Where the lines found so far lie. */
  readonly index: FieldIndex = new FieldIndex();
  /** Where the next line begins, relative to the start of the head. */
  #next = 0;

  /** Begins a section whose first line lies `at` bytes after the start of its head. */
  begin(at: number): void {
    this.#next = at;
    this.index.count = 0;
  }

  /**
   * Reads on in bytes that begin with the head at `base`, and gives the offset after the empty line,
   * {@linkcode MORE} or a fault.
   */
  read(bytes: Uint8Array, base: number, end: number, maxFields: number): number {
    const index = this.index;
    let p = base + this.#next;
    while (p < end && bytes[p] !== CR) {
      if (index.count === maxFields) return fault("too-many-fields");
      const next = scanLine(bytes, base, p, end, index);
      if (next < 0) {
        this.#next = p - base;
        return next;
      }
      p = next;
    }
    this.#next = p - base;
    if (p + 2 > end) return MORE;
    if (bytes[p + 1] !== LF) return fault("bare-cr");
    index.close(p - base);
    return p + 2;
  }
}
