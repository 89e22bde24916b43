import assert from "node:assert/strict";
import { Cancellation } from "../../../src/contract/cancellation.ts";
import { Deadlines } from "../../../src/contract/deadlines.ts";
import { tunnel, type TunnelOptions } from "../../../src/server/tunnel.ts";
import { closeFrame, GOING_AWAY } from "../../../src/server/websocket_frames.ts";
import { FakeClock, turn } from "../../support/fake_clock.ts";
import { FakeStream } from "../../support/fake_stream.ts";
import { bytesOf } from "../../support/raw_client.ts";
import { frame } from "../../support/websocket_frame.ts";

interface Stage {
  readonly client: FakeStream;
  readonly backend: FakeStream;
  readonly clock: FakeClock;
  readonly running: ReturnType<typeof tunnel>;
}

async function open(
  options: Partial<TunnelOptions> = {},
  unread: { client?: string; backend?: string } = {},
): Promise<Stage> {
  const client = new FakeStream(bytesOf(unread.client ?? ""));
  const backend = new FakeStream(bytesOf(unread.backend ?? ""));
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const running = tunnel(client, backend, { deadlines, isWebSocket: false, ...options });
  await turn();
  return { client, backend, clock, running };
}

const GONE = new Error("Connection reset by peer");

Deno.test("tunnel() passes bytes both ways, first what was read before", async () => {
  const { client, backend, running } = await open({}, { client: "in 1 ", backend: "out 1 " });
  client.give(bytesOf("in 2"));
  backend.give(bytesOf("out 2"));
  client.give(null);
  backend.give(null);
  assert.deepEqual(await running.ended, { end: "closed", bytesIn: 9, bytesOut: 11 });
  assert.deepEqual([backend.text, client.text], ["in 1 in 2", "out 1 out 2"]);
  assert.ok(client.closes > 0 && backend.closes > 0);
});

Deno.test("tunnel() keeps each half-close and goes on the other way", async () => {
  for (const isFromClient of [true, false]) {
    const { client, backend, running } = await open();
    const [first, second] = isFromClient ? [client, backend] : [backend, client];
    first.give(null);
    await turn();
    assert.deepEqual([second.hasWriteClosed, first.hasWriteClosed], [true, false]);
    assert.equal(first.closes + second.closes, 0);
    second.give(bytesOf("more"));
    second.give(null);
    assert.equal((await running.ended).end, "closed");
    assert.equal(first.text, "more");
    assert.ok(first.hasWriteClosed);
  }
});

Deno.test("tunnel() reads on only when what it read is written", async () => {
  const { client, backend, running } = await open();
  backend.block();
  client.give(bytesOf("one"));
  await turn();
  client.give(bytesOf("two"));
  await turn();
  assert.equal(client.reading, undefined);
  backend.unblock();
  await turn();
  assert.deepEqual([backend.text, client.reading !== undefined], ["onetwo", true]);
  client.give(null);
  backend.give(null);
  await running.ended;
});

Deno.test("tunnel() holds 2 KiB each way while it rests, and 64 KiB while much comes", async () => {
  const { client, backend, running } = await open();
  assert.deepEqual([client.reading, backend.reading], [2_048, 2_048]);
  const bytes = bytesOf("x".repeat(100_000));
  client.give(bytes);
  await turn();
  assert.deepEqual(backend.written.map(({ length }) => length), [2_048, 65_536, 32_416]);
  assert.equal(client.reading, 65_536);
  client.give(bytesOf("little"));
  await turn();
  assert.equal(client.reading, 2_048);
  client.give(null);
  backend.give(null);
  await running.ended;
});

const FAILURES: [name: string, fail: (stage: Stage) => void | Promise<void>, end: string][] = [
  ["the client's connection breaks", ({ client }) => client.give(GONE), "client-broke"],
  ["the backend's connection breaks", ({ backend }) => backend.give(GONE), "backend-broke"],
  ["the backend takes nothing more", async (stage) => {
    stage.backend.block();
    stage.client.give(bytesOf("in"));
    await turn();
    stage.backend.unblock(GONE);
  }, "backend-broke"],
  ["the client takes nothing more", async (stage) => {
    stage.client.block();
    stage.backend.give(bytesOf("out"));
    await turn();
    stage.client.unblock(GONE);
  }, "client-broke"],
];

for (const [name, fail, end] of FAILURES) {
  Deno.test(`tunnel() ends both ways when ${name}`, async () => {
    const stage = await open();
    await fail(stage);
    const result = await stage.running.ended;
    assert.equal(result.end, end);
    assert.ok(result.error instanceof Error);
    assert.ok(stage.client.closes > 0 && stage.backend.closes > 0);
  });
}

