import assert from "node:assert/strict";
import { Deadlines } from "../../src/contract/deadlines.ts";
import type { ByteStream } from "../../src/contract/exchange.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { answering, type Script } from "../support/raw_backend.ts";
import { bytesOf, latin1, valuesOf } from "../support/raw_client.ts";
import { rawExchange } from "../support/raw_exchange.ts";
import { type RawStage, rawStage, type RawStageOptions } from "../support/raw_stage.ts";
import { RawWire } from "../support/raw_wire.ts";

const WEB_SOCKET: RawStageOptions = { upgrades: new Set(["websocket"]) };
const HANDSHAKE = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n" +
  "Upgrade: WebSocket\r\nSec-WebSocket-Key: abc\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" +
  "Connection: Upgrade\r\nSec-WebSocket-Accept: xyz\r\n\r\n";

/** Switches, with bytes right behind the head, and answers in capitals until the host ends. */
const capitals: Script = async (connection) => {
  await connection.send(`${SWITCHING}hello`);
  for (let text = await connection.take(4); text; text = await connection.take(4)) {
    await connection.send(text.toUpperCase());
  }
};

/** Asks a stage for a WebSocket, as its front does. */
async function opened(stage: RawStage) {
  const x = rawExchange([
    ["Connection", "keep-alive, Upgrade"],
    ["Upgrade", "WebSocket"],
    ["Sec-WebSocket-Extensions", "permessage-deflate"],
  ]);
  const { head, switched } = await stage.handler(x);
  assert.equal(head.status, 101);
  assert.ok(switched);
  return { x, head, switched };
}

async function answerTo(stream: ByteStream, text: string): Promise<string> {
  await stream.write(bytesOf(text));
  const buffer = new Uint8Array(100);
  const count = await stream.read(buffer);
  return latin1(buffer.subarray(0, count ?? 0));
}

Deno.test("a 101 gives the other end of a tunnel, bytes behind the head and all (ANCM W-3)", async () => {
  await using stage = rawStage(capitals, WEB_SOCKET);
  const { head, switched } = await opened(stage);
  assert.equal(head.reason, "Switching Protocols");
  assert.deepEqual([...head.fields], [
    ["Sec-WebSocket-Accept", "xyz"],
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
  ]);
  const fields = stage.backend.requests[0]?.fields ?? [];
  assert.deepEqual(valuesOf(fields, "connection"), ["Upgrade"]);
  assert.deepEqual(valuesOf(fields, "upgrade"), ["WebSocket"]);
  assert.deepEqual(valuesOf(fields, "sec-websocket-extensions"), ["permessage-deflate"]);
  assert.deepEqual(valuesOf(fields, "ms-aspnetcore-token"), ["token-of-1"]);
  let early = latin1(switched.unread);
  const buffer = new Uint8Array(100);
  while (early.length < 5) {
    early += latin1(buffer.subarray(0, await switched.read(buffer) ?? assert.fail()));
  }
  assert.equal(early, "hello");
  assert.equal(await answerTo(switched, "ping"), "PING");
  switched.close();
});

Deno.test("a tunnel holds its place at the target until it is closed, whoever ends it", async () => {
  for (const end of ["close", "cancel"] as const) {
    const closed = Promise.withResolvers<void>();
    await using stage = rawStage(async (connection) => {
      await connection.send(SWITCHING);
      await connection.closed();
      closed.resolve();
    }, WEB_SOCKET);
    const { x, switched } = await opened(stage);
    stage.directory.set({ generation: 2, retiring: [1] });
    assert.deepEqual(stage.directory.drainedGenerations, []);
    if (end === "cancel") x.cancellation.cancel(new Error("gone"));
    else switched.close();
    await closed.promise;
    switched.close();
    assert.deepEqual(stage.directory.drainedGenerations, [1]);
  }
});

Deno.test("a silent tunnel outlives requestTimeout (ANCM F-44)", async () => {
  const clock = new FakeClock();
  await using stage = rawStage(capitals, {
    ...WEB_SOCKET,
    deadlines: new Deadlines(clock),
    requestTimeoutMs: 1_000,
  });
  const { switched } = await opened(stage);
  await clock.advance(10_000);
  let seen = latin1(switched.unread) + await answerTo(switched, "ping");
  const buffer = new Uint8Array(100);
  while (seen.length < 9) {
    seen += latin1(buffer.subarray(0, await switched.read(buffer) ?? assert.fail()));
  }
  assert.equal(seen, "helloPING");
  switched.close();
});

