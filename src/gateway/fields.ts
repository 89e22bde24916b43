import type { Client, Fields } from "../contract/exchange.ts";
import { listMembers } from "../http1/fields.ts";

/** What {@linkcode inboundFields} adds, and for whom. */
export interface InboundOptions {
  readonly client: Client;
  /** The pairing token of the process that will get the request. */
  readonly token: string;
  /** The protocol of an upgrade that is passed on, such as `websocket`. @default none */
  readonly upgrade?: string;
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
  let fields = endToEnd(received).filter((name) => !name.startsWith("ms-aspnetcore"));
  const secure = client.secure ? "https" : "http";
  if (client.address !== "") {
    fields = withMember(fields, "X-Forwarded-For", addressAndPort(client));
    fields = withMember(fields, "X-Forwarded-Proto", secure);
  } else if (!fields.has("x-forwarded-proto")) {
    // Behind a Unix socket there is no address to append: the peer's own last entries stay the last.
    fields = fields.appended("X-Forwarded-Proto", secure);
  }
  fields = fields.appended("MS-ASPNETCORE-TOKEN", token);
  return upgrade === undefined
    ? fields
    : fields.appended("Connection", "Upgrade").appended("Upgrade", upgrade);
}

/**
 * Gives the fields of the backend's answer as the client shall see them: the end-to-end ones.
 *
 * @param upgrade the protocol of an upgrade both sides have agreed on
 * @see ANCM F-60 … F-66
 */
export function outboundFields(received: Fields, upgrade?: string): Fields {
  const fields = endToEnd(received);
  return upgrade === undefined
    ? fields
    : fields.appended("Connection", "Upgrade").appended("Upgrade", upgrade);
}

/** For one connection only, whether `Connection` names them or not. @see RFC 9110 §7.6.1 */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Never dropped because `Connection` names them: without the first two a message is another message, and
 * with the rest a client could strike out what a proxy between it and us has said about it.
 */
const NOT_NAMEABLE: ReadonlySet<string> = new Set([
  "content-length",
  "host",
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
]);

/** Drops what is meant for one connection only. Of `TE` the member `trailers` stays. */
function endToEnd(fields: Fields): Fields {
  const named = new Set(listMembers(fields.getAll("connection")).map((name) => name.toLowerCase()));
  const kept = fields.filter((name) =>
    name !== "te" && !HOP_BY_HOP.has(name) && (!named.has(name) || NOT_NAMEABLE.has(name))
  );
  const trailers = listMembers(fields.getAll("te"))
    .some((member) => /^trailers\s*(?:;|$)/i.test(member));
  return trailers ? kept.appended("TE", "trailers") : kept;
}

/** Adds a member at the end of a list field; lines that repeat become one. */
function withMember(fields: Fields, name: string, member: string): Fields {
  return fields.with(name, [...fields.getAll(name), member].join(", "));
}

function addressAndPort({ address, port }: Client): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
