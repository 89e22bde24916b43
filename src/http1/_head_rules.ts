import { isAuthority } from "./_authority.ts";
import { COMMA, HTAB, SP, TOKEN } from "./chars.ts";
import { fault } from "./errors.ts";
import {
  type FieldIndex,
  ID,
  NAME,
  NAME_END,
  NAMED,
  STRIDE,
  VALUE_AT,
  VALUE_END,
} from "./field_index.ts";
import { FIELD, LAST_RULED } from "./field_names.ts";

/** What the fields of a head say about the message and its connection, before the rules have judged it. */
export class FieldFacts {
  hosts = 0;
  /** -1 where there is no Content-Length. */
  length = -1;
  isChunked = false;
  close = false;
  keepAlive = false;
  /** Whether `Connection` names Upgrade. */
  upgradeNamed = false;
  /** Whether `Upgrade` names a protocol other than h2c, which is never switched to. */
  upgradeAsked = false;
  expectsContinue = false;
  /** Whether `TE` names trailers. */
  takesTrailers = false;
  #others = 0;

  /**
   * Reads the lines the rules look at and marks those that `Connection` names.
   * Gives 0 or a fault.
   *
   * @param isRequest whether Host means anything
   */
  take(
    bytes: Uint8Array,
    base: number,
    index: FieldIndex,
    maxOptions: number,
    isRequest: boolean,
  ): number {
    this.#clear();
    const at = index.at;
    const end = index.count * STRIDE;
    for (let i = 0; i < end; i += STRIDE) {
      const id = at[i + ID]!;
      if (id === FIELD.OTHER || id > LAST_RULED || (id === FIELD.HOST && !isRequest)) continue;
      const wrong = this.#line(bytes, base + at[i + VALUE_AT]!, base + at[i + VALUE_END]!, id);
      if (wrong !== 0) return wrong;
    }
    return this.#others === 0 ? 0 : this.#markNamed(bytes, base, index, maxOptions);
  }

  #clear(): void {
    this.hosts = 0;
    this.length = -1;
    this.isChunked = false;
    this.close = false;
    this.keepAlive = false;
    this.upgradeNamed = false;
    this.upgradeAsked = false;
    this.expectsContinue = false;
    this.takesTrailers = false;
    this.#others = 0;
  }

  #line(bytes: Uint8Array, from: number, to: number, id: number): number {
    switch (id) {
      case FIELD.HOST:
        if (this.hosts++ > 0) return fault("repeated-host");
        return from === to || isAuthority(bytes, from, to, false) ? 0 : fault("invalid-host");
      case FIELD.CONNECTION:
        this.#connection(bytes, from, to);
        return 0;
      case FIELD.CONTENT_LENGTH:
        if (this.length >= 0) return fault("repeated-content-length");
        this.length = wholeNumber(bytes, from, to);
        return this.length < 0 ? fault("invalid-content-length") : 0;
      case FIELD.TRANSFER_ENCODING:
        if (this.isChunked) return fault("repeated-transfer-encoding");
        this.isChunked = isWord(bytes, from, to, "chunked");
        return this.isChunked ? 0 : fault("invalid-transfer-encoding");
      case FIELD.EXPECT:
        if (isWord(bytes, from, to, "100-continue")) this.expectsContinue = true;
        return 0;
      case FIELD.UPGRADE:
        if (from < to && !isWord(bytes, from, to, "h2c")) this.upgradeAsked = true;
        return 0;
      default: // TE
        eachMember(bytes, from, to, (start, end) => {
          if (isWord(bytes, start, end, "trailers")) this.takesTrailers = true;
        });
        return 0;
    }
  }

  #connection(bytes: Uint8Array, from: number, to: number): void {
    // By far the most frequent value, without the walk over members.
    if (isWord(bytes, from, to, "keep-alive")) {
      this.keepAlive = true;
      return;
    }
    eachMember(bytes, from, to, (start, end) => {
      if (!isPlainOption(bytes, start, end)) this.#others++;
      else if (isWord(bytes, start, end, "close")) this.close = true;
      else if (isWord(bytes, start, end, "upgrade")) this.upgradeNamed = true;
      else this.keepAlive = true;
    });
  }

  #markNamed(bytes: Uint8Array, base: number, index: FieldIndex, maxOptions: number): number {
    // The work is options times lines: without a bound a small head could buy much of it.
    if (this.#others > maxOptions) return fault("too-many-connection-options");
    const at = index.at;
    for (let i = 0; i < index.count * STRIDE; i += STRIDE) {
      if ((at[i + ID]! & ~NAMED) !== FIELD.CONNECTION) continue;
      eachMember(
        bytes,
        base + at[i + VALUE_AT]!,
        base + at[i + VALUE_END]!,
        (start, end) => {
          if (!isPlainOption(bytes, start, end)) markLines(bytes, base, index, start, end);
        },
      );
    }
    return 0;
  }
}

/** Tells whether a member of `Connection` is an option that has its own meaning. */
function isPlainOption(bytes: Uint8Array, start: number, end: number): boolean {
  return isWord(bytes, start, end, "close") || isWord(bytes, start, end, "keep-alive") ||
    isWord(bytes, start, end, "upgrade");
}

/** Marks the lines whose name is the token from `start` up to `end`, except those no `Connection` can take away. */
function markLines(
  bytes: Uint8Array,
  base: number,
  index: FieldIndex,
  start: number,
  end: number,
): void {
  const at = index.at;
  for (let i = 0; i < index.count * STRIDE; i += STRIDE) {
    const name = base + at[i + NAME]!;
    if (base + at[i + NAME_END]! - name !== end - start) continue;
    const id = at[i + ID]!;
    if (
      id === FIELD.HOST || id === FIELD.CONTENT_LENGTH || id === FIELD.TRANSFER_ENCODING ||
      !sameToken(bytes, name, start, end - start)
    ) continue;
    at[i + ID] = id | NAMED;
  }
}

function sameToken(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const letter = TOKEN[bytes[a + i]!]!;
    if (letter === 0 || letter !== TOKEN[bytes[b + i]!]!) return false;
  }
  return true;
}

/** Tells whether the bytes are this word of letters, digits and hyphens in lower case, whatever their case. */
export function isWord(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  if (to - from !== word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if (TOKEN[bytes[from + i]!]! !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** Calls for each member of a list that is not empty, white space around it left out. */
function eachMember(
  bytes: Uint8Array,
  from: number,
  to: number,
  found: (start: number, end: number) => void,
): void {
  let p = from;
  while (p < to) {
    let next = p;
    while (next < to && bytes[next] !== COMMA) next++;
    let start = p;
    let end = next;
    while (start < end && (bytes[start] === SP || bytes[start] === HTAB)) start++;
    while (end > start && (bytes[end - 1] === SP || bytes[end - 1] === HTAB)) end--;
    if (end > start) found(start, end);
    p = next + 1;
  }
}

/** Gives a number written in digits only, or -1 where it is none or more than 19 digits or than can be counted. */
function wholeNumber(bytes: Uint8Array, from: number, to: number): number {
  if (from === to || to - from > 19) return -1;
  let number = 0;
  for (let p = from; p < to; p++) {
    const digit = bytes[p]! - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return Number.isSafeInteger(number) ? number : -1;
}
