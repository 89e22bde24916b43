import assert from "node:assert/strict";
import { bytesContent } from "../../src/contract/content.ts";
import { FieldList } from "../../src/http1/mod.ts";
import { eventually } from "../support/eventually.ts";
import { within } from "../support/executable_wait.ts";
import { answering, RawBackend, type Script } from "../support/raw_backend.ts";
import { bytesOf, latin1 } from "../support/raw_client.ts";
import { readyAt } from "../support/raw_directory.ts";
import { onEachTransport, rawStage } from "../support/raw_stage.ts";
import { FrameSocket, OPCODE } from "../support/websocket_client.ts";
import { frame } from "../support/websocket_frame.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/** Begins an answer, and ends it when told to, or disposed of. */
function halfAnswer(): Disposable & { readonly script: Script; readonly end: () => void } {
  const go = Promise.withResolvers<void>();
  return {
    end: go.resolve,
    [Symbol.dispose]: go.resolve,
    async script(connection) {
      await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
      await go.promise;
      await connection.send("def");
    },
  };
}

/** The page of an application that is offline. */
function offlinePage() {
  return {
    head: { status: 503, reason: "Service Unavailable", fields: new FieldList([]) },
    content: bytesContent(bytesOf("We are offline")),
  };
}

onEachTransport(
  "a recycle lets what runs end on the old process while the new one takes what comes (ANCM O-41)",
  async (stageWith) => {
    await using stage = stageWith();
    using half = halfAnswer();
    stage.backend.script = half.script;
    await using second = new RawBackend(answering("second"));
    using client = await stage.client();
    await client.send(GET);
    await client.until((seen) => seen.includes("abc"));
    stage.directory.set({ ...readyAt(second.port, 2), retiring: [1] });
    using other = await stage.client();
    assert.equal((await other.get("/")).content, "second");
    assert.deepEqual(stage.directory.drainedGenerations, []);
    half.end();
    assert.equal((await client.answer()).content, "abcdef");
    await eventually(() => stage.directory.drainedGenerations.length === 1);
    assert.deepEqual(stage.directory.drainedGenerations, [1]);
    assert.deepEqual(stage.errors, []);
  },
);

Deno.test("a recycle closes connections that rest at once, without a request", async () => {
  const closed = Promise.withResolvers<void>();
  await using stage = rawStage(async (connection) => {
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    void connection.closed().then(closed.resolve);
  });
  await using second = new RawBackend();
  using client = await stage.client();
  await client.get("/");
  stage.directory.set({ ...readyAt(second.port, 2), retiring: [1] });
  await closed.promise;
  assert.deepEqual(stage.directory.drainedGenerations, [1]);
  assert.equal(second.connectionCount, 0);
});

onEachTransport(
  "a request that an ended process refuses goes to its successor, content and all",
  async (stageWith) => {
    await using stage = stageWith();
    await using second = new RawBackend(async (connection) => {
      await connection.take("hello".length);
      await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
    });
    stage.backend.die();
    // What the directory says comes about while the request finds nobody at the old port.
    stage.directory.onReport = () =>
      stage.directory.set({ ...readyAt(second.port, 2), retiring: [1] });
    using client = await stage.client();
    await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    assert.equal((await client.answer()).content, "second");
  },
);

onEachTransport(
  "app_offline.htm: what runs gets its answer, what comes waits and then gets the page (ANCM O-4, G-13)",
  async (stageWith) => {
    await using stage = stageWith(undefined, { offline: offlinePage });
    using half = halfAnswer();
    stage.backend.script = half.script;
    using running = await stage.client();
    await running.send(GET);
    await running.until((seen) => seen.includes("abc"));
    stage.directory.set({ state: "stopping", targets: [], retiring: [1] });
    using waiting = await stage.client();
    await waiting.send(GET);
    await stage.directory.waited();
    half.end();
    assert.equal((await running.answer()).content, "abcdef");
    await eventually(() => stage.directory.drainedGenerations.length === 1);
    assert.equal(waiting.seen, "");
    stage.directory.set({ state: "offline", retiring: [] });
    const { status, content } = await waiting.answer();
    assert.deepEqual([status, content], [503, "We are offline"]);
    assert.equal((await running.get("/")).content, "We are offline");
  },
);

onEachTransport(
  "the first request after app_offline.htm has gone is answered by the application (ANCM O-7)",
  async (stageWith) => {
    await using stage = stageWith(undefined, { offline: () => undefined });
    const { port } = stage.backend;
    stage.directory.set({ state: "offline", targets: [] });
    using client = await stage.client();
    await client.send(GET);
    await stage.directory.waited();
    assert.ok(stage.directory.wanted > 0);
    stage.directory.set({ state: "starting", starts: 2 });
    stage.directory.set({ ...readyAt(port, 2) });
    assert.equal((await client.answer()).content, "ok");
  },
);

