import type { Client, Fields } from "../contract/exchange.ts";
import { hopChain } from "./forwarded_chain.ts";
import type { IsTrusted } from "./trusted_proxy.ts";

/** Who a request really comes from, and the fields that go with that. */
export interface ForwardedRequest {
  readonly client: Client;
  /** Their chain ends before the client, so that who appends it makes it the last entry. */
  readonly fields: Fields;
}

/** Nobody stands behind more proxies of their own. */
const MOST_HOPS = 64;

/**
 * Decides who the client of a request is, behind proxies that are trusted.
 *
 * - Nobody is trusted (no `--trusted-proxy`): the peer is the client, the fields stay.
 * - The peer is not trusted: it is the client, and what it says of others (`X-Forwarded-*`, `Forwarded`,
 *   `X-Real-IP`) is dropped.
 * - The peer is trusted: the chain is walked from the right past addresses that are trusted too. The first other
 *   address is the client, or the leftmost where all are trusted. An entry that names no address (`unknown`, a
 *   hidden name, nothing at all) ends the walk: the client is then the nearest hop that has one, with the scheme
 *   that entry names. A port that no hop named is 0.
 *
 * `Host` and `X-Forwarded-Host` are never changed.
 *
 * @param peer the other end of the connection, or the source that a PROXY header names
 * @see ANCM F-15, F-16, M-9
 */
export function forwardedRequest(
  peer: Client,
  received: Fields,
  isTrusted: IsTrusted | undefined,
): ForwardedRequest {
  if (!isTrusted) return { client: peer, fields: received };
  if (!isTrusted(peer.address)) return { client: peer, fields: withoutClaims(received) };
  const chain = hopChain(received);
  if (!chain) return { client: peer, fields: received };
  let client = peer;
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    const hop = chain.next();
    if (!hop) break;
    client = { ...client, ...hop.node, secure: hop.secure ?? client.secure };
    if (!hop.node) break;
    chain.drop();
    if (!isTrusted(hop.node.address)) break;
  }
  return { client, fields: chain.fields };
}

function withoutClaims(received: Fields): Fields {
  const kept = received.filter((name) =>
    !name.startsWith("x-forwarded-") && name !== "forwarded" && name !== "x-real-ip"
  );
  return kept.size === received.size ? received : kept;
}