Deno.test("tunnel() does not call it a failure when who has ended cannot be told so any more", async () => {
  const { client, backend, running } = await open();
  client.give(null);
  await turn();
  client.block();
  backend.give(null);
  await turn();
  client.unblock(GONE);
  assert.equal((await running.ended).end, "closed");
});

Deno.test("tunnel() closes nothing before the end has been said both ways", async () => {
  const { client, backend, running } = await open();
  client.block();
  backend.give(null);
  client.give(null);
  await turn();
  assert.deepEqual([client.closes, backend.closes], [0, 0]);
  client.unblock();
  await running.ended;
  assert.ok(client.hasWriteClosed);
});

Deno.test("tunnel() ends a write that is blocked for 60 s", async () => {
  const { client, backend, clock, running } = await open();
  client.block();
  backend.give(bytesOf("out"));
  await clock.advance(59_000);
  assert.equal(client.closes, 0);
  await clock.advance(3_000);
  assert.equal((await running.ended).end, "stalled");
  assert.equal(clock.sleeping, 0);
});

Deno.test("tunnel() ends after idleMs in which neither side sent anything", async () => {
  const { client, backend, clock, running } = await open({ idleMs: 10_000 });
  for (const stream of [client, backend, client]) {
    await clock.advance(8_000);
    stream.give(bytesOf("alive"));
  }
  await clock.advance(9_000);
  assert.equal(client.closes, 0);
  await clock.advance(3_000);
  assert.equal((await running.ended).end, "idle");
});

Deno.test("tunnel() rests for ever without idleMs", async () => {
  const { client, backend, clock, running } = await open();
  await clock.advance(86_400_000);
  assert.equal(client.closes, 0);
  client.give(null);
  backend.give(null);
  await running.ended;
});

Deno.test("tunnel() ends at once when it is cancelled, before or after its start", async () => {
  const cancellation = new Cancellation();
  const { client, backend, running } = await open({ cancellation });
  cancellation.cancel(GONE);
  assert.equal((await running.ended).end, "cancelled");
  assert.ok(client.closes > 0 && backend.closes > 0);
  assert.equal((await (await open({ cancellation })).running.ended).end, "cancelled");
});

Deno.test("drain() of no WebSocket sends nothing and ends the tunnel at its limit", async () => {
  const { client, backend, clock, running } = await open();
  const drained = running.drain(5_000);
  client.give(bytesOf("still passed"));
  await clock.advance(4_000);
  assert.deepEqual([backend.text, client.text, client.closes], ["still passed", "", 0]);
  await clock.advance(2_000);
  assert.equal((await drained).end, "drain-timeout");
});

Deno.test("drain() of no WebSocket is over as soon as both sides have ended", async () => {
  const { client, backend, running } = await open();
  const drained = running.drain(5_000);
  client.give(null);
  backend.give(null);
  assert.equal((await drained).end, "drained");
});

const GOING = closeFrame(GOING_AWAY, false);
const text = (length: number, isMasked: boolean) => frame({ opcode: 1, length, isMasked });

/** What a masked close frame says. */
function statusOf(masked: Uint8Array): number {
  const [first, length, a = 0, b = 0, , , high = 0, low = 0] = masked;
  assert.deepEqual([first, length, masked.length], [0x88, 0x82, 8]);
  return (high ^ a) << 8 | (low ^ b);
}

Deno.test("drain() sends a close 1001 to both sides, waits for theirs, passes nothing on and closes", async () => {
  const { client, backend, running } = await open({ isWebSocket: true });
  const drained = running.drain(5_000);
  await turn();
  assert.deepEqual(client.written, [GOING]);
  assert.equal(statusOf(backend.written[0]!), GOING_AWAY);
  client.give(text(10, true));
  client.give(closeFrame(GOING_AWAY, true));
  await turn();
  assert.equal(client.closes, 0);
  backend.give(closeFrame(GOING_AWAY, false));
  assert.equal((await drained).end, "drained");
  assert.deepEqual([client.written.length, backend.written.length], [1, 1]);
  assert.ok(client.closes > 0 && backend.closes > 0);
});

Deno.test("drain() closes at its limit when the sides do not", async () => {
  const { client, clock, running } = await open({ isWebSocket: true });
  const drained = running.drain(5_000);
  client.give(closeFrame(GOING_AWAY, true));
  await clock.advance(7_000);
  assert.equal((await drained).end, "drain-timeout");
});

Deno.test("drain() takes the end of a connection for its close", async () => {
  const { client, backend, running } = await open({ isWebSocket: true });
  const drained = running.drain(5_000);
  client.give(closeFrame(GOING_AWAY, true));
  backend.give(null);
  assert.equal((await drained).end, "drained");
});

