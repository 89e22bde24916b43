import type { Clock } from "../contract/clock.ts";
import { bytesContent } from "../contract/content.ts";
import type { Reply } from "../contract/exchange.ts";
import { FieldList, REASONS } from "../http1/mod.ts";
import { escapeHtml } from "./rewrite/_url_text.ts";

/**
 * Makes the answer that sends a client elsewhere.
 *
 * @param location ASCII, escaped
 */
export function redirectReply(status: number, location: string, clock: Clock): Reply {
  const html = `<!DOCTYPE html>\n<title>Moved</title>\n<p>This page is at <a href="${
    escapeHtml(location)
  }">another address</a>.</p>\n`;
  const bytes = new TextEncoder().encode(html);
  const fields = new FieldList([
    ["Date", clock.date().toUTCString()],
    ["Location", location],
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Length", String(bytes.length)],
    ["X-Content-Type-Options", "nosniff"],
  ]);
  return {
    head: { status, reason: REASONS[status] ?? "", fields },
    content: bytesContent(bytes),
    isOfModule: true,
  };
}
