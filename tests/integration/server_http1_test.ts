import { barePipeline } from "../support/bare_pipeline.ts";
import "../support/open_socket_calls.ts";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { bytesContent, emptyContent } from "../../src/contract/content.ts";
import type { Content, Exchange, Reply } from "../../src/contract/exchange.ts";
import type { ErrorPage, Handler } from "../../src/contract/module.ts";
import { FieldList } from "../../src/http1/fields.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import type { Outcome } from "../../src/server/front.ts";
import { SERVER_LIMITS, type ServerLimits } from "../../src/server/limits.ts";
import { listen } from "../../src/server/listener.ts";
import { eventually } from "../support/eventually.ts";
import { latin1, RawClient } from "../support/raw_client.ts";

const HEAD = { status: 200, reason: "OK", fields: FieldList.none };

function text(content: string): Reply {
  return { head: HEAD, content: bytesContent(new TextEncoder().encode(content)) };
}

function open(handler: Handler, limits: Partial<ServerLimits> = {}) {
  const outcomes: Outcome[] = [];
  const page: ErrorPage = (x, error) => errorReply(x, error, { disableStartUpErrorPage: false });
  const listeners = listen(["http://127.0.0.1:0"], {
    handler: barePipeline(handler, page),
    limits: { ...SERVER_LIMITS, ...limits },
    page,
    finished: (_, outcome) => outcomes.push(outcome),
  });
  return { listeners, outcomes, url: listeners.urls[0] ?? "" };
}

async function contentOf({ content }: Exchange): Promise<string> {
  let all = "";
  for (let piece = await content.read(); piece; piece = await content.read()) all += latin1(piece);
  return all;
}

/** A content whose pieces come when the test says so. */
function pushed() {
  const pieces: (Uint8Array | null)[] = [];
  let wake = Promise.withResolvers<void>();
  const content: Content = {
    async read() {
      while (pieces.length === 0) await wake.promise;
      return pieces.shift() ?? null;
    },
    cancel() {},
  };
  const push = (piece: string | null) => {
    pieces.push(piece === null ? null : Buffer.from(piece));
    wake.resolve();
    wake = Promise.withResolvers();
  };
  return { content, push };
}

Deno.test("pipelined requests are answered in order, one at a time", async () => {
  let running = 0;
  const { listeners, url } = open(async (x) => {
    assert.equal(++running, 1);
    await Promise.resolve();
    running--;
    return text(x.request.target + await contentOf(x));
  });
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  await client.send(
    "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" +
      "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n" +
      "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
  );
  for (const expected of ["/1abc", "/2de", "/3"]) {
    assert.equal((await client.answer()).content, expected);
  }
});