for (const toClient of [true, false]) {
  Deno.test(`drain() waits for the end of a frame that is half-way to the ${toClient ? "client" : "backend"}`, async () => {
    const { client, backend, running } = await open({ isWebSocket: true });
    const [from, to] = toClient ? [backend, client] : [client, backend];
    const one = text(300, !toClient);
    const next = text(20, !toClient);
    from.give(one.subarray(0, 100));
    await turn();
    const drained = running.drain(5_000);
    await turn();
    assert.deepEqual([to.written.length, from.written.length], [1, 1]);
    from.give(one.subarray(100, 200));
    await turn();
    assert.equal(to.written.length, 2);
    // The rest of the frame, a whole one, and the beginning of a third.
    from.give(Uint8Array.of(...one.subarray(200), ...next, ...next.subarray(0, 5)));
    await turn();
    assert.equal(to.text.length, one.length + (toClient ? GOING.length : 8));
    assert.deepEqual(to.written.slice(0, 3).flatMap((piece) => [...piece]), [...one]);
    if (toClient) assert.deepEqual(to.written[3], GOING);
    else assert.equal(statusOf(to.written[3]!), GOING_AWAY);
    from.give(Uint8Array.of(...next.subarray(5), ...closeFrame(GOING_AWAY, !toClient)));
    to.give(closeFrame(GOING_AWAY, toClient));
    assert.equal((await drained).end, "drained");
    assert.equal(to.written.length, 4);
  });
}

Deno.test("drain() waits for the write that is under way", async () => {
  const { client, backend, running } = await open({ isWebSocket: true });
  client.block();
  backend.give(text(10, false));
  await turn();
  void running.drain(5_000);
  await turn();
  assert.deepEqual(client.written, []);
  client.unblock();
  await turn();
  assert.deepEqual(client.written, [text(10, false), GOING]);
  client.give(null);
  backend.give(null);
  assert.equal((await running.ended).end, "drained");
});

Deno.test("drain() sends no second close frame where one was passed on, whole or in part", async () => {
  for (const before of [4, 2]) {
    const { client, backend, running } = await open({ isWebSocket: true });
    const close = closeFrame(1_000, false);
    backend.give(close.subarray(0, before));
    await turn();
    const drained = running.drain(5_000);
    if (before < close.length) backend.give(close.subarray(before));
    await turn();
    assert.equal(client.text.length, close.length);
    client.give(closeFrame(1_000, true));
    assert.equal((await drained).end, "drained");
    assert.equal(client.text.length, close.length);
  }
});

Deno.test("drain() may be asked for again, and the first limit to come holds", async () => {
  const { client, clock, running } = await open({ isWebSocket: true });
  void running.drain(60_000);
  void running.drain(5_000);
  const drained = running.drain(30_000);
  await clock.advance(7_000);
  assert.equal((await drained).end, "drain-timeout");
  assert.equal(client.written.length, 1);
  assert.equal((await running.drain(1)).end, "drain-timeout");
});

Deno.test("drain() sends nothing to a side that was told of the other's end", async () => {
  const { client, backend, running } = await open({ isWebSocket: true });
  client.give(null);
  await turn();
  const drained = running.drain(5_000);
  backend.give(closeFrame(GOING_AWAY, false));
  assert.equal((await drained).end, "drained");
  assert.deepEqual([client.written, backend.written], [[GOING], []]);
});

Deno.test("drain() of a WebSocket that both sides have closed is over at once", async () => {
  const { client, backend, running } = await open({ isWebSocket: true });
  client.give(closeFrame(1_000, true));
  backend.give(closeFrame(1_000, false));
  await turn();
  assert.equal((await running.drain(5_000)).end, "drained");
});

Deno.test("drain() closes nothing before its close frames are out, nor ends a direction before its own", async () => {
  for (const isEnd of [true, false]) {
    const { client, backend, running } = await open({ isWebSocket: true });
    client.block();
    const drained = running.drain(5_000);
    client.give(closeFrame(GOING_AWAY, true));
    backend.give(isEnd ? null : closeFrame(GOING_AWAY, false));
    await turn();
    assert.deepEqual([client.closes, client.written], [0, []]);
    client.unblock();
    assert.equal((await drained).end, "drained");
    assert.deepEqual(client.written, [GOING]);
  }
});

Deno.test("drain() tells which side failed to take its close frame", async () => {
  const { client, backend, running } = await open({ isWebSocket: true });
  backend.block();
  const drained = running.drain(5_000);
  backend.unblock(GONE);
  assert.equal((await drained).end, "backend-broke");
  assert.ok(client.closes > 0);
});

Deno.test("drain() ends the write of a close frame at its limit", async () => {
  const { client, clock, running } = await open({ isWebSocket: true });
  client.block();
  const drained = running.drain(5_000);
  await clock.advance(7_000);
  assert.equal((await drained).end, "drain-timeout");
});
