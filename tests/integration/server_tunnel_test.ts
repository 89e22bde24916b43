import assert from "node:assert/strict";
import { systemClock } from "../../src/contract/clock.ts";
import { Deadlines } from "../../src/contract/deadlines.ts";
import { resetConnection } from "../../src/server/_reset.ts";
import { tunnel, type TunnelOptions } from "../../src/server/tunnel.ts";
import { closeFrame, FrameTracker, GOING_AWAY } from "../../src/server/websocket_frames.ts";
import { type ConnectionKind, connectionPair } from "../support/connection_pair.ts";
import { connStream } from "../support/conn_stream.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { kernelSocket } from "../support/kernel_sockets.ts";
import "../support/open_socket_calls.ts";
import { frame } from "../support/websocket_frame.ts";

interface Stage extends Disposable {
  /** The far ends, as client and backend hold them. */
  readonly client: Deno.Conn;
  readonly backend: Deno.Conn;
  /** The host's end towards the client. */
  readonly hostSide: Deno.Conn;
  readonly running: ReturnType<typeof tunnel>;
}

async function open(
  kind: ConnectionKind,
  options: Partial<TunnelOptions> = {},
): Promise<Stage> {
  using stack = new DisposableStack();
  const front = stack.use(await connectionPair(kind));
  const back = stack.use(await connectionPair("tcp"));
  const deadlines = options.deadlines ?? stack.use(new Deadlines(systemClock));
  const sides = [connStream(front.server), connStream(back.client)] as const;
  const running = tunnel(...sides, { isWebSocket: true, ...options, deadlines });
  const kept = stack.move();
  return {
    client: front.client,
    backend: back.server,
    hostSide: front.server,
    running,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

async function send(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await conn.write(rest));
}

/** Reads so many bytes, or up to the end. */
async function receive(conn: Deno.Conn, length = Infinity): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let count = 0;
  while (count < length) {
    const buffer = new Uint8Array(Math.min(256 * 1024, length - count));
    const read = await conn.read(buffer);
    if (read === null) break;
    pieces.push(buffer.subarray(0, read));
    count += read;
  }
  const bytes = new Uint8Array(count);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return new Uint8Array(digest).toHex();
}

for (const kind of ["tcp", "tls"] as const) {
  Deno.test(`a tunnel over ${kind} passes a message of 64 MB each way at once, byte for byte (ANCM W-5)`, async () => {
    using stage = await open(kind);
    const [inbound, outbound] = [true, false].map((isMasked) =>
      frame({ opcode: 2, length: 64 * 1024 * 1024, isMasked })
    );
    const [, , atBackend, atClient] = await Promise.all([
      send(stage.client, inbound!),
      send(stage.backend, outbound!),
      receive(stage.backend, inbound!.length),
      receive(stage.client, outbound!.length),
    ]);
    assert.equal(await digestOf(atBackend), await digestOf(inbound!));
    assert.equal(await digestOf(atClient), await digestOf(outbound!));
    await Promise.all([stage.client.closeWrite(), stage.backend.closeWrite()]);
    const { end, bytesIn, bytesOut } = await stage.running.ended;
    assert.deepEqual([end, bytesIn, bytesOut], ["closed", inbound!.length, outbound!.length]);
  });

  Deno.test(`a tunnel over ${kind} keeps both half-closes`, async () => {
    for (const isFromClient of [true, false]) {
      using stage = await open(kind);
      const { client, backend } = stage;
      const [first, second] = isFromClient ? [client, backend] : [backend, client];
      await send(first, new Uint8Array(3));
      await first.closeWrite();
      assert.equal((await receive(second)).length, 3);
      await send(second, new Uint8Array(5));
      await second.closeWrite();
      assert.equal((await receive(first)).length, 5);
      assert.equal((await stage.running.ended).end, "closed");
    }
  });

  Deno.test(`a drain over ${kind} closes both sides with 1001 behind the frame that is half-way`, async () => {
    using stage = await open(kind);
    const { client, backend } = stage;
    const [inbound, outbound] = [true, false].map((isMasked) =>
      frame({ opcode: 1, length: 100_000, isMasked, isFinal: false })
    );
    await Promise.all([
      send(client, inbound!.subarray(0, 70_000)),
      send(backend, outbound!.subarray(0, 70_000)),
      receive(backend, 70_000),
      receive(client, 70_000),
    ]);
    const drained = stage.running.drain(20_000);
    const [, , atBackend, atClient] = await Promise.all([
      send(
        client,
        Uint8Array.of(
          ...inbound!.subarray(70_000),
          ...frame({ opcode: 0, length: 9, isMasked: true }),
        ),
      ),
      send(
        backend,
        Uint8Array.of(...outbound!.subarray(70_000), ...frame({ opcode: 0, length: 9 })),
      ),
      receive(backend, inbound!.length - 70_000 + 8),
      receive(client, outbound!.length - 70_000 + 4),
    ]);
    for (const end of [atBackend.subarray(-8), atClient.subarray(-4)]) {
      const frames = new FrameTracker();
      frames.pass(end);
      assert.ok(frames.hasClosed && frames.isAtBoundary);
    }
    assert.deepEqual(atClient.slice(-4), closeFrame(GOING_AWAY, false));
    await send(client, closeFrame(GOING_AWAY, true));
    await send(backend, closeFrame(GOING_AWAY, false));
    assert.equal((await drained).end, "drained");
    assert.equal((await receive(backend)).length, 0);
    assert.equal((await receive(client)).length, 0);
  });
}

Deno.test("a tunnel passes fragments as they come, written byte by byte", async () => {
  using stage = await open("tcp");
  const message = [false, false, true].map((isFinal, i) =>
    frame({ opcode: i === 0 ? 1 : 0, length: 40, isMasked: true, isFinal })
  );
  const bytes = Uint8Array.of(...message.flatMap((part) => [...part]));
  for (const byte of bytes) await send(stage.client, Uint8Array.of(byte));
  assert.deepEqual(await receive(stage.backend, bytes.length), bytes);
  await Promise.all([stage.client.closeWrite(), stage.backend.closeWrite()]);
  await stage.running.ended;
});

Deno.test({
  name: "a tunnel ends the other side when one is reset",
  ignore: Deno.build.os !== "linux",
  async fn() {
    for (const isFromClient of [true, false]) {
      using stage = await open("tcp");
      const { client, backend } = stage;
      const [first, second] = isFromClient ? [client, backend] : [backend, client];
      assert.ok(resetConnection(first));
      assert.equal((await receive(second)).length, 0);
      const { end } = await stage.running.ended;
      assert.equal(end, isFromClient ? "client-broke" : "backend-broke");
    }
  },
});

for (const kind of ["tcp", "tls"] as const) {
  Deno.test({
    name:
      `a tunnel gives up a client over ${kind} that takes nothing for 60 s, and its socket is gone`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const clock = new FakeClock();
      using deadlines = new Deadlines(clock);
      using stage = await open(kind, { deadlines });
      const [local, remote] = [
        stage.hostSide.localAddr,
        stage.hostSide.remoteAddr,
      ] as Deno.NetAddr[];
      const isThere = () => kernelSocket(local!.port, remote!.port) !== undefined;
      assert.ok(isThere());
      let isOver = false;
      void stage.running.ended.then(() => isOver = true);
      void send(stage.backend, new Uint8Array(64 * 1024 * 1024)).catch(() => {});
      await eventually(async () => {
        await clock.advance(1_000);
        return isOver;
      });
      assert.equal((await stage.running.ended).end, "stalled");
      await eventually(() => !isThere(), "The socket is still there");
    },
  });
}
