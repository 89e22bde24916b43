import type { RequestHead } from "../contract/exchange.ts";
import { type FailureCode, HostError } from "../contract/host_error.ts";
import { TARGET, TOKEN, VALUE } from "../http1/chars.ts";
import { type FieldLine, FieldList } from "../http1/fields.ts";
import type { Limits } from "../http1/limits.ts";
import { isAuthority } from "../http1/target.ts";
import { FIELD_OVERHEAD } from "./http2_hpack.ts";

/** A request as its header block has it. */
export interface ReceivedHead {
  readonly head: RequestHead;
  /** As Content-Length says. */
  readonly length: number | undefined;
  /** Why it is refused. The head then holds what could be made out. */
  readonly refusal?: HostError;
}

/** The fields of one header block, up to a limit. */
export class HeaderList {
  readonly lines: FieldLine[] = [];
  /** As RFC 9113 §6.5.2 counts it. */
  bytes = 0;

  /** @param limit bytes; fields beyond it are counted and not kept */
  constructor(readonly limit: number) {}

  get isTooLarge(): boolean {
    return this.bytes > this.limit;
  }

  add(name: string, value: string): void {
    this.bytes += name.length + value.length + FIELD_OVERHEAD;
    if (!this.isTooLarge) this.lines.push([name, value]);
  }
}

/** For one connection only: HTTP/2 has no place for them. @see RFC 9113 §8.2.2 */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** What frames or routes a message stands in its head only. @see RFC 9110 §6.5.1 */
const NO_TRAILERS: ReadonlySet<string> = new Set([
  ...CONNECTION_FIELDS,
  "authorization",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "host",
  "te",
  "trailer",
]);

/** Why a request cannot be taken. */
class Refusal extends Error {
  constructor(readonly code: FailureCode, message: string) {
    super(message);
  }
}

/**
 * Makes a request out of a header block, as the same request would be in HTTP/1.1: the authority in `Host`, which
 * comes first, and `cookie` in one line. Never throws: a request that breaks a rule has a `refusal`.
 *
 * @param isWhole whether no content follows
 * @see RFC 9113 §8.3
 */