Deno.test("an answer other than 101 to an upgrade is an ordinary one (ANCM W-4)", async () => {
  await using stage = rawStage(answering("not here", "HTTP/1.1 403 Forbidden"), WEB_SOCKET);
  using client = await stage.client();
  await client.send(HANDSHAKE);
  const answer = await client.answer();
  assert.deepEqual([answer.status, answer.content], [403, "not here"]);
});

for (
  const [what, request, options] of [
    ["where WebSockets are switched off (ANCM W-9)", HANDSHAKE, {}],
    ["to h2c, whatever is allowed", HANDSHAKE.replace("WebSocket", "h2c"), {
      upgrades: new Set(["websocket", "h2c"]),
    }],
    ["to a protocol nobody allowed", HANDSHAKE.replace("WebSocket", "websocket2"), WEB_SOCKET],
    ["with POST", HANDSHAKE.replace("GET", "POST"), WEB_SOCKET],
    ["that Connection does not name", HANDSHAKE.replace(", Upgrade", ""), WEB_SOCKET],
    ["by HTTP/1.0", HANDSHAKE.replace("HTTP/1.1", "HTTP/1.0"), WEB_SOCKET],
  ] as [string, string, RawStageOptions][]
) {
  Deno.test(`an upgrade ${what} is forwarded as a plain request`, async () => {
    await using stage = rawStage(answering("plain"), options);
    using client = await stage.client();
    await client.send(request);
    assert.equal((await client.answer()).content, "plain");
    const fields = stage.backend.requests[0]?.fields ?? [];
    assert.deepEqual(valuesOf(fields, "upgrade"), []);
    assert.deepEqual(valuesOf(fields, "connection"), []);
  });
}

Deno.test("another protocol passes where it is allowed, picked from a list (design row W-5)", async () => {
  await using stage = rawStage(
    (connection) =>
      connection.send("HTTP/1.1 101 Fine\r\nConnection: upgrade\r\nUpgrade: My-Protocol/2\r\n\r\n"),
    { upgrades: new Set(["my-protocol/2"]) },
  );
  const reply = await stage.handler(
    rawExchange([["Connection", "Upgrade"], ["Upgrade", "h2c, My-Protocol/2"]]),
  );
  assert.deepEqual([...reply.head.fields], [["Connection", "Upgrade"], [
    "Upgrade",
    "My-Protocol/2",
  ]]);
  assert.deepEqual(valuesOf(stage.backend.requests[0]?.fields ?? [], "upgrade"), ["My-Protocol/2"]);
  reply.switched?.close();
});

for (
  const [what, options, answer] of [
    ["that nobody asked for (A18)", {}, SWITCHING],
    ["to another protocol", WEB_SOCKET, SWITCHING.replace("websocket", "chat")],
    ["that names no protocol", WEB_SOCKET, SWITCHING.replace("Upgrade: websocket\r\n", "")],
  ] as [string, RawStageOptions, string][]
) {
  Deno.test(`a 101 ${what} is 502.3 (ANCM F-57)`, async () => {
    await using stage = rawStage((connection) => connection.send(answer), options);
    using client = await stage.client();
    await client.send(HANDSHAKE);
    assert.equal((await client.answer()).status, 502);
    assert.deepEqual(stage.errors.map(({ code }) => code), ["backend-invalid"]);
  });
}

Deno.test("the stream of a tunnel keeps both half-closes", async () => {
  await using wire = new RawWire(async (connection) => {
    await connection.send(`${SWITCHING}ab`);
    await connection.endSending();
    assert.equal(await connection.take(100), "cd");
    done.resolve();
  });
  const done = Promise.withResolvers<void>();
  const { switched } = await wire.send({
    hooks: { upgrade: "WebSocket" },
    fields: [["Connection", "Upgrade"], ["Upgrade", "WebSocket"]],
  });
  assert.ok(switched);
  let text = new TextDecoder().decode(switched.unread);
  const buffer = new Uint8Array(100);
  for (let n = await switched.read(buffer); n; n = await switched.read(buffer)) {
    text += new TextDecoder().decode(buffer.subarray(0, n));
  }
  assert.equal(text, "ab");
  await switched.write(new TextEncoder().encode("cd"));
  await switched.closeWrite();
  await done.promise;
  switched.close();
  switched.close();
});
