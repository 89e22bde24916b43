import { emptyContent } from "../../contract/content.ts";
import type { Exchange, RequestHead } from "../../contract/exchange.ts";
import { asciiOnly } from "../rewrite/_scope.ts";
import { splitTarget } from "../../http1/target.ts";

/** Of the request that failed: they speak of its content, of a copy the client has, or of the connection. */
const NOT_PASSED = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "range",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Makes the exchange that fetches an error page from the site itself: a GET without content by the same client,
 * whose query tells status and URL of the one that failed.
 *
 * @param url a path that begins with a slash, perhaps with a query; ASCII
 * @see IIS M-HE-7, M-HE-8
 */
export function subRequest(parent: Exchange, url: string, status: number): Exchange {
  const { path, query } = splitTarget(url);
  const told = `${status};${originalUrl(parent)}`;
  const head: RequestHead = {
    method: "GET",
    target: `${path}?${query ? `${query}&` : ""}${told}`,
    version: parent.received.version,
    fields: parent.received.fields.filter((name) =>
      !NOT_PASSED.has(name) && !name.startsWith("if-") && !name.startsWith("sec-websocket-")
    ),
  };
  return {
    id: parent.id,
    received: head,
    request: head,
    content: emptyContent,
    client: parent.client,
    cancellation: parent.cancellation,
    get signal() {
      return parent.signal;
    },
    // Nobody else says when this one is over.
    get atEnd() {
      return parent.atEnd ??= [];
    },
    set atEnd(calls) {
      parent.atEnd = calls;
    },
    parent,
  };
}

/** With its port, as IIS writes it. */
function originalUrl({ received, client }: Exchange): string {
  const scheme = client.secure ? "https" : "http";
  const host = received.fields.get("host") || "localhost";
  const hasPort = /:\d+$/.test(host);
  const port = hasPort ? "" : client.secure ? ":443" : ":80";
  const target = received.target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "");
  return `${scheme}://${host}${port}${asciiOnly(target)}`;
}