onEachTransport(
  "an offline application whose page cannot be had for long is a plain 503",
  async (stageWith) => {
    await using stage = stageWith(undefined, { offline: () => undefined });
    stage.directory.set({ state: "offline", targets: [] });
    using client = await stage.client();
    await client.send(GET);
    await stage.directory.waited();
    stage.directory.set({ starts: 2 });
    assert.equal((await client.answer()).status, 503);
    assert.deepEqual(stage.errors.map(({ code }) => code), ["app-offline"]);
  },
);

Deno.test("a target is reported to serve with the head of its first answer, once", async () => {
  await using stage = rawStage();
  using half = halfAnswer();
  stage.backend.script = half.script;
  using client = await stage.client();
  await client.send(GET);
  await client.until((seen) => seen.includes("abc"));
  assert.deepEqual(stage.directory.served, [1]);
  half.end();
  await client.answer();
  stage.backend.script = answering("ok");
  await client.get("/");
  assert.deepEqual(stage.directory.served, [1]);
  await using second = new RawBackend();
  stage.directory.set(readyAt(second.port, 2));
  await client.get("/");
  assert.deepEqual(stage.directory.served, [1, 2]);
});

const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n";
const UPGRADES = { upgrades: new Set(["websocket", "other"]) };

/** Switches to WebSocket and sends a text; `seen` is what came from the host until it closed. */
function webSocket() {
  const seen = Promise.withResolvers<string>();
  const script: Script = async (connection) => {
    await connection.send(`${SWITCHING}Upgrade: websocket\r\n\r\n`);
    await connection.send(frame({ opcode: OPCODE.text, length: 3 }));
    const close = await connection.take(8);
    // Answers the close as a server does, and waits for the end.
    await connection.send(Uint8Array.of(0x88, 2, 1_001 >> 8, 1_001 & 255));
    seen.resolve(close + await connection.take(1));
  };
  return { script, seen: seen.promise };
}

Deno.test("a recycle closes WebSockets of the old process with 1001, and of no other (design section 5)", async () => {
  const { script, seen } = webSocket();
  await using stage = rawStage(script, UPGRADES);
  using socket = await FrameSocket.open(`${stage.url}/ws`);
  assert.equal(socket.status, 101);
  assert.equal((await socket.frame())?.opcode, OPCODE.text);
  await using second = new RawBackend(webSocket().script);
  stage.directory.set({ ...readyAt(second.port, 2), retiring: [1] });
  using other = await FrameSocket.open(`${stage.url}/ws`);
  await other.frame();
  const close = await socket.frame();
  assert.equal(close?.opcode, OPCODE.close);
  assert.deepEqual([...close.payload], [1_001 >> 8, 1_001 & 255]);
  assert.deepEqual(stage.directory.drainedGenerations, [], "the client has not closed yet");
  await socket.send(OPCODE.close, Uint8Array.of(1_001 >> 8, 1_001 & 255));
  assert.equal(await socket.frame(), undefined);
  const frames = await seen;
  assert.deepEqual([frames.length, frames.charCodeAt(0), frames.charCodeAt(1)], [8, 0x88, 0x82]);
  await eventually(() => stage.directory.drainedGenerations.length === 1);
  await other.send(OPCODE.ping, "still");
  assert.equal(stage.inFlight.inFlight, 1);
});

Deno.test("a WebSocket that opens while its process is to end is told so at once", async () => {
  const go = Promise.withResolvers<void>();
  const { script } = webSocket();
  await using stage = rawStage(async (connection, request) => {
    await go.promise;
    await script(connection, request);
  }, UPGRADES);
  const opening = FrameSocket.open(`${stage.url}/ws`);
  await eventually(() => stage.backend.requests.length === 1);
  stage.directory.set({ state: "stopping", targets: [], retiring: [1] });
  go.resolve();
  using socket = await opening;
  const opcodes: number[] = [];
  for (let next = await socket.frame(); next; next = await socket.frame()) {
    opcodes.push(next.opcode);
    if (next.opcode !== OPCODE.close) continue;
    await socket.send(OPCODE.close, Uint8Array.of(1_001 >> 8, 1_001 & 255));
  }
  assert.equal(opcodes.at(-1), OPCODE.close);
  await eventually(() => stage.directory.drainedGenerations.length === 1);
});

Deno.test("a recycle ends tunnels of other protocols, and WebSockets that do not close, at the limit", async () => {
  for (const protocol of ["other", "websocket"]) {
    const script: Script = async (connection) => {
      await connection.send(`${SWITCHING}Upgrade: ${protocol}\r\n\r\nhello`);
      await connection.closed();
    };
    await using stage = rawStage(script, { ...UPGRADES, shutdownTimeLimitMs: 20 });
    using client = await Deno.connect({
      hostname: "127.0.0.1",
      port: Number(new URL(stage.url).port),
    });
    await client.write(bytesOf(
      `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`,
    ));
    await eventually(() => stage.inFlight.inFlight === 1);
    stage.directory.set({ state: "stopping", targets: [], retiring: [1] });
    const ended = Array.fromAsync(client.readable).then((pieces) => pieces.map(latin1).join(""));
    assert.match(await within("the end of the tunnel", ended), /^HTTP\/1.1 101 .*hello/s);
    await eventually(() => stage.directory.drainedGenerations.length === 1);
  }
});
