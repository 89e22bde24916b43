import type { Client } from "../../src/contract/exchange.ts";
import { inboundFields } from "../../src/gateway/fields.ts";
import { FieldList } from "../../src/http1/fields.ts";
import { forwardedRequest } from "../../src/server/forwarded_client.ts";
import { parseTrustedProxies } from "../../src/server/trusted_proxy.ts";

/** A request as it arrives, and the answer to who sent it. */
export interface ForwardedCase {
  readonly name: string;
  /** Values of `--trusted-proxy`. */
  readonly trusted: readonly string[];
  /** `10.0.0.5:40000`, `[::1]:6000`, or `unix`. */
  readonly peer: string;
  readonly isPeerSecure?: boolean;
  readonly fields: readonly (readonly [string, string])[];
}

/** What came of it: the client, and what the backend gets to see. */
export interface ForwardedAnswer {
  readonly client: Client;
  readonly fieldsToBackend: FieldList;
}

/** Decides about the request and builds the backend's fields, as the host does. */
export function decide(given: Omit<ForwardedCase, "name">): ForwardedAnswer {
  const received = new FieldList([["Host", "example.test"], ...given.fields]);
  const peer = peerOf(given.peer, given.isPeerSecure ?? false);
  const { client, fields } = forwardedRequest(peer, received, parseTrustedProxies(given.trusted));
  const fieldsToBackend = inboundFields(fields, { client, token: "token" }) as FieldList;
  return { client, fieldsToBackend };
}

function peerOf(text: string, secure: boolean): Client {
  if (text === "unix") return { address: "", port: 0, secure };
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|(.*)):(\d+)$/.exec(text) ?? [];
  return { address: bracketed ?? plain ?? "", port: Number(port), secure };
}