Deno.test("a thousand pipelined requests leave nothing out, whatever their size", async () => {
  const { listeners, url } = open((x) => text(x.request.target));
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  const targets = Array.from({ length: 1_000 }, (_, i) => `/${i}-${"x".repeat(i * 7 % 3_000)}`);
  const sent = client.send(
    targets.map((target) => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`).join(""),
  );
  for (const target of targets) assert.equal((await client.answer()).content, target);
  await sent;
});

Deno.test("a head split at every byte is the same request", async () => {
  const { listeners, url } = open(async (x) => text(x.received.method + await contentOf(x)));
  await using _listeners = listeners;
  const request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
  using client = await RawClient.open(url);
  for (let at = 1; at < request.length; at++) {
    await client.send(request.slice(0, at));
    await Promise.resolve();
    await client.send(request.slice(at));
    assert.equal((await client.answer()).content, "POSThi");
  }
});

Deno.test("content that is known at once leaves with its head in one piece", async () => {
  const { listeners, url } = open(() => text("x".repeat(1_000)));
  await using _listeners = listeners;
  const { hostname, port } = new URL(url);
  using conn = await Deno.connect({ hostname, port: Number(port) });
  await conn.write(Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  const bytes = new Uint8Array(4_096);
  const count = await conn.read(bytes) ?? 0;
  assert.ok(latin1(bytes.subarray(0, count)).endsWith("x".repeat(1_000)));
});

Deno.test("pieces are sent as they come, as chunks (ANCM F-52)", async () => {
  const { content, push } = pushed();
  const { listeners, url } = open(() => ({ head: HEAD, content }));
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await client.until((seen) => seen.endsWith("\r\n\r\n"));
  push("one");
  await client.until((seen) => seen.endsWith("3\r\none\r\n"));
  push("two");
  await client.until((seen) => seen.endsWith("3\r\ntwo\r\n"));
  push(null);
  await client.until((seen) => seen.endsWith("0\r\n\r\n"));
});

Deno.test("an HTTP/1.0 client gets no chunks, and the end of the connection as the end", async () => {
  const { content, push } = pushed();
  const { listeners, url } = open(() => ({ head: HEAD, content }));
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  await client.send("GET / HTTP/1.0\r\n\r\n");
  push("plain");
  push(null);
  assert.equal(await client.ends(), true);
  assert.equal(client.seen, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nplain");
});

Deno.test("an HTTP/1.0 client that asks for it keeps its connection", async () => {
  const { listeners, url } = open(() => text("ok"));
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  for (let i = 0; i < 2; i++) {
    await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const { fields, content } = await client.answer();
    assert.equal(content, "ok");
    assert.deepEqual(fields.find(([name]) => name === "Connection"), ["Connection", "keep-alive"]);
  }
});

Deno.test("trailers of a request reach the handler, those of an answer a client that takes them", async () => {
  let received: string | undefined;
  const { listeners, url } = open(async (x) => {
    await contentOf(x);
    received = x.content.trailers?.()?.get("X-Sum");
    let next: Uint8Array | null = Buffer.from("a");
    const content: Content = {
      read: () => {
        const piece = next;
        next = null;
        return Promise.resolve(piece);
      },
      cancel() {},
      trailers: () => new FieldList([["X-Sum", "1"]]),
    };
    return { head: HEAD, content };
  });
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  const chunked = "Host: a\r\nTransfer-Encoding: chunked\r\n";
  const rest = "\r\n1\r\nx\r\n0\r\nX-Sum: 9\r\n\r\n";
  await client.send(`POST / HTTP/1.1\r\n${chunked}Connection: TE\r\nTE: trailers\r\n${rest}`);
  await client.until((seen) => seen.endsWith("0\r\nX-Sum: 1\r\n\r\n"));
  assert.equal(received, "9");
  using plain = await RawClient.open(url);
  await plain.send(`POST / HTTP/1.1\r\n${chunked}${rest}`);
  await plain.until((seen) => seen.endsWith("1\r\na\r\n0\r\n\r\n"));
});

Deno.test("a client that leaves while the handler works cancels the exchange (ANCM F-70)", async () => {
  const arrived = Promise.withResolvers<Exchange>();
  const left = Promise.withResolvers<void>();
  const { listeners, url, outcomes } = open((x) => {
    arrived.resolve(x);
    return new Promise((resolve) =>
      x.cancellation.onCancel(() => {
        left.resolve();
        resolve(text("too late"));
      })
    );
  });
  await using _listeners = listeners;
  const client = await RawClient.open(url);
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await arrived.promise;
  client.close();
  await left.promise;
  await eventually(() => outcomes.length === 1);
  assert.equal(outcomes[0]?.end, "client-left");
});

Deno.test("a client that leaves within its content fails the reading of it", async () => {
  const failed = Promise.withResolvers<unknown>();
  const { listeners, url } = open((x) =>
    contentOf(x).then(text, (error) => {
      failed.resolve(error);
      throw error;
    }).catch(() => text(""))
  );
  await using _listeners = listeners;
  const client = await RawClient.open(url);
  await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  client.close();
  assert.equal((await failed.promise as { code: string }).code, "client-gone");
});

Deno.test("an answer before the content was read ends the connection when it refuses", async () => {
  const { listeners, url } = open(() => ({
    head: { ...HEAD, status: 413, reason: "Too much" },
    content: emptyContent,
  }));
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  await client.send(
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n" + "x".repeat(50_000),
  );
  const { status, fields } = await client.answer();
  assert.equal(status, 413);
  assert.ok(fields.some(([name, value]) => name === "Connection" && value === "close"));
  assert.equal(await client.ends(), true);
});

Deno.test("content that nobody read is passed over, and the connection goes on", async () => {
  const { listeners, url } = open((x) => text(x.request.target));
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  await client.send(
    `POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n${"x".repeat(70_000)}` +
      "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
  );
  assert.equal((await client.answer()).content, "/1");
  assert.equal((await client.answer()).content, "/2");
});

Deno.test("content of the wrong length breaks the connection: it never looks complete (A15)", async () => {
  for (const [length, pieces] of [[5, ["abc"]], [2, ["abc"]]] as const) {
    const { listeners, url, outcomes } = open(() => {
      const { content, push } = pushed();
      pieces.forEach(push);
      push(null);
      return { head: HEAD, content: { length, read: () => content.read(), cancel() {} } };
    });
    await using _listeners = listeners;
    using client = await RawClient.open(url);
    await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.ends().catch(() => {}); // a reset is an end, too
    assert.equal(client.seen.endsWith("abc") && length === 2, false);
    await eventually(() => outcomes.length === 1);
    assert.equal(outcomes[0]?.end, "broken");
  }
});

const REFUSED: readonly (readonly [what: string, request: string, status: number])[] = [
  ["bare line feeds", "GET / HTTP/1.1\nHost: a\n\n", 400],
  [
    "two framings",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    400,
  ],
  ["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
  ["a target that is too long", `GET /${"x".repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
  [
    "a head that is too large",
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(33_000)}\r\n\r\n`,
    431,
  ],
  ["too many fields", `GET / HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(201)}\r\n`, 431],
  ["another version", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505],
  ["CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 501],
  ["a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400],
];

for (const [what, request, status] of REFUSED) {
  Deno.test(`${what}: ${status}, and the connection ends`, async () => {
    const { listeners, url, outcomes } = open(() => text("must not be reached"));
    await using _listeners = listeners;
    using client = await RawClient.open(url);
    await client.send(request + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    const answer = await client.answer();
    assert.equal(answer.status, status);
    assert.equal(await client.ends(), true);
    assert.equal(client.seen, "");
    await eventually(() => outcomes.length === 1);
  });
}

Deno.test("a head that comes too slowly is 408, a silent connection is closed (B2)", async () => {
  const { listeners, url } = open(() => text("ok"), { headMs: 10 });
  await using _listeners = listeners;
  using slow = await RawClient.open(url);
  await slow.send("GET / HTTP/1.1\r\nHost: a\r\n");
  using silent = await RawClient.open(url);
  assert.equal((await slow.answer()).status, 408);
  assert.equal(await slow.ends(), true);
  assert.equal(await silent.ends(), true);
  assert.equal(silent.seen, "");
});

Deno.test("an idle connection is closed after its time, without a word", async () => {
  const { listeners, url } = open(() => text("ok"), { idleMs: 10 });
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  assert.equal((await client.get("/")).content, "ok");
  assert.equal(await client.ends(), true);
  assert.equal(client.seen, "");
});

Deno.test("content that comes too slowly is 408 (B2)", async () => {
  const { listeners, url } = open(
    async (x) => text(await contentOf(x)),
    { contentGraceMs: 10, contentRate: 1_000_000 },
  );
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  assert.equal((await client.answer()).status, 408);
  assert.equal(await client.ends(), true);
});

Deno.test("a client that takes nothing of its answer is reset (B2, C4)", async () => {
  let cancelled = false;
  const { listeners, url, outcomes } = open(() => ({
    head: HEAD,
    content: {
      read: () => Promise.resolve(new Uint8Array(65_536)),
      cancel: () => cancelled = true,
    },
  }), { writeMs: 10 });
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await eventually(() => listeners.open === 0);
  assert.equal(outcomes[0]?.end, "client-left");
  assert.equal(cancelled, true);
});

Deno.test("one connection too many gets 503, and room is given again", async () => {
  const { listeners, url } = open(() => text("ok"), { connections: 1 });
  await using _listeners = listeners;
  const first = await RawClient.open(url);
  assert.equal((await first.get("/")).content, "ok");
  using second = await RawClient.open(url);
  assert.equal((await second.answer()).status, 503);
  assert.equal(await second.ends(), true);
  first.close();
  await eventually(() => listeners.open === 0);
  using third = await RawClient.open(url);
  assert.equal((await third.get("/")).content, "ok");
});

Deno.test("an interim answer reaches an HTTP/1.1 client at once, and no other (ANCM F-55)", async () => {
  const go = Promise.withResolvers<void>();
  const { listeners, url } = open(async (x) => {
    await x.interim?.({
      status: 103,
      reason: "Early Hints",
      fields: new FieldList([["Link", "</a>"]]),
    });
    if (x.received.version === "HTTP/1.1") await go.promise;
    return text("ok");
  });
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await client.until((seen) => seen === "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  go.resolve();
  assert.equal((await client.answer()).content, "ok");
  using old = await RawClient.open(url);
  await old.send("GET / HTTP/1.0\r\n\r\n");
  assert.equal((await old.answer()).status, 200);
});

Deno.test("HEAD, 204 and 304 have no content, and the fields they came with", async () => {
  const { listeners, url } = open((x) => ({
    head: {
      status: Number(x.request.target.slice(1)),
      reason: "",
      fields: new FieldList([["Content-Length", "5"], ["ETag", '"a"']]),
    },
    content: x.request.method === "HEAD" ? emptyContent : text("").content,
  }));
  await using _listeners = listeners;
  using client = await RawClient.open(url);
  for (
    const [method, status, length] of [["HEAD", 200, "5"], ["GET", 304, "5"], [
      "GET",
      204,
      undefined,
    ]] as const
  ) {
    const answer = await client.get(`/${status}`, {}, method);
    assert.equal(answer.content, "");
    assert.equal(answer.fields.find(([name]) => name === "Content-Length")?.[1], length);
    assert.equal(answer.fields.find(([name]) => name === "ETag")?.[1], '"a"');
  }
});
