import { isAuthority } from "./_authority.ts";
import { CR, LF, SP, TARGET, TOKEN } from "./chars.ts";
import { fault, MORE } from "./errors.ts";
import { isText } from "./methods.ts";
import type { Limits } from "./limits.ts";

/** The forms of a request target. @see RFC 9112 §3.2 */
export const TARGET_FORM = {
  /** `/path?query` */
  ORIGIN: 0,
  /** `http://host/path?query` */
  ABSOLUTE: 1,
  /** `host:port`, of CONNECT only */
  AUTHORITY: 2,
  /** `*`, of OPTIONS only */
  ASTERISK: 3,
} as const;

/** One of {@linkcode TARGET_FORM}. */
export type TargetForm = typeof TARGET_FORM[keyof typeof TARGET_FORM];

/** What stands in a request line; offsets are relative to the start of the head. */
export class RequestLine {
  method = 0;
  methodEnd = 0;
  target = 0;
  targetEnd = 0;
  form: TargetForm = TARGET_FORM.ORIGIN;
  /** Where the host and port of an absolute-form or authority-form target stand. */
  authority = 0;
  authorityEnd = 0;
  /** The digit after `HTTP/1.` */
  minor = 1;

  /** Reads the line at `at` and gives the offset after it, {@linkcode MORE} or a fault. */
  read(bytes: Uint8Array, base: number, at: number, end: number, limits: Limits): number {
    const methodEnd = scanMethod(bytes, at, end, limits.methodBytes);
    if (methodEnd < 0) return methodEnd;
    const targetEnd = scanTarget(bytes, methodEnd + 1, end, limits.targetBytes);
    if (targetEnd < 0) return targetEnd;
    this.method = at - base;
    this.methodEnd = methodEnd - base;
    this.target = methodEnd + 1 - base;
    this.targetEnd = targetEnd - base;
    if (!this.#takeForm(bytes, base)) return fault("invalid-target");
    const next = scanVersion(bytes, targetEnd + 1, end);
    if (next >= 0) this.minor = bytes[next - 3]! - 48;
    return next;
  }

  #takeForm(bytes: Uint8Array, base: number): boolean {
    const from = base + this.target;
    const to = base + this.targetEnd;
    if (isText(bytes, base + this.method, base + this.methodEnd, "CONNECT")) {
      this.form = TARGET_FORM.AUTHORITY;
      this.authority = this.target;
      this.authorityEnd = this.targetEnd;
      return isAuthority(bytes, from, to, true);
    }
    if (bytes[from] === 47) {
      this.form = TARGET_FORM.ORIGIN;
      return true;
    }
    if (bytes[from] === 42) {
      this.form = TARGET_FORM.ASTERISK;
      return to - from === 1 &&
        isText(bytes, base + this.method, base + this.methodEnd, "OPTIONS");
    }
    this.form = TARGET_FORM.ABSOLUTE;
    const host = schemeEnd(bytes, from, to);
    let hostEnd = host;
    while (hostEnd < to && bytes[hostEnd] !== 47 && bytes[hostEnd] !== 63) hostEnd++;
    this.authority = host - base;
    this.authorityEnd = hostEnd - base;
    return host > from && isAuthority(bytes, host, hostEnd, false);
  }
}

/** Gives the offset of the space after the method. */
function scanMethod(bytes: Uint8Array, at: number, end: number, limit: number): number {
  const stop = Math.min(end, at + limit + 1);
  let p = at;
  while (p < stop && TOKEN[bytes[p]!]! !== 0) p++;
  if (p - at > limit) return fault("method-too-long");
  if (p === end) return MORE;
  const byte = bytes[p]!;
  if (byte === SP && p > at) return p;
  if (p === at && (byte === SP || byte === 9 || byte === CR)) return fault("leading-whitespace");
  return lineFault(byte, "invalid-method");
}

/** Gives the offset of the space after the target. */
function scanTarget(bytes: Uint8Array, at: number, end: number, limit: number): number {
  const stop = Math.min(end, at + limit + 1);
  let p = at;
  while (p < stop && TARGET[bytes[p]!]! !== 0) p++;
  if (p - at > limit) return fault("target-too-long");
  if (p === end) return MORE;
  if (bytes[p] !== SP) return lineFault(bytes[p]!, "invalid-target-character");
  return p === at ? fault("invalid-request-line") : p;
}

function lineFault(byte: number, otherwise: "invalid-method" | "invalid-target-character"): number {
  if (byte === LF) return fault("bare-lf");
  return fault(byte === CR ? "invalid-request-line" : otherwise);
}

/** Gives the offset after the version and its CR LF. */
function scanVersion(bytes: Uint8Array, at: number, end: number): number {
  const digits = scanHttp(bytes, at, end);
  if (digits < 0) return digits === MORE ? MORE : fault("invalid-version");
  if (bytes[digits] !== 49 || bytes[digits + 2]! > 49) return fault("unsupported-version");
  const p = digits + 3;
  if (p === end) return MORE;
  if (bytes[p] !== CR) return fault(bytes[p] === LF ? "bare-lf" : "invalid-version");
  if (p + 1 === end) return MORE;
  return bytes[p + 1] === LF ? p + 2 : fault("bare-cr");
}

const HTTP = [72, 84, 84, 80, 47];

/**
 * Reads `HTTP/`, a digit, a dot and a digit, and gives the offset of the first digit, {@linkcode MORE} or
 * another negative number where something else stands there.
 */
export function scanHttp(bytes: Uint8Array, at: number, end: number): number {
  for (let i = 0; i < 8; i++) {
    const p = at + i;
    if (p >= end) return MORE;
    const byte = bytes[p]!;
    const isRight = i < 5 ? byte === HTTP[i] : i === 6 ? byte === 46 : byte >= 48 && byte <= 57;
    if (!isRight) return MORE - 1;
  }
  return at + 5;
}

/** Gives the offset after `http://` or `https://`, or -1. */
function schemeEnd(bytes: Uint8Array, from: number, to: number): number {
  let p = from;
  for (const letter of [104, 116, 116, 112]) {
    if (p >= to || (bytes[p++]! | 32) !== letter) return -1;
  }
  if (p < to && (bytes[p]! | 32) === 115) p++;
  return p + 3 <= to && bytes[p] === 58 && bytes[p + 1] === 47 && bytes[p + 2] === 47 ? p + 3 : -1;
}
