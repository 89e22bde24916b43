import assert from "node:assert/strict";
import { type Case, conform, type Otherwise } from "../support/conformance_cases.ts";
import type { Stage } from "../support/conformance_stage.ts";
import { answering } from "../support/raw_backend.ts";
import { latin1, valuesOf } from "../support/raw_client.ts";
import { frame } from "../support/websocket_frame.ts";

const WEBSOCKETS = { upgrades: new Set(["websocket"]) };
const NO_UPGRADE = { omitted: "HTTP/2 has no Upgrade (RFC 9113 §8.6)" };

function asking(protocol = "websocket", connection = "Upgrade"): string {
  return `GET /chat HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\nUpgrade: ${protocol}\r\n` +
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Extensions: permessage-deflate\r\nOrigin: http://a\r\n\r\n";
}

const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n" +
  "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
  "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: chat\r\n\r\n";

/** The fields of the connection that the backend saw. */
function seen({ backend }: Stage) {
  const fields = backend.requests[0]?.fields ?? [];
  return { connection: valuesOf(fields, "connection"), upgrade: valuesOf(fields, "upgrade") };
}

/** Asks for a protocol and asserts that the backend never heard of it. */
async function assertDropped(stage: Stage, request: string): Promise<void> {
  const client = await stage.http1();
  await client.write(request);
  const { status, content } = await client.answer();
  assert.deepEqual([status, content], [200, "ok"]);
  assert.deepEqual(seen(stage), { connection: [], upgrade: [] });
}

const DROPPED_BY_FETCH: Otherwise = {
  because: "fetch passes no upgrade on, so it is not asked for (ANCM W-9)",
  run: (stage) => assertDropped(stage, asking()),
};

/** What is not passed on, and why. */
const DROPPED: readonly (readonly [what: string, request: string])[] = [
  ["h2c, even where it is named (design row W-5)", asking("h2c", "Upgrade, HTTP2-Settings")],
  ["a protocol nobody named (design row W-5)", asking("mqtt")],
  ["an Upgrade that Connection does not name (RFC 9110 §7.8)", asking("websocket", "keep-alive")],
  ["an Upgrade of HTTP/1.0 (RFC 9110 §7.8)", asking().replace("HTTP/1.1", "HTTP/1.0")],
];

const dropped = DROPPED.map(([what, request]): Case => ({
  rule: `${what} is dropped: the backend gets an ordinary request`,
  options: { upgrades: new Set(["websocket", "h2c"]) },
  run: (stage) => assertDropped(stage, request),
  http2: NO_UPGRADE,
}));

/** 101s that do not fit what was asked for. */
const UNFIT: readonly (readonly [what: string, head: string])[] = [
  ["another protocol", SWITCHING.replace("websocket", "mqtt")],
  ["no protocol", SWITCHING.replace("Upgrade: websocket\r\n", "")],
];

const unfit = UNFIT.map(([what, head]): Case => ({
  rule: `a 101 that names ${what} is 502.3 (A18)`,
  options: WEBSOCKETS,
  async run(stage) {
    const over = Promise.withResolvers<void>();
    stage.script = async (connection) => {
      await connection.send(head);
      await connection.closed();
      over.resolve();
    };
    const client = await stage.http1();
    await client.write(asking());
    assert.equal((await client.answer()).status, 502);
    assert.deepEqual(stage.codes, ["backend-invalid"]);
    await over.promise;
  },
  http2: NO_UPGRADE,
  fetch: DROPPED_BY_FETCH,
}));

