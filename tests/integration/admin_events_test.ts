import assert from "node:assert/strict";
import { systemClock } from "../../src/contract/clock.ts";
import { AdminEvents } from "../../src/pages/admin_events.ts";
import { adminFace, listenAdmin } from "../support/admin_stage.ts";
import { eventually } from "../support/eventually.ts";
import { scriptedSource } from "../support/live_source.ts";

async function stage() {
  const events = new AdminEvents(systemClock, scriptedSource());
  const face = adminFace({ events, token: "0123456789abcdef" });
  const listeners = await listenAdmin("http://127.0.0.1:0", face);
  const init = { headers: { Authorization: "Bearer 0123456789abcdef" } };
  const ask = (path: string, signal?: AbortSignal) =>
    fetch(`${listeners.urls[0]}${path}`, signal ? { ...init, signal } : init);
  return { events, listeners, ask };
}

Deno.test("GET /events streams to a client until that leaves, which makes room for another", async () => {
  const { listeners, ask } = await stage();
  await using _listeners = listeners;
  const leaving = new AbortController();
  for (let n = 0; n < 8; n++) {
    const response = await ask("/events", leaving.signal);
    assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("event: sample")) text += (await reader?.read())?.value ?? "";
    assert.match(text, /^retry: 2000\n\nid: \d+\nevent: sample\ndata: \{/);
    reader?.read().catch(() => {});
  }
  const refused = await ask("/events");
  assert.equal(refused.status, 503);
  assert.equal(await refused.text(), "Too many status pages are open: close one\n");
  const health = await ask("/healthz");
  assert.deepEqual([health.status, await health.text()], [200, "ok\n"]);
  leaving.abort();
  await eventually(async () => {
    const next = await ask("/events");
    await next.body?.cancel();
    return next.status === 200;
  });
});

Deno.test("AdminEvents.end() ends the answers, so that a stop need not cut them", async () => {
  const { events, listeners, ask } = await stage();
  await using _listeners = listeners;
  const response = await ask("/events");
  events.end();
  assert.match(await response.text(), /^retry: 2000\n\nid: 1\nevent: sample\n/);
  await listeners.drain(AbortSignal.timeout(20_000));
});
