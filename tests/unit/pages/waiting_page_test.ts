import assert from "node:assert/strict";
import { takesWaitingPage, waitingReply } from "../../../src/pages/waiting_page.ts";
import { rawExchange } from "../../support/raw_exchange.ts";

const LOCAL = { address: "127.0.0.1", port: 1, secure: false };
const WAITING = { what: "The application is being <built>", lines: ["Restored <a>", "line 2"] };

async function bodyOf(x: ReturnType<typeof rawExchange>): Promise<string> {
  return new TextDecoder().decode(await waitingReply(x, WAITING).content.read() ?? undefined);
}

Deno.test("waitingReply() is a 503 that loads itself again and that nobody keeps", () => {
  const { head, content } = waitingReply(rawExchange(), WAITING);
  assert.equal(head.status, 503);
  assert.equal(head.fields.get("retry-after"), "1");
  assert.equal(head.fields.get("refresh"), "1");
  assert.equal(head.fields.get("cache-control"), "no-store");
  assert.equal(head.fields.get("content-type"), "text/html; charset=utf-8");
  assert.equal(head.fields.get("content-length"), String(content.length));
  assert.match(head.fields.get("content-security-policy") ?? "", /^default-src 'none'/);
});

Deno.test("waitingReply() shows lines to local clients only, escaped", async () => {
  const remote = await bodyOf(rawExchange());
  assert.match(remote, /The application is being &lt;built&gt;\. This page loads itself again\./);
  assert.doesNotMatch(remote, /Restored/);
  const local = rawExchange();
  local.client = LOCAL;
  assert.match(await bodyOf(local), /<pre>Restored &lt;a&gt;\nline 2<\/pre>/);
});

Deno.test("takesWaitingPage() is true for a browser that loads a page", () => {
  const takes = (...fields: [string, string][]) => takesWaitingPage(rawExchange(fields));
  assert.ok(takes(["Accept", "text/html"]));
  assert.ok(!takes());
  assert.ok(!takes(["Accept", "*/*"]));
  assert.ok(!takes(["Accept", "text/html"], ["Upgrade", "websocket"]));
  const form = rawExchange([["Accept", "text/html"]]);
  assert.ok(!takesWaitingPage({ ...form, received: { ...form.received, method: "POST" } }));
});