export function receivedHead(list: HeaderList, limits: Limits, isWhole: boolean): ReceivedHead {
  const pseudo = new Map<string, string>();
  const lines: FieldLine[] = [];
  try {
    sort(list, pseudo, lines);
    return { ...requestOf(pseudo, lines, limits, isWhole) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refusal = new HostError(error.code, `Cannot take the request: ${error.message}`);
    return { head: headOf(pseudo, new FieldList(lines)), length: undefined, refusal };
  }
}

/**
 * Gives the trailer fields of a request.
 *
 * @returns undefined where they break a rule
 */
export function receivedTrailers(list: HeaderList): FieldList | undefined {
  if (list.isTooLarge) return undefined;
  const isValid = list.lines.every(([name, value]) =>
    !NO_TRAILERS.has(name) && isName(name) && isValue(value)
  );
  return isValid ? new FieldList(list.lines) : undefined;
}

/** Tells the pseudo fields from the others, and joins what a client may have split. */
function sort(list: HeaderList, pseudo: Map<string, string>, lines: FieldLine[]): void {
  const crumbs: string[] = [];
  for (const [name, value] of list.lines) {
    if (!isValue(value)) throw bad(`The value of "${printable(name)}" cannot stand in a field`);
    if (name.startsWith(":")) {
      if (lines.length > 0 || crumbs.length > 0) throw bad(`"${printable(name)}" comes too late`);
      if (pseudo.has(name)) throw bad(`"${printable(name)}" comes twice`);
      pseudo.set(name, value);
    } else if (name === "cookie") crumbs.push(value);
    else if (!isName(name)) throw bad(`"${printable(name)}" is no field name in lower case`);
    else if (CONNECTION_FIELDS.has(name)) throw bad(`HTTP/2 has no field "${name}"`);
    else lines.push([name, value]);
  }
  if (list.isTooLarge) throw new Refusal("head-too-large", "Its fields are larger than the limit");
  if (crumbs.length > 0) lines.push(["cookie", crumbs.join("; ")]);
}

function requestOf(
  pseudo: Map<string, string>,
  lines: FieldLine[],
  limits: Limits,
  isWhole: boolean,
): ReceivedHead {
  if (lines.length > limits.fields) throw new Refusal("head-too-large", "It has too many fields");
  checkPseudo(pseudo, limits);
  const fields = withHost(pseudo.get(":authority"), new FieldList(lines));
  const te = fields.getAll("te");
  if (te.some((value) => value !== "" && value.toLowerCase() !== "trailers")) {
    throw bad('HTTP/2 takes no "te" but "trailers"');
  }
  const length = lengthOf(fields.getAll("content-length"));
  if (isWhole && length) throw bad("It ends without the content that content-length tells of");
  return { head: headOf(pseudo, fields), length: isWhole ? 0 : length };
}

function checkPseudo(pseudo: Map<string, string>, limits: Limits): void {
  const method = pseudo.get(":method") ?? "";
  if (!isToken(method)) throw bad('":method" is no method');
  if (method.length > limits.methodBytes || method === "CONNECT") {
    throw new Refusal("method-not-implemented", "The host is no forward proxy");
  }
  for (const name of pseudo.keys()) {
    if (!PSEUDO.has(name)) {
      throw bad(`"${printable(name)}" is none of the fields that HTTP/2 knows`);
    }
  }
  if (!/^https?$/i.test(pseudo.get(":scheme") ?? "")) throw bad('":scheme" is not http or https');
  const path = pseudo.get(":path") ?? "";
  if (path.length > limits.targetBytes) {
    throw new Refusal("target-too-long", `":path" is longer than ${limits.targetBytes} bytes`);
  }
  const isPath = path.startsWith("/") || (path === "*" && method === "OPTIONS");
  if (!isPath || !isMarked(path, TARGET)) throw bad('":path" is no path that begins with a slash');
}

const PSEUDO: ReadonlySet<string> = new Set([":method", ":scheme", ":authority", ":path"]);

/** Puts the authority where HTTP/1.1 has it. */
function withHost(authority: string | undefined, fields: FieldList): FieldList {
  const hosts = fields.getAll("host");
  const host = authority ?? hosts[0];
  if (host === undefined) throw bad('It has neither ":authority" nor "host"');
  if (!isHost(host)) throw bad("Its authority is not the name or address of a host");
  if (hosts.length > 1 || hosts.some((other) => other.toLowerCase() !== host.toLowerCase())) {
    throw bad('"host" says another authority than ":authority"');
  }
  return new FieldList([["host", host], ...fields.without(["host"])]);
}

/** As strict as HTTP/1.1 is here: no user information, no percent-encoding, no empty port. */
function isHost(host: string): boolean {
  return /^(?:\[[\da-f:.]+\]|[\w!$&'().~-]+)(?::\d{1,5})?$/i.test(host) && isAuthority(host);
}

function lengthOf(values: readonly string[]): number | undefined {
  if (values.length === 0) return undefined;
  const length = /^\d{1,19}$/.test(values[0]!) ? Number(values[0]) : NaN;
  if (values.length > 1 || !Number.isSafeInteger(length)) throw bad("content-length is no number");
  return length;
}

function headOf(pseudo: Map<string, string>, fields: FieldList): RequestHead {
  const method = pseudo.get(":method") ?? "";
  return { method, target: pseudo.get(":path") ?? "", version: "HTTP/2", fields };
}

function isName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    // The table gives lower case, which is all that HTTP/2 takes.
    if (TOKEN[code] !== code) return false;
  }
  return name !== "";
}

function isToken(text: string): boolean {
  return text !== "" && isMarked(text, TOKEN);
}

/** White space around a value would be lost on the way to the backend. */
function isValue(value: string): boolean {
  return isMarked(value, VALUE) && !/^[\t ]|[\t ]$/.test(value);
}

function isMarked(text: string, allowed: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    if (allowed[text.charCodeAt(i)] === 0) return false;
  }
  return true;
}

function printable(name: string): string {
  return name.replace(/[^\x21-\x7e]/g, "?").slice(0, 64);
}

function bad(message: string): Refusal {
  return new Refusal("bad-request", message);
}
