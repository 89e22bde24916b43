import type { Client, Fields } from "../contract/exchange.ts";
import { FIELD, fieldId, type FieldLine, FieldList, fieldSet, listMembers } from "../http1/mod.ts";

/** What {@linkcode inboundFields} adds, and for whom. */
export interface InboundOptions {
  readonly client: Client;
  /** The pairing token of the process that will get the request. */
  readonly token: string;
  /** The protocol of an upgrade that is passed on, such as `websocket`. @default none */
  readonly upgrade?: string | undefined;
}

/**
 * Gives the fields of a request as the backend shall see them: end-to-end ones, less what only the host
 * may say (`MS-ASPNETCORE-*`), and with the client's address, its scheme and the pairing token.
 * `Transfer-Encoding` goes: who sends the content frames it anew.
 *
 * @see ANCM F-10 … F-18
 */
export function inboundFields(received: Fields, options: InboundOptions): Fields {
  const { client, token, upgrade } = options;
  const fields = fieldList(received);
  const forwardedFor = fields.has("x-forwarded-for");
  const forwardedProto = fields.has("x-forwarded-proto");
  const hasAddress = client.address !== "";
  const proto = client.secure ? "https" : "http";
  const added: FieldLine[] = [];
  if (takesTrailers(fields)) added.push(TE_TRAILERS);
  if (hasAddress && !forwardedFor) added.push(["X-Forwarded-For", addressAndPort(client)]);
  if (!forwardedProto) added.push(["X-Forwarded-Proto", proto]);
  added.push(["MS-ASPNETCORE-TOKEN", token]);
  if (upgrade !== undefined) added.push(CONNECTION_UPGRADE, ["Upgrade", upgrade]);
  let sent = endToEnd(fields, OWN_OR_HOP_BY_HOP, added);
  // Behind a Unix socket there is no address to append: the peer's own last entries stay the last.
  if (!hasAddress) return sent;
  if (forwardedFor) sent = withMember(sent, "X-Forwarded-For", addressAndPort(client));
  return forwardedProto ? withMember(sent, "X-Forwarded-Proto", proto) : sent;
}

/**
 * Gives the fields of the backend's answer as the client shall see them: the end-to-end ones.
 *
 * @param upgrade the protocol of an upgrade both sides have agreed on
 * @see ANCM F-60 … F-66
 */
export function outboundFields(received: Fields, upgrade?: string): Fields {
  const fields = fieldList(received);
  const added: FieldLine[] = takesTrailers(fields) ? [TE_TRAILERS] : [];
  if (upgrade !== undefined) added.push(CONNECTION_UPGRADE, ["Upgrade", upgrade]);
  return endToEnd(fields, HOP_BY_HOP, added);
}

/** Gives the trailer fields of a request that the backend may see: none that only the host or a head may say. */
export function inboundTrailers(received: Fields): Fields {
  return fieldList(received).relayed(NOT_IN_TRAILERS, []);
}

/** Gives the trailer fields of an answer that the client may see. */
export function outboundTrailers(received: Fields): Fields {
  return fieldList(received).relayed(HOP_BY_HOP, []);
}

/** For one connection only, whether `Connection` names them or not. @see RFC 9110 §7.6.1 */
const HOP_BY_HOP_IDS = [
  FIELD.CONNECTION,
  FIELD.HTTP2_SETTINGS,
  FIELD.KEEP_ALIVE,
  FIELD.PROXY_AUTHORIZATION,
  FIELD.PROXY_CONNECTION,
  FIELD.TE,
  FIELD.TRANSFER_ENCODING,
  FIELD.UPGRADE,
] as const;
const HOP_BY_HOP = fieldSet(...HOP_BY_HOP_IDS);
const OWN_OR_HOP_BY_HOP = fieldSet(...HOP_BY_HOP_IDS, FIELD.MS_ASPNETCORE);

/** What proxies before us have said about a request. */
const OF_PROXIES = [
  FIELD.FORWARDED,
  FIELD.VIA,
  FIELD.X_FORWARDED_FOR,
  FIELD.X_FORWARDED_HOST,
  FIELD.X_FORWARDED_PROTO,
] as const;
const NOT_IN_TRAILERS = fieldSet(...HOP_BY_HOP_IDS, ...OF_PROXIES, FIELD.MS_ASPNETCORE);

/**
 * Never dropped because `Connection` names them: without the first two a message is another message, and
 * with the rest a client could strike out what a proxy between it and us has said about it.
 */
const NOT_NAMEABLE = fieldSet(FIELD.CONTENT_LENGTH, FIELD.HOST, ...OF_PROXIES);

const TE_TRAILERS: FieldLine = ["TE", "trailers"];
const CONNECTION_UPGRADE: FieldLine = ["Connection", "Upgrade"];

function fieldList(fields: Fields): FieldList {
  return fields instanceof FieldList ? fields : new FieldList([...fields]);
}

/** Drops what is meant for one connection only. */
function endToEnd(fields: FieldList, drop: Uint8Array, added: readonly FieldLine[]): FieldList {
  const kept = fields.lines.some(isConnectionText) ? withoutNamed(fields) : fields;
  return kept.relayed(drop, added, NOT_NAMEABLE);
}

/** A `Connection` that no parser of ours has read has not marked what it names. */
function isConnectionText(line: number | FieldLine): boolean {
  return typeof line !== "number" && line[0].length === 10 &&
    line[0].toLowerCase() === "connection";
}

function withoutNamed(fields: FieldList): FieldList {
  const named = new Set(listMembers(fields.getAll("connection")).map((name) => name.toLowerCase()));
  const isKept = (name: string) => !named.has(name) || NOT_NAMEABLE[fieldId(name)] === 1;
  return fields.filter(isKept);
}

/** Of `TE` only the member `trailers` is for those behind us. */
function takesTrailers(fields: FieldList): boolean {
  return fields.has("te") &&
    listMembers(fields.getAll("te")).some((member) => /^trailers\s*(?:;|$)/i.test(member));
}

/** Adds a member at the end of a list field; lines that repeat become one. */
function withMember(fields: FieldList, name: string, member: string): FieldList {
  return fields.with(name, [...fields.getAll(name), member].join(", "));
}

/** A client found behind proxies may have no port that anybody named. */
function addressAndPort({ address, port }: Client): string {
  if (port === 0) return address.includes(":") ? `[${address}]` : address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
