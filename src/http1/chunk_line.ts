import { CR, HEX, HTAB, LF, SP, TOKEN, VALUE } from "./chars.ts";
import { fault, MORE } from "./errors.ts";

const SEMICOLON = 59;
const EQUALS = 61;
const QUOTE = 34;
const BACKSLASH = 92;

/** The line before a chunk. */
export class ChunkLine {
  /** Bytes of the chunk; 0 for the last one. */
  size = 0;
  /** Absolute offset after the digits of the size. */
  sizeEnd = 0;

  /**
   * Reads the line at `at` and gives the offset after it, {@linkcode MORE} or a fault.
   *
   * @see RFC 9112 §7.1
   */
  read(bytes: Uint8Array, at: number, end: number, limit: number): number {
    const stop = Math.min(end, at + limit);
    const next = this.#scan(bytes, at, stop);
    return next === MORE && stop - at === limit ? fault("chunk-line-too-long") : next;
  }

  #scan(bytes: Uint8Array, at: number, end: number): number {
    let p = at;
    let size = 0;
    for (; p < end; p++) {
      const digit = HEX[bytes[p]!]!;
      if (digit > 15) break;
      size = size * 16 + digit;
      if (p - at === 16 || size > Number.MAX_SAFE_INTEGER) return fault("invalid-chunk-size");
    }
    if (p === end) return MORE;
    if (p === at) return fault("invalid-chunk-size");
    this.size = size;
    this.sizeEnd = p;
    if (bytes[p] !== CR) {
      p = scanExtensions(bytes, p, end);
      if (p < 0) return p;
    }
    if (p + 1 >= end) return MORE;
    return bytes[p + 1] === LF ? p + 2 : fault("bare-cr");
  }
}

/** Gives the offset of the carriage return after extensions that begin at `at`. */
function scanExtensions(bytes: Uint8Array, at: number, end: number): number {
  let p = at;
  while (p < end && bytes[p] !== CR) {
    p = skipSpace(bytes, p, end);
    if (p === end) return MORE;
    if (bytes[p] !== SEMICOLON) return malformed(bytes[p]!, at === p);
    p = scanToken(bytes, skipSpace(bytes, p + 1, end), end);
    if (p < 0) return p;
    const equals = skipSpace(bytes, p, end);
    if (equals === end) return MORE;
    if (bytes[equals] !== EQUALS) continue;
    p = scanWord(bytes, skipSpace(bytes, equals + 1, end), end);
    if (p < 0) return p;
  }
  return p === end ? MORE : p;
}

/** A byte after the digits that begins no extension is part of a bad size. */
function malformed(byte: number, isAfterSize: boolean): number {
  if (byte === LF) return fault("bare-lf");
  return fault(isAfterSize ? "invalid-chunk-size" : "invalid-chunk-extension");
}

function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  let p = at;
  while (p < end && (bytes[p] === SP || bytes[p] === HTAB)) p++;
  return p;
}

function scanToken(bytes: Uint8Array, at: number, end: number): number {
  let p = at;
  while (p < end && TOKEN[bytes[p]!]! !== 0) p++;
  if (p === end) return MORE;
  return p === at ? malformed(bytes[p]!, false) : p;
}

/** Reads a token or a quoted string. */
function scanWord(bytes: Uint8Array, at: number, end: number): number {
  if (at === end || bytes[at] !== QUOTE) return scanToken(bytes, at, end);
  for (let p = at + 1; p < end; p++) {
    if (bytes[p] === QUOTE) return p + 1;
    if (bytes[p] === BACKSLASH && ++p === end) return MORE;
    if (VALUE[bytes[p]!]! === 0) return malformed(bytes[p]!, false);
  }
  return MORE;
}
