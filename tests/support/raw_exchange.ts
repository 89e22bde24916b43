import { Cancellation } from "../../src/contract/cancellation.ts";
import { emptyContent } from "../../src/contract/content.ts";
import type { Content, Exchange } from "../../src/contract/exchange.ts";
import { type FieldLine, FieldList } from "../../src/http1/mod.ts";

/** A request of `/`, as a front would hand it on: a GET where it has no content, else a POST. */
export function rawExchange(
  fields: readonly FieldLine[] = [],
  content: Content = emptyContent,
): Exchange {
  const cancellation = new Cancellation();
  const received = {
    method: content === emptyContent ? "GET" : "POST",
    target: "/",
    version: "HTTP/1.1",
    fields: new FieldList(fields),
  } as const;
  return {
    id: "1",
    received,
    request: received,
    content,
    client: { address: "203.0.113.7", port: 50_000, secure: false },
    cancellation,
    get signal() {
      return cancellation.signal;
    },
  };
}
