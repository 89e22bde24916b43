import { bytesContent, emptyContent } from "../contract/content.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import { type FieldLine, FieldList, REASONS } from "../http1/mod.ts";

/** Answers with one line of plain text. */
export function textReply(
  x: Exchange,
  status: number,
  text: string,
  added: readonly FieldLine[] = [],
): Reply {
  return typedReply(x, status, "text/plain; charset=utf-8", `${text}\n`, added);
}

/** Answers with JSON that a person can read, too. */
export function jsonReply(x: Exchange, status: number, value: object): Reply {
  return typedReply(x, status, "application/json", `${JSON.stringify(value, null, 2)}\n`);
}

/** Answers with text of a type. */
export function typedReply(
  x: Exchange,
  status: number,
  type: string,
  body: string,
  added: readonly FieldLine[] = [],
): Reply {
  const bytes = new TextEncoder().encode(body);
  return {
    head: {
      status,
      reason: REASONS[status] ?? "",
      fields: new FieldList([
        ["Date", new Date().toUTCString()],
        ["Content-Type", type],
        ["Content-Length", String(bytes.length)],
        ["Cache-Control", "no-store"],
        ["X-Content-Type-Options", "nosniff"],
        ["Content-Security-Policy", "default-src 'none'"],
        ...added,
      ]),
    },
    content: x.received.method === "HEAD" ? emptyContent : bytesContent(bytes),
  };
}
