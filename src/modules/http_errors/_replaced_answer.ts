import { bytesContent, emptyContent } from "../../contract/content.ts";
import type { Content, Fields, Reply } from "../../contract/exchange.ts";
import type { FieldLine } from "../../http1/mod.ts";
import type { FilePage } from "./_error_file.ts";

/** They speak of the content that was there. */
const OF_CONTENT = [
  "Accept-Ranges",
  "Content-Digest",
  "Content-Disposition",
  "Content-Encoding",
  "Content-Language",
  "Content-Length",
  "Content-Location",
  "Content-MD5",
  "Content-Range",
  "Content-Type",
  "Digest",
  "ETag",
  "Last-Modified",
  "Trailer",
  "Transfer-Encoding",
];

/** They speak of the host's own page, which allows nothing to run. */
const OF_OWN_PAGE = ["Content-Security-Policy", "X-Content-Type-Options"];

/** Gives an answer with a file in the place of its content. What else its fields say stays, as who may ask again and how. */
export function withFile(reply: Reply, { bytes, type }: FilePage): Reply {
  const lines: FieldLine[] = [["Content-Type", type], ["Content-Length", String(bytes.length)]];
  return replaced(reply, without(reply).appendedAll(lines), bytesContent(bytes));
}

/** Gives an answer without content. @see IIS M-MO-2 */
export function emptied(reply: Reply): Reply {
  const fields = without(reply).appended("Content-Length", "0");
  return replaced(reply, fields, emptyContent);
}

/** Gives an answer with a page of the host in the place of its content. */
export function withPage(reply: Reply, page: Reply): Reply {
  const kept = without(reply).without(OF_OWN_PAGE);
  const added = Array.from(page.head.fields).filter(([name]) => !kept.has(name));
  return replaced(reply, kept.appendedAll(added), page.content);
}

/** Says that an answer is not sent: what is at hand of it is read, so that its connection may serve on. */
export async function dropContent(content: Content): Promise<void> {
  try {
    for (let pieces = 0; pieces < PIECES_READ && isAtHand(content); pieces++) {
      if (await content.read() === null) return;
    }
  } catch {
    // It broke off, and nobody wants it any more.
  }
  content.cancel();
}

/** How much of a content is read only to be rid of it. */
const PIECES_READ = 4;

function isAtHand(content: Content): boolean {
  return content.state !== undefined && content.state() !== "waiting";
}

function without({ head, error, isOfModule }: Reply): Fields {
  const isOwn = error !== undefined || isOfModule === true;
  return head.fields.without(isOwn ? [...OF_CONTENT, ...OF_OWN_PAGE] : OF_CONTENT);
}

function replaced(reply: Reply, fields: Fields, content: Content): Reply {
  return { ...reply, head: { ...reply.head, fields }, content };
}
