import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { type Deflate, WebSocketEndpoint } from "../support/websocket_endpoint.ts";
import { type WebSocketScheme, WebSocketStage } from "../support/websocket_stage.ts";

const MEBIBYTE = 1_024 * 1_024;

interface Ends extends AsyncDisposable {
  readonly client: WebSocketEndpoint;
  readonly backend: WebSocketEndpoint;
}

/** Opens a WebSocket through a host; the backend echoes unless it is told not to. */
async function open(
  scheme: WebSocketScheme,
  { echoes = true, deflate = false }: { echoes?: boolean; deflate?: Deflate } = {},
): Promise<Ends> {
  await using cleanup = new AsyncDisposableStack();
  const stage = cleanup.use(new WebSocketStage(scheme));
  const ca = stage.ca === undefined ? {} : { ca: stage.ca };
  const [client, backend] = await Promise.all([
    WebSocketEndpoint.open(stage.url, { ...ca, deflate }),
    stage.accepted().then((conn) => WebSocketEndpoint.accept(conn, { echoes, deflate })),
  ]);
  cleanup.use(client);
  cleanup.use(backend);
  const kept = cleanup.move();
  return { client, backend, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Sends a message and expects it back. */
async function echo(client: WebSocketEndpoint, sent: Buffer, isBinary = true): Promise<void> {
  client.socket.send(sent, { binary: isBinary });
  const back = await client.message();
  assert.equal(back.isBinary, isBinary);
  // Not by assert.deepEqual: a difference of megabytes takes long to be told.
  assert.ok(back.data.equals(sent), `${sent.length} bytes do not come back as they were`);
}

for (const scheme of ["ws", "wss"] as const) {
  Deno.test(`messages of many sizes come back over ${scheme} (ANCM W-5)`, async () => {
    await using ends = await open(scheme);
    const sizes = [0, 125, 126, 127, 128, 65_535, 65_536, 1_000_003, 4 * MEBIBYTE];
    for (const size of sizes) {
      await echo(ends.client, randomBytes(size));
      await echo(ends.client, Buffer.alloc(size, "Text"), false);
    }
    await echo(ends.client, randomBytes((scheme === "ws" ? 64 : 16) * MEBIBYTE));
    assert.deepEqual([...ends.client.faults, ...ends.backend.faults], []);
  });

  Deno.test(`2,000 messages back to back come back over ${scheme} in their order`, async () => {
    await using ends = await open(scheme);
    const messages = Array.from({ length: 2_000 }, (_, i) => `${i} ${"*".repeat(i % 300)}`);
    for (const message of messages) ends.client.socket.send(message);
    for (const message of messages) {
      assert.equal(String((await ends.client.message()).data), message);
    }
  });

  Deno.test(`both ends send at once over ${scheme}, and neither waits for the other`, async () => {
    await using ends = await open(scheme, { echoes: false });
    const { client, backend } = ends;
    const [inbound, outbound] = [randomBytes(4 * MEBIBYTE), randomBytes(4 * MEBIBYTE)];
    for (let i = 0; i < 3; i++) {
      client.socket.send(inbound);
      backend.socket.send(outbound);
    }
    for (let i = 0; i < 3; i++) {
      const [atClient, atBackend] = await Promise.all([client.message(), backend.message()]);
      assert.ok(atClient.data.equals(outbound) && atBackend.data.equals(inbound));
    }
  });

  for (const isFromClient of [true, false]) {
    const who = isFromClient ? "client" : "backend";

    Deno.test(`what the ${who} says at its close over ${scheme} reaches the other end (RFC 6455 §7.4)`, async () => {
      const statuses = [
        1_000,
        1_001,
        1_002,
        1_003,
        1_007,
        1_008,
        1_009,
        1_010,
        1_011,
        3_000,
        4_999,
      ];
      await Promise.all(statuses.map(async (status) => {
        await using ends = await open(scheme);
        const [one, other] = isFromClient
          ? [ends.client, ends.backend]
          : [ends.backend, ends.client];
        one.socket.close(status, `weil ${status}`);
        const said = { status, reason: `weil ${status}` };
        assert.deepEqual([await one.closed, await other.closed], [said, said]);
      }));
    });

    Deno.test(`the ${who} closes over ${scheme} without a word, or just ends`, async () => {
      for (const isAbrupt of [false, true]) {
        await using ends = await open(scheme);
        const [one, other] = isFromClient
          ? [ends.client, ends.backend]
          : [ends.backend, ends.client];
        if (isAbrupt) one.socket.terminate();
        else one.socket.close();
        const said = { status: isAbrupt ? 1_006 : 1_005, reason: "" };
        assert.deepEqual(await other.closed, said);
        assert.deepEqual(await one.closed, said);
      }
    });
  }

  /** As a handshake may agree on it: with the default, without a memory of past messages, with small windows. */
  const deflates: readonly Exclude<Deflate, false>[] = [
    { threshold: 0 },
    { threshold: 0, clientNoContextTakeover: true, serverNoContextTakeover: true },
    { threshold: 0, clientMaxWindowBits: 9, serverMaxWindowBits: 10 },
  ];
  for (const [i, deflate] of deflates.entries()) {
    Deno.test(`compressed messages come back over ${scheme}, agreement ${i} (RFC 7692)`, async () => {
      await using ends = await open(scheme, { deflate });
      for (const { socket } of [ends.client, ends.backend]) {
        assert.match(socket.extensions, /^permessage-deflate/);
      }
      for (const size of [0, 1, 16, 64, 256, 1_024, 4_096, 16_384, 65_535, 65_536, 131_072]) {
        await echo(ends.client, Buffer.alloc(size, "immer wieder dasselbe "), false);
        await echo(ends.client, randomBytes(size));
      }
      for (let n = 0; n < 300; n++) await echo(ends.client, Buffer.from(`message ${n}`), false);
      assert.deepEqual([...ends.client.faults, ...ends.backend.faults], []);
    });
  }
}
