import { bytesContent, emptyContent } from "../contract/content.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import { FieldList } from "../http1/fields.ts";

/**
 * Makes the answer of an application that is offline: 503 with the bytes of its app_offline.htm, whatever is asked for, and
 * nothing for HEAD. It says neither when to come back nor who may keep it, as the module's.
 *
 * @see ANCM O-5
 */
export function offlineReply(page: Uint8Array, x: Exchange): Reply {
  const fields = new FieldList([
    ["Date", new Date().toUTCString()],
    ["Content-Type", "text/html"],
    ["Content-Length", String(page.length)],
  ]);
  return {
    head: { status: 503, reason: "Service Unavailable", fields },
    content: x.received.method === "HEAD" ? emptyContent : bytesContent(page),
  };
}
