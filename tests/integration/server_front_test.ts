import assert from "node:assert/strict";
import { bytesContent } from "../../src/contract/content.ts";
import type { Exchange, Reply } from "../../src/contract/exchange.ts";
import type { Handler } from "../../src/contract/module.ts";
import { FieldList } from "../../src/http1/fields.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import type { Outcome } from "../../src/server/front.ts";
import { listen } from "../../src/server/listener.ts";
import { Http2Client } from "../support/conformance_http2.ts";
import { bytesOf, RawClient, valuesOf } from "../support/raw_client.ts";

function text(content: string, ...lines: [string, string][]): Reply {
  const bytes = new TextEncoder().encode(content);
  const fields = new FieldList([["Content-Length", String(bytes.length)], ...lines]);
  return { head: { status: 200, reason: "OK", fields }, content: bytesContent(bytes) };
}

function open(handler: Handler, urls = ["http://127.0.0.1:0"]) {
  const outcomes: Outcome[] = [];
  const listeners = listen(urls, {
    handler,
    page: (x, error) => errorReply(x, error, { disableStartUpErrorPage: false }),
    finished: (_x, outcome) => outcomes.push(outcome),
  });
  return { listeners, outcomes, url: listeners.urls[0] ?? "" };
}

/** Answers with what the exchange says of the request. */
const facts: Handler = (x) => {
  const { received, request, client } = x;
  return text(JSON.stringify({
    received: received.target,
    request: request.target,
    host: request.fields.get("host"),
    client,
  }));
};

async function asked(url: string, head: string): Promise<Record<string, unknown>> {
  using client = await RawClient.open(url);
  await client.send(head);
  const { content } = await client.answer();
  return JSON.parse(new TextDecoder().decode(bytesOf(content)));
}

for (
  const [target, expected] of [
    ["/", "/"],
    ["/a/../b", "/a/../b"],
    ["/a/%2e%2e/b%2Fc", "/a/%2e%2e/b%2Fc"],
    ["/?", "/?"],
    ["//double//slash", "//double//slash"],
    ["/caf\xc3\xa9", "/caf\xc3\xa9"],
    ["/'%zz", "/'%zz"],
  ] as const
) {
  Deno.test(`the target ${JSON.stringify(target)} is seen as it came (ANCM F-2)`, async () => {
    const { listeners, url } = open(facts);
    await using _listeners = listeners;
    const seen = await asked(url, `GET ${target} HTTP/1.1\r\nHost: example.test:81\r\n\r\n`);
    assert.equal(seen.received, expected);
  });
}

Deno.test("an absolute target's authority takes the place of Host (RFC 9112 §3.2.2)", async () => {
  const { listeners, url } = open(facts);
  await using _listeners = listeners;
  const head = "GET http://a.other.test:81/x?q HTTP/1.1\r\nHost: a\r\n\r\n";
  const seen = await asked(url, head);
  assert.equal(seen.received, "http://a.other.test:81/x?q");
  assert.equal(seen.request, "/x?q");
  assert.equal(seen.host, "a.other.test:81");
});

Deno.test("the client is named by address and port, IPv4 as such on a listener for all", async () => {
  const { listeners, url } = open(facts, ["http://*:0"]);
  await using _listeners = listeners;
  const port = new URL(url).port;
  using client = await RawClient.open(`http://127.0.0.1:${port}`);
  const { content } = await client.get("/");
  assert.deepEqual(JSON.parse(content).client, {
    address: "127.0.0.1",
    port: client.localPort,
    secure: false,
    local: { address: "127.0.0.1", port: Number(port) },
  });
});

for (const host of ["a b", "user@a", "a/b", "a?b", "a:99999", "[::1", "a, b"]) {
  Deno.test(`Host ${JSON.stringify(host)} is 400 and ends the connection (B12)`, async () => {
    const { listeners, url } = open(facts);
    await using _listeners = listeners;
    using client = await RawClient.open(url);
    const answer = await client.get("/", { Host: host });
    assert.equal(answer.status, 400);
    assert.equal(await client.ends(), true);
  });
}

