import { bytesContent } from "../contract/content.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import { isLocal } from "../contract/local_client.ts";
import { FieldList } from "../http1/fields.ts";
import { pageForm } from "./_accept.ts";
import { htmlPage } from "./_html.ts";

/** What a waiting page says. */
export interface Waiting {
  /** One sentence without a full stop. */
  readonly what: string;
  /** What is being done, line by line; for local clients only. */
  readonly lines: readonly string[];
}

/** Tells whether somebody looks at the answer who can be shown a page in its place: a browser that loads one. */
export function takesWaitingPage({ received }: Exchange): boolean {
  const { method, fields } = received;
  return method === "GET" && !fields.has("upgrade") &&
    pageForm(fields.getAll("accept").join(",")) === "html";
}

/** Makes a page for people who develop the application: it says what they wait for, and loads itself again. */
export function waitingReply(x: Exchange, { what, lines }: Waiting): Reply {
  const bytes = new TextEncoder().encode(htmlPage({
    code: "503",
    title: "Starting",
    paragraphs: [`${what}. This page loads itself again.`],
    facts: [],
    details: isLocal(x) ? lines : [],
    requestId: x.id,
  }));
  const fields = new FieldList([
    ["Date", new Date().toUTCString()],
    ["Content-Type", "text/html; charset=utf-8"],
    ["Content-Length", String(bytes.length)],
    ["X-Content-Type-Options", "nosniff"],
    ["Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"],
    ["Cache-Control", "no-store"],
    ["Retry-After", "1"],
    // Any browser minds it, and no script is needed.
    ["Refresh", "1"],
  ]);
  const head = { status: 503, reason: "Service Unavailable", fields };
  return { head, content: bytesContent(bytes) };
}
