import { Cancellation } from "../../src/contract/cancellation.ts";
import { emptyContent } from "../../src/contract/content.ts";
import type { Awaitable, Exchange, Reply } from "../../src/contract/exchange.ts";
import { type FieldLine, FieldList } from "../../src/http1/fields.ts";

/** Makes an exchange as an admin listener gets it. */
export function adminExchange(
  method: string,
  target: string,
  lines: readonly FieldLine[] = [["Host", "localhost"]],
): Exchange {
  const received = { method, target, version: "HTTP/1.1" as const, fields: new FieldList(lines) };
  return {
    id: "ab-1",
    received,
    request: received,
    content: emptyContent,
    client: { address: "", port: 0, secure: false },
    cancellation: new Cancellation(),
    signal: new AbortController().signal,
  };
}

/** Reads an answer to its end. */
export async function answerText(
  reply: Awaitable<Reply>,
): Promise<{ status: number; text: string; fields: Reply["head"]["fields"] }> {
  const { head, content } = await reply;
  let text = "";
  for (let piece; (piece = await content.read()) !== null;) text += new TextDecoder().decode(piece);
  return { status: head.status, text, fields: head.fields };
}