Deno.test("an upgrade request with content is 400, and its content no second request (B6)", async () => {
  const targets: string[] = [];
  const { listeners, url } = open((x) => {
    targets.push(x.request.target);
    return facts(x);
  });
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  const smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  await client.send(
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      `Content-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
  );
  assert.equal((await client.answer()).status, 400);
  assert.equal(await client.ends(), true);
  assert.deepEqual(targets, []);
});

Deno.test("an exchange is reported once, with its bytes, and its signal stays quiet (B9)", async () => {
  let aborted = false;
  const exchanges: Exchange[] = [];
  const { listeners, url, outcomes } = open(async (x) => {
    exchanges.push(x);
    x.signal.addEventListener("abort", () => aborted = true);
    while (await x.content.read());
    return text("answer");
  });
  {
    await using _listeners = listeners;
    using client = await RawClient.open(url);
    for (let i = 0; i < 2; i++) {
      await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
      assert.equal((await client.answer()).content, "answer");
    }
  }
  const outcome = { status: 200, bytesIn: 3, bytesOut: 6, end: "complete" };
  assert.deepEqual(outcomes, [outcome, outcome]);
  assert.equal(aborted, false);
  assert.notEqual(exchanges[0]?.id, exchanges[1]?.id);
});

Deno.test("drain() refuses new connections, ends idle ones, and lets the rest finish with Connection: close", async () => {
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const { listeners, url } = open(async (x) => {
    if (x.request.target === "/slow") {
      arrived.resolve();
      await go.promise;
    }
    return text("done");
  });
  using idle = await RawClient.open(url);
  await idle.get("/");
  using busy = await RawClient.open(url);
  await busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  await arrived.promise;
  assert.equal(listeners.open, 2);
  const drained = listeners.drain(new AbortController().signal);
  assert.equal(await idle.ends(), true);
  await assert.rejects(async () => {
    using late = await RawClient.open(url);
    await late.get("/");
  });
  go.resolve();
  const answer = await busy.answer();
  assert.deepEqual(valuesOf(answer.fields, "connection"), ["close"]);
  assert.equal(answer.content, "done");
  await drained;
  assert.equal(await busy.ends(), true);
});

Deno.test("drain() lets a request over HTTP/2 by preface finish, which counts as one connection", async () => {
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const { listeners, url } = open(async () => {
    arrived.resolve();
    await go.promise;
    return text("done");
  });
  const port = Number(new URL(url).port);
  const client = new Http2Client(await Deno.connect({ hostname: "127.0.0.1", port }), false);
  const sending = await client.send();
  await arrived.promise;
  assert.equal(listeners.open, 1);
  const drained = listeners.drain(new AbortController().signal);
  go.resolve();
  assert.equal((await sending.answer()).content, "done");
  client.close();
  await drained;
  assert.equal(listeners.open, 0);
});

Deno.test("announceClose() makes answers end their connection while new ones are taken", async () => {
  const { listeners, url } = open(facts);
  await using _listeners = listeners;
  listeners.announceClose(1_000);
  using client = await RawClient.open(url);
  assert.deepEqual(valuesOf((await client.get("/")).fields, "connection"), ["close"]);
  assert.equal(await client.ends(), true);
  using next = await RawClient.open(url);
  assert.equal((await next.get("/")).status, 200);
});

Deno.test("drain() ends by force when its signal is aborted: waiting and streaming exchanges", async () => {
  const arrived = Promise.withResolvers<void>();
  const { listeners, url, outcomes } = open((x) => {
    if (x.request.target === "/wait") {
      arrived.resolve();
      return new Promise((_, reject) =>
        x.signal.addEventListener("abort", () => reject(x.signal.reason))
      ).catch(() => text("stopped")) as Promise<Reply>;
    }
    let first = true;
    const head = { status: 200, reason: "OK", fields: FieldList.none };
    const read = () => {
      if (first) {
        first = false;
        return Promise.resolve(new TextEncoder().encode("first"));
      }
      return new Promise<null>((_, reject) =>
        x.signal.addEventListener("abort", () => reject(x.signal.reason))
      );
    };
    return { head, content: { read, cancel() {} } };
  });
  using streaming = await RawClient.open(url);
  await streaming.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  await streaming.until((seen) => seen.includes("first"));
  using waiting = await RawClient.open(url);
  await waiting.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  await arrived.promise;
  await listeners.drain(AbortSignal.abort());
  assert.equal(await streaming.ends(), true);
  assert.equal(streaming.seen.endsWith("0\r\n\r\n"), false, "it must not look complete");
  assert.equal(await waiting.ends(), true);
  assert.deepEqual(outcomes.map(({ end }) => end), ["client-left", "client-left"]);
});

for (
  const [what, status, line] of [
    ["a 101 that nobody asked for (A18)", 101, ["X", "1"]],
    ["a field name that is none", 200, ["not a token", "1"]],
    ["a field value with a line end", 200, ["X", "a\r\nb: c"]],
  ] as const
) {
  Deno.test(`${what} cannot be sent: 502.3, and the content is let go`, async () => {
    let cancelled = false;
    const { listeners, url } = open(() => ({
      head: { status, reason: "", fields: new FieldList([line]) },
      content: { read: () => assert.fail("nobody reads it"), cancel: () => cancelled = true },
    }));
    await using _listeners = listeners;
    using client = await RawClient.open(url);
    const answer = await client.get("/");
    assert.match(answer.content, /^502\.3 /);
    assert.equal(cancelled, true);
  });
}

Deno.test("a status of 999 and its reason go out as they are (A10, ANCM F-50)", async () => {
  const { listeners, url } = open(() => ({
    ...text("x"),
    head: { ...text("x").head, status: 999, reason: "So it is" },
  }));
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  const { status, reason } = await client.get("/");
  assert.deepEqual([status, reason], [999, "So it is"]);
});

Deno.test("repeated field lines of an answer stay lines", async () => {
  const { listeners, url } = open(() => text("x", ["X-A", "1"], ["X-A", "2"], ["X-B", "caf\xe9"]));
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  const { fields } = await client.get("/");
  assert.deepEqual(valuesOf(fields, "x-a"), ["1", "2"]);
  assert.deepEqual(valuesOf(fields, "x-b"), ["caf\xe9"]);
});
