import { Cancellation } from "../../src/contract/cancellation.ts";
import { emptyContent } from "../../src/contract/content.ts";
import type { Exchange } from "../../src/contract/exchange.ts";
import { type FieldLine, FieldList } from "../../src/http1/mod.ts";

/** A GET of `/` without content, as a front would hand it on. */
export function rawExchange(fields: readonly FieldLine[] = []): Exchange {
  const cancellation = new Cancellation();
  const received = {
    method: "GET",
    target: "/",
    version: "HTTP/1.1",
    fields: new FieldList(fields),
  } as const;
  return {
    id: "1",
    received,
    request: received,
    content: emptyContent,
    client: { address: "203.0.113.7", port: 50_000, secure: false },
    cancellation,
    get signal() {
      return cancellation.signal;
    },
  };
}
