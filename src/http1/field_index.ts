import { recognise } from "./field_names.ts";

/** How many numbers the index holds for one field line. */
export const STRIDE = 5;
/** Place of the offset where the line and its name begin. */
export const NAME = 0;
/** Place of the offset of the colon. */
export const NAME_END = 1;
/** Place of the offset where the value begins, white space left out. */
export const VALUE_AT = 2;
/** Place of the offset after the value, white space left out. */
export const VALUE_END = 3;
/** Place of the number of the name, with {@linkcode NAMED} added where `Connection` names it. */
export const ID = 4;

/** Set in the {@linkcode ID} of a line that `Connection` names: it is for this connection only. */
export const NAMED = 128;
/** What of an {@linkcode ID} is the number of the name. */
export const ID_MASK = 127;

/**
 * Where the field lines of one section lie: {@linkcode STRIDE} numbers a line, relative to the start of its head.
 * Lines follow each other without a gap, so line `i` with its CR LF ends where line `i + 1` begins; after the last
 * line stands the offset of the empty line. Filled by a scanner and used again for the next section.
 */
export class FieldIndex {
  at: Int32Array = new Int32Array(STRIDE * 20 + 1);
  count = 0;

  /** Notes a line. All four offsets are absolute; `base` is what they become relative to. */
  add(
    bytes: Uint8Array,
    base: number,
    name: number,
    nameEnd: number,
    value: number,
    valueEnd: number,
  ): void {
    const i = this.count * STRIDE;
    if (i + STRIDE >= this.at.length) this.#grow();
    const at = this.at;
    at[i] = name - base;
    at[i + NAME_END] = nameEnd - base;
    at[i + VALUE_AT] = value - base;
    at[i + VALUE_END] = valueEnd - base;
    at[i + ID] = recognise(bytes, name, nameEnd);
    this.count++;
  }

  /** Notes where the empty line begins. */
  close(end: number): void {
    this.at[this.count * STRIDE] = end;
  }

  #grow(): void {
    const wider = new Int32Array(this.at.length * 2);
    wider.set(this.at);
    this.at = wider;
  }
}