conform([
  {
    rule:
      "a WebSocket becomes a tunnel: head, then bytes both ways (ANCM W-2, W-3, design row W-5)",
    options: WEBSOCKETS,
    async run(stage) {
      stage.script = async (connection) => {
        await connection.send(SWITCHING);
        assert.equal(await connection.take(4), "ping");
        await connection.send("pong");
        await connection.closed();
      };
      const client = await stage.http1();
      await client.write(asking());
      const { status, reason, fields } = await client.answer();
      assert.deepEqual([status, reason], [101, "Switching Protocols"]);
      assert.deepEqual(valuesOf(fields, "connection"), ["Upgrade"]);
      assert.deepEqual(valuesOf(fields, "upgrade"), ["websocket"]);
      assert.deepEqual(valuesOf(fields, "sec-websocket-accept"), ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]);
      assert.deepEqual(valuesOf(fields, "sec-websocket-protocol"), ["chat"]);
      assert.deepEqual(valuesOf(fields, "sec-websocket-extensions"), ["permessage-deflate"]);
      await client.write("ping");
      assert.equal(await client.take(4), "pong");
      assert.deepEqual(seen(stage), { connection: ["Upgrade"], upgrade: ["websocket"] });
      const request = stage.backend.requests[0];
      const values = (name: string) => valuesOf(request?.fields ?? [], name);
      assert.deepEqual(values("sec-websocket-key"), ["dGhlIHNhbXBsZSBub25jZQ=="]);
      assert.deepEqual(values("sec-websocket-extensions"), ["permessage-deflate"]);
      assert.deepEqual(values("ms-aspnetcore-token"), ["token-of-1"]);
    },
    http2: NO_UPGRADE,
    fetch: DROPPED_BY_FETCH,
  },
  {
    rule: "Connection: keep-alive, Upgrade is an upgrade, too (pitfalls C1)",
    options: WEBSOCKETS,
    async run(stage) {
      stage.script = (connection) => connection.send(SWITCHING);
      const client = await stage.http1();
      await client.write(asking("WebSocket", "keep-alive, upgrade"));
      assert.equal((await client.answer()).status, 101);
      assert.deepEqual(seen(stage), { connection: ["Upgrade"], upgrade: ["WebSocket"] });
    },
    http2: NO_UPGRADE,
    fetch: DROPPED_BY_FETCH,
  },
  {
    rule: "bytes that come together with either head are part of the tunnel (pitfalls C2)",
    options: WEBSOCKETS,
    async run(stage) {
      const early = Promise.withResolvers<string>();
      stage.script = async (connection) => {
        await connection.send(`${SWITCHING}early from the backend`);
        early.resolve(await connection.take("early from the client".length));
        await connection.closed();
      };
      const client = await stage.http1();
      await client.write(`${asking()}early from the client`);
      assert.equal((await client.answer()).status, 101);
      assert.equal(await client.take("early from the backend".length), "early from the backend");
      assert.equal(await early.promise, "early from the client");
    },
    http2: NO_UPGRADE,
    fetch: {
      because: "fetch passes no upgrade on, and what follows may be no HTTP (B6)",
      async run(stage) {
        await assertDropped(stage, `${asking()}GET /evil HTTP/1.1\r\nHost: evil\r\n\r\n`);
        assert.equal(stage.backend.requests.length, 1);
      },
    },
  },
  {
    rule: "frames of every kind and size pass untouched, both ways (PG WebSocket)",
    options: WEBSOCKETS,
    async run(stage) {
      const frames = [
        frame({ opcode: 1, length: 5, isFinal: false, isMasked: true }),
        frame({ opcode: 9, length: 125, isMasked: true }),
        frame({ opcode: 0, length: 70_000, isMasked: true }),
        frame({ opcode: 2, length: 1_000_000, isMasked: true }),
        frame({ opcode: 8, length: 2, isMasked: true }),
      ].map(latin1).join("");
      stage.script = async (connection) => {
        await connection.send(SWITCHING);
        await connection.send(await connection.take(frames.length));
        await connection.closed();
      };
      const client = await stage.http1();
      await client.write(asking());
      await client.answer();
      const sending = client.write(frames);
      assert.ok(await client.take(frames.length) === frames);
      await sending;
    },
    http2: NO_UPGRADE,
    fetch: DROPPED_BY_FETCH,
  },
  {
    rule: "the backend's end of the tunnel ends the client's, after its last byte",
    options: WEBSOCKETS,
    async run(stage) {
      stage.script = async (connection) => {
        await connection.send(`${SWITCHING}bye`);
        connection.close();
      };
      const client = await stage.http1();
      await client.write(asking());
      assert.equal((await client.answer()).status, 101);
      assert.equal(await client.take(4), "bye");
      assert.equal(await client.ends(), true);
    },
    http2: NO_UPGRADE,
    fetch: DROPPED_BY_FETCH,
  },
  {
    rule: "a client that ends its side of the tunnel can still receive (design row F-70)",
    options: WEBSOCKETS,
    async run(stage) {
      stage.script = async (connection) => {
        await connection.send(SWITCHING);
        assert.equal(await connection.take(5), "bye"); // and then the end
        await connection.send("and bye");
        connection.close();
      };
      const client = await stage.http1();
      await client.write(asking());
      await client.answer();
      await client.write("bye");
      await client.closeWrite();
      assert.equal(await client.take(8), "and bye");
    },
    http2: NO_UPGRADE,
    fetch: DROPPED_BY_FETCH,
  },
  {
    rule: "a client that leaves a tunnel ends the backend's side (ANCM W-8)",
    options: WEBSOCKETS,
    async run(stage) {
      const over = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send(SWITCHING);
        await connection.closed();
        over.resolve();
        connection.close();
      };
      const client = await stage.http1();
      await client.write(asking());
      await client.answer();
      client.close();
      await over.promise;
      assert.equal((await stage.outcome()).status, 101);
    },
    http2: NO_UPGRADE,
    fetch: DROPPED_BY_FETCH,
  },
  {
    rule: "requestTimeout does not end a silent tunnel (ANCM F-44)",
    options: { ...WEBSOCKETS, requestTimeoutMs: 40 },
    async run(stage) {
      const go = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send(SWITCHING);
        await go.promise;
        await connection.send("late");
        await connection.closed();
      };
      const client = await stage.http1();
      await client.write(asking());
      await client.answer();
      // Another request times out meanwhile, so the tunnel has been silent for longer than the limit.
      stage.script = async (connection) => await connection.closed();
      assert.equal((await stage.exchange()).status, 502);
      go.resolve();
      assert.equal(await client.take(4), "late");
    },
    http2: NO_UPGRADE,
    fetch: DROPPED_BY_FETCH,
  },
  {
    rule:
      "a refused upgrade passes as the answer it is, and the backend's connection goes on (W-4)",
    options: WEBSOCKETS,
    async run(stage) {
      stage.script = answering("no", "HTTP/1.1 403 Forbidden", "X-Why: because");
      const client = await stage.http1();
      await client.write(asking());
      const { status, content, fields } = await client.answer();
      assert.deepEqual([status, content], [403, "no"]);
      assert.deepEqual(valuesOf(fields, "x-why"), ["because"]);
      stage.script = answering("next");
      assert.equal((await stage.exchange()).content, "next");
      assert.equal(stage.backend.connectionCount, 1);
    },
    http2: NO_UPGRADE,
  },
  {
    rule: "bytes behind a refused upgrade are no request (PG upgrade with body, B6)",
    options: WEBSOCKETS,
    async run(stage) {
      stage.script = answering("no", "HTTP/1.1 403 Forbidden");
      const client = await stage.http1();
      await client.write(`${asking()}GET /evil HTTP/1.1\r\nHost: evil\r\n\r\n`);
      const { status, fields } = await client.answer();
      assert.equal(status, 403);
      assert.deepEqual(valuesOf(fields, "connection"), ["close"]);
      await client.closeWrite();
      assert.equal(await client.ends(), true);
      assert.equal(stage.backend.requests.length, 1);
    },
    http2: NO_UPGRADE,
  },
  {
    rule: "with WebSockets switched off an upgrade is an ordinary request (ANCM W-9)",
    options: { upgrades: new Set<string>() },
    run: (stage) => assertDropped(stage, asking()),
    http2: NO_UPGRADE,
  },
  ...dropped,
  ...unfit,
  {
    rule: "another protocol passes where it is named (design row W-5)",
    options: { upgrades: new Set(["mqtt"]) },
    async run(stage) {
      stage.script = async (connection) => {
        await connection.send(SWITCHING.replace("websocket", "mqtt"));
        await connection.send(await connection.take(4));
        await connection.closed();
      };
      const client = await stage.http1();
      await client.write(asking("mqtt"));
      assert.equal((await client.answer()).status, 101);
      await client.write("ping");
      assert.equal(await client.take(4), "ping");
    },
    http2: NO_UPGRADE,
    fetch: DROPPED_BY_FETCH,
  },
]);
