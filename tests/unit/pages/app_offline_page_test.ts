import assert from "node:assert/strict";
import type { Exchange } from "../../../src/contract/exchange.ts";
import { FieldList } from "../../../src/http1/fields.ts";
import { offlineReply } from "../../../src/pages/app_offline_page.ts";

function exchange(method: string): Exchange {
  const head = { method, target: "/", version: "HTTP/1.1", fields: new FieldList([]) } as const;
  return { received: head, request: head } as unknown as Exchange;
}

const PAGE = new TextEncoder().encode("<h1>Zurück um 8</h1>");

for (const method of ["GET", "POST", "OPTIONS", "PURGE"]) {
  Deno.test(`offlineReply() gives ${method} the file with 503, and no word on caches (ANCM O-5)`, async () => {
    const { head, content } = offlineReply(PAGE, exchange(method));
    assert.deepEqual([head.status, head.reason], [503, "Service Unavailable"]);
    const fields = [...head.fields].filter(([name]) => name !== "Date");
    assert.deepEqual(fields, [["Content-Type", "text/html"], [
      "Content-Length",
      String(PAGE.length),
    ]]);
    assert.deepEqual([await content.read(), await content.read()], [PAGE, null]);
  });
}

Deno.test("offlineReply() sends no content for HEAD, and says how long it would be", async () => {
  const { head, content } = offlineReply(PAGE, exchange("HEAD"));
  assert.equal(head.fields.get("content-length"), String(PAGE.length));
  assert.equal(await content.read(), null);
});

Deno.test("offlineReply() is empty where the page is (ANCM O-6)", async () => {
  const { head, content } = offlineReply(new Uint8Array(), exchange("GET"));
  assert.equal(head.fields.get("content-length"), "0");
  assert.equal(await content.read(), null);
});
