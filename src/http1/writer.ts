import { COLON, CR, LF, SP, TARGET, TOKEN, VALUE } from "./chars.ts";
import { FieldList, type FieldSource } from "./fields.ts";
import { ID, ID_MASK, NAME, STRIDE, VALUE_AT, VALUE_END } from "./field_index.ts";
import { FIELD, fieldId } from "./field_names.ts";
import { FRAMING, type Framing } from "./framing.ts";
import { isWord } from "./_head_rules.ts";
import { writeLatin1 } from "./latin1.ts";

/** What a writer gives where the buffer is too small; nothing in it is of use then. */
export const NO_ROOM: -1 = -1;

/** Fields of any make; those of {@linkcode FieldList} are copied as bytes where they were received as bytes. */
export type FieldLines = Iterable<readonly [name: string, value: string]>;

/** What a request head is written from. */
export interface RequestToWrite {
  /** A token. */
  readonly method: string;
  /** Latin1 text without white space. */
  readonly target: string;
  /** Framing fields may be among them, and may be wrong. */
  readonly fields: FieldLines;
}

/** What a response head is written from. */
export interface ResponseToWrite {
  /** From 100 to 999. */
  readonly status: number;
  /** Latin1 text; may be empty. */
  readonly reason: string;
  /** As of a request. */
  readonly fields: FieldLines;
}

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const VERSION = latin("HTTP/1.1");
const LENGTH_NAME = latin("Content-Length: ");
const CHUNKED_LINE = latin("Transfer-Encoding: chunked\r\n");

/**
 * Writes the head of a request in HTTP/1.1 and gives the offset after it, or {@linkcode NO_ROOM}.
 * `Content-Length` and `Transfer-Encoding` are made to say what `framing` says: a line that says it already stays
 * where it is, every other goes.
 *
 * @param length bytes of the content where `framing` is `LENGTH`
 * @throws {RangeError} where a string holds what may not stand in its place
 */
export function writeRequestHead(
  out: Uint8Array,
  at: number,
  head: RequestToWrite,
  framing: Framing,
  length = 0,
): number {
  const { method, target } = head;
  const line = method.length + target.length + VERSION.length + 4;
  if (at + line > out.length) return NO_ROOM;
  let p = writeChecked(out, at, method, TOKEN, "the method");
  out[p++] = SP;
  p = writeChecked(out, p, target, TARGET, "the request target");
  out[p++] = SP;
  p = endLine(out, writeBytes(out, p, VERSION));
  return writeFields(out, p, head.fields, framing, length);
}

/**
 * Writes the head of a response, interim ones too, and gives the offset after it, or {@linkcode NO_ROOM}.
 * Framing fields as in {@linkcode writeRequestHead}. Says HTTP/1.1 to every client, as RFC 9110 §6.2 asks.
 *
 * @throws {RangeError} where a string holds what may not stand in its place
 */
export function writeResponseHead(
  out: Uint8Array,
  at: number,
  head: ResponseToWrite,
  framing: Framing,
  length = 0,
): number {
  const { status, reason } = head;
  const line = VERSION.length + reason.length + 7;
  if (at + line > out.length) return NO_ROOM;
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw new RangeError(`Cannot write a head: status "${status}" is not three digits`);
  }
  let p = writeBytes(out, at, VERSION);
  out[p++] = SP;
  p = writeLatin1(out, p, String(status), VALUE);
  out[p++] = SP;
  p = endLine(out, writeChecked(out, p, reason, VALUE, "the reason"));
  return writeFields(out, p, head.fields, framing, length);
}

/** Writes the last chunk and the trailer section after it; gives the offset after them, or {@linkcode NO_ROOM}. */
export function writeTrailers(out: Uint8Array, at: number, fields: FieldLines): number {
  if (at + 3 > out.length) return NO_ROOM;
  out[at] = 48;
  return writeFields(out, endLine(out, at + 1), fields, FRAMING.NONE, 0);
}

/** Writes field lines and the empty line. */
function writeFields(
  out: Uint8Array,
  at: number,
  fields: FieldLines,
  framing: Framing,
  length: number,
): number {
  const list = fields instanceof FieldList ? fields : new FieldList([...fields]);
  const { lines, source } = list;
  const index = source.at;
  // A response that frames itself by closing has neither field; one that is described keeps both.
  let isFramed = framing === FRAMING.NONE || framing === FRAMING.CLOSE;
  let p = at;
  for (let i = 0; i < lines.length && p >= 0; i++) {
    const line = lines[i]!;
    if (typeof line !== "number") {
      if (framing === FRAMING.DESCRIBED || !isFramingName(line[0])) p = writeLine(out, p, line);
      continue;
    }
    const id = index[line * STRIDE + ID]! & ID_MASK;
    if (isFramingField(id) && framing !== FRAMING.DESCRIBED) {
      if (isFramed || !saysFraming(source, line, id, framing, length)) continue;
      isFramed = true;
    }
    // Lines that were neighbours are copied as one piece.
    let next = line + 1;
    while (lines[i + 1] === next && !isFramingField(index[next * STRIDE + ID]! & ID_MASK)) {
      next++;
      i++;
    }
    p = copyRange(out, p, source, index[line * STRIDE + NAME]!, index[next * STRIDE + NAME]!);
  }
  if (!isFramed && p >= 0) p = writeFraming(out, p, framing, length);
  return p < 0 || p + 2 > out.length ? NO_ROOM : endLine(out, p);
}

function isFramingField(id: number): boolean {
  return id === FIELD.CONTENT_LENGTH || id === FIELD.TRANSFER_ENCODING;
}

function isFramingName(name: string): boolean {
  // Lower case costs more than all the rest of a line: asked only where length and first letter fit.
  const first = name.length === 14 ? 99 : name.length === 17 ? 116 : 0;
  return (name.charCodeAt(0) | 32) === first && isFramingField(fieldId(name.toLowerCase()));
}

/** Tells whether a received line says exactly what the framing is, in the words we would use. */
function saysFraming(
  source: FieldSource,
  line: number,
  id: number,
  framing: Framing,
  length: number,
): boolean {
  const from = source.base + source.at[line * STRIDE + VALUE_AT]!;
  const to = source.base + source.at[line * STRIDE + VALUE_END]!;
  if (framing === FRAMING.CHUNKED) {
    return id === FIELD.TRANSFER_ENCODING && isWord(source.bytes, from, to, "chunked");
  }
  if (id !== FIELD.CONTENT_LENGTH) return false;
  let rest = length;
  let p = to;
  do {
    if (--p < from || source.bytes[p] !== 48 + rest % 10) return false;
    rest = Math.floor(rest / 10);
  } while (rest > 0);
  return p === from;
}

function writeFraming(out: Uint8Array, at: number, framing: Framing, length: number): number {
  if (framing === FRAMING.DESCRIBED) return at;
  if (framing === FRAMING.CHUNKED) {
    return at + CHUNKED_LINE.length > out.length ? NO_ROOM : writeBytes(out, at, CHUNKED_LINE);
  }
  const digits = String(length);
  if (at + LENGTH_NAME.length + digits.length + 2 > out.length) return NO_ROOM;
  return endLine(out, writeLatin1(out, writeBytes(out, at, LENGTH_NAME), digits, VALUE));
}

function writeLine(out: Uint8Array, at: number, [name, value]: readonly [string, string]): number {
  if (at + name.length + value.length + 4 > out.length) return NO_ROOM;
  let p = writeChecked(out, at, name, TOKEN, "the name of a field");
  out[p++] = COLON;
  out[p++] = SP;
  p = writeLatin1(out, p, value, VALUE);
  if (p < 0) {
    throw new RangeError(`Cannot write field "${name}": its value is not text of one line`);
  }
  return endLine(out, p);
}

function writeChecked(
  out: Uint8Array,
  at: number,
  text: string,
  allowed: Uint8Array,
  what: string,
): number {
  const end = writeLatin1(out, at, text, allowed);
  if (end < 0) throw new RangeError(`Cannot write ${what}: it holds a character it may not hold`);
  if (end === at && allowed !== VALUE) throw new RangeError(`Cannot write ${what}: it is empty`);
  return end;
}

/** Copies part of the source, offsets relative to its base. */
function copyRange(
  out: Uint8Array,
  at: number,
  source: FieldSource,
  from: number,
  to: number,
): number {
  const { bytes, base } = source;
  const length = to - from;
  if (at + length > out.length) return NO_ROOM;
  out.set(bytes.subarray(base + from, base + to), at);
  return at + length;
}

function writeBytes(out: Uint8Array, at: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) out[at + i] = bytes[i]!;
  return at + bytes.length;
}

function endLine(out: Uint8Array, at: number): number {
  out[at] = CR;
  out[at + 1] = LF;
  return at + 2;
}
