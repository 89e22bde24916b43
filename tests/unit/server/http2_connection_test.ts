import assert from "node:assert/strict";
import { HostError } from "../../../src/contract/host_error.ts";
import type { Reply } from "../../../src/contract/exchange.ts";
import { FieldList } from "../../../src/http1/fields.ts";
import { FLAG, FRAME } from "../../../src/server/http2_protocol.ts";
import { eventually } from "../../support/eventually.ts";
import { turn } from "../../support/fake_clock.ts";
import { block, frame, Http2Peer, number32, request } from "../../support/http2_peer.ts";
import { Http2Stage, piecesContent, readAll, reply } from "../../support/http2_stage.ts";

const never = () => new Promise<never>(() => {});

Deno.test("an exchange has what the stream brought, and its answer goes back in lower case", async () => {
  await using stage = new Http2Stage(() => reply("hello", 299, ["X-A", "1"], ["x-a", "2"]));
  stage.peer.get(1, request("/a/../b%2f?x", ["te", "trailers"]));
  const answer = await stage.peer.answer(1);
  assert.equal(answer.status, 299);
  assert.deepEqual(answer.fields, [["x-a", "1"], ["x-a", "2"], ["content-length", "5"]]);
  assert.equal(answer.content, "hello");
  const [x] = stage.exchanges;
  assert.equal(x?.received.target, "/a/../b%2f?x");
  assert.deepEqual(x?.client, { address: "192.0.2.7", port: 4711, secure: true });
  assert.equal(x?.content.length, 0);
  assert.deepEqual(stage.outcomes, [{ status: 299, end: "complete", bytesIn: 0, bytesOut: 5 }]);
  assert.equal(x?.cancellation.isCancelled, false);
});

Deno.test("fields for one connection are dropped from an answer (RFC 9113 §8.2.2)", async () => {
  await using stage = new Http2Stage(() =>
    reply("", 200, ["Connection", "close"], ["Keep-Alive", "1"], ["Transfer-Encoding", "chunked"])
  );
  stage.peer.get(1);
  assert.deepEqual((await stage.peer.answer(1)).fields, [["content-length", "0"]]);
});

Deno.test("content comes with its trailers, and trailers go back (ANCM F-33, F-56)", async () => {
  await using stage = new Http2Stage(async (x) => {
    const content = await readAll(x.content);
    const trailers = new FieldList([...x.content.trailers?.() ?? []]);
    return reply(piecesContent([content, "!"], { trailers }));
  });
  stage.peer.post(1);
  stage.peer.data(1, "ab");
  stage.peer.data(1, "cd");
  const end = FLAG.END_HEADERS | FLAG.END_STREAM;
  stage.peer.send(frame(FRAME.HEADERS, end, 1, block([["x-sum", "4"]])));
  const answer = await stage.peer.answer(1);
  assert.equal(answer.content, "abcd!");
  assert.deepEqual(answer.trailers, [["x-sum", "4"]]);
  assert.deepEqual(stage.outcomes, [{ status: 200, end: "complete", bytesIn: 4, bytesOut: 5 }]);
});

Deno.test("an interim answer goes out before the final one (ANCM F-55)", async () => {
  await using stage = new Http2Stage(async (x) => {
    for (const status of [103, 101]) {
      const fields = new FieldList([["Link", "</a>"], ["Connection", "upgrade"]]);
      await x.interim?.({ status, reason: "", fields });
    }
    return reply("");
  });
  stage.peer.get(1);
  assert.deepEqual((await stage.peer.answer(1)).interim, [103]);
});

for (const [method, status] of [["HEAD", 200], ["GET", 204], ["GET", 304]] as const) {
  Deno.test(`the answer ${status} to ${method} has no content`, async () => {
    const content = piecesContent(["x"], { length: 1 });
    await using stage = new Http2Stage(() => reply(content, status, ["Content-Length", "1"]));
    stage.peer.get(1, request().with(0, [":method", method]));
    const answer = await stage.peer.answer(1);
    assert.equal(answer.content, "");
    assert.deepEqual(answer.fields, status === 204 ? [] : [["content-length", "1"]]);
    assert.equal(content.cancelled.length, 1);
  });
}

for (
  const [status, name, value] of [[101, "a", "b"], [200, "a b", "c"], [200, "a", "b\n"]] as const
) {
  Deno.test(`an answer ${status} with ${JSON.stringify([name, value])} becomes 502`, async () => {
    const content = piecesContent([]);
    await using stage = new Http2Stage(() => reply(content, status, [name, value]));
    stage.peer.get(1);
    assert.equal((await stage.peer.answer(1)).status, 502);
    assert.equal(content.cancelled.length, 1);
  });
}

for (
  const [what, content] of [
    ["fails", () => piecesContent(["some", new Error("cut")])],
    ["is shorter than it said", () => piecesContent(["some"], { length: 5 })],
    ["is longer than it said", () => piecesContent(["some"], { length: 3 })],
  ] as const
) {
  Deno.test(`content that ${what} ends in RST_STREAM, never as if complete (YARP, B5)`, async () => {
    await using stage = new Http2Stage(() => reply(content()));
    stage.peer.get(1);
    assert.equal(await stage.peer.resetCode(1), 2);
    const ends = stage.peer.frames.filter(({ id, flags }) => id === 1 && flags & FLAG.END_STREAM);
    assert.deepEqual(ends, []);
    assert.equal(stage.outcomes[0]?.end, "broken");
    assert.equal(stage.front.inFlight, 0);
  });
}

Deno.test("a client that takes its request back is told of at once (ANCM F-70)", async () => {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const late = piecesContent(["x"]);
  await using stage = new Http2Stage(() => promise);
  stage.peer.get(1);
  await eventually(() => stage.exchanges[0]);
  stage.peer.reset(1);
  await eventually(() => stage.exchanges[0]?.cancellation.isCancelled);
  const { reason } = stage.exchanges[0]!.cancellation;
  assert.ok(reason instanceof HostError && reason.code === "client-gone");
  // The handler is still at work: it counts, and its answer is for nobody.
  assert.equal(stage.front.inFlight, 1);
  resolve(reply(late));
  await eventually(() => stage.outcomes[0]);
  assert.equal(stage.outcomes[0]?.end, "client-left");
  assert.equal(late.cancelled.length, 1);
  assert.equal(stage.front.inFlight, 0);
});

Deno.test("an answer that is being sent stops when its request is taken back", async () => {
  const content = piecesContent(["some", never()]);
  await using stage = new Http2Stage(() => reply(content));
  stage.peer.get(1);
  await stage.peer.frame(FRAME.DATA, 1);
  stage.peer.reset(1);
  await eventually(() => stage.outcomes[0]);
  assert.deepEqual(stage.outcomes, [
    { status: 200, end: "client-left", bytesIn: 0, bytesOut: 4 },
  ]);
  assert.equal(content.cancelled.length, 1);
});

Deno.test("a client that leaves cancels all its exchanges at once", async () => {
  await using stage = new Http2Stage((x) =>
    new Promise((resolve) => x.cancellation.onCancel(() => resolve(reply(""))))
  );
  stage.peer.get(1);
  stage.peer.get(3);
  await eventually(() => stage.exchanges[1]);
  stage.peer.leave();
  await stage.served;
  await eventually(() => stage.outcomes[1]);
  assert.deepEqual(stage.outcomes.map(({ end }) => end), ["client-left", "client-left"]);
});

Deno.test("an answer before the end of the request ends the stream (RFC 9113 §8.1)", async () => {
  await using stage = new Http2Stage(() => reply("no", 403));
  stage.peer.post(1);
  stage.peer.data(1, "some");
  assert.equal((await stage.peer.answer(1)).status, 403);
  assert.equal(await stage.peer.resetCode(1), 0);
  // What is still under way is passed over.
  stage.peer.data(1, "more");
  stage.peer.get(3);
  assert.equal((await stage.peer.answer(3)).status, 403);
});

Deno.test("content that nobody reads stops at the window, and goes on when it is read", async () => {
  const read = Promise.withResolvers<void>();
  await using stage = new Http2Stage(async (x) => {
    await read.promise;
    return reply(String((await readAll(x.content)).length));
  });
  stage.peer.post(1);
  const piece = new Uint8Array(16_384);
  for (let i = 0; i < 16; i++) stage.peer.data(1, piece);
  await eventually(() => stage.exchanges[0]?.content.state?.() === "bytes");
  await turn();
  const more = stage.peer.of(FRAME.WINDOW_UPDATE, 1).length;
  assert.equal(more, 0);
  read.resolve();
  await stage.peer.frame(FRAME.WINDOW_UPDATE, 1);
  stage.peer.data(1, piece, true);
  assert.equal((await stage.peer.answer(1)).content, String(17 * 16_384));
});

Deno.test("more content than the window allows ends the stream (RFC 9113 §6.9.1)", async () => {
  await using stage = new Http2Stage(never);
  stage.peer.post(1);
  for (let i = 0; i < 17; i++) stage.peer.data(1, new Uint8Array(16_384));
  assert.equal(await stage.peer.resetCode(1), 3);
  assert.equal(stage.exchanges[0]?.cancellation.isCancelled, true);
});

Deno.test("an answer stops at the client's windows, and takes no more from its content", async () => {
  const pieces = Array.from({ length: 8 }, () => "x".repeat(20_000));
  const content = piecesContent(pieces);
  const read = content.read;
  let reads = 0;
  content.read = () => {
    reads++;
    return read();
  };
  await using stage = new Http2Stage(() => reply(content));
  stage.peer.get(1);
  const received = () =>
    stage.peer.of(FRAME.DATA, 1).reduce((n, { payload }) => n + payload.length, 0);
  await eventually(() => received() === 65_535);
  await turn();
  assert.equal(reads, 4);
  stage.peer.send(frame(FRAME.WINDOW_UPDATE, 0, 0, number32(1_000_000)));
  stage.peer.send(frame(FRAME.WINDOW_UPDATE, 0, 1, number32(10)));
  await eventually(() => received() === 65_545);
  // INITIAL_WINDOW_SIZE counts for streams that are open, too.
  stage.peer.send(frame(FRAME.SETTINGS, 0, 0, [0, 4, ...number32(200_000)]));
  assert.equal((await stage.peer.answer(1)).content.length, 160_000);
});

Deno.test("streams take turns: a large answer holds up no small one", async () => {
  await using stage = new Http2Stage((x) =>
    reply(x.request.target === "/large" ? "x".repeat(1_000_000) : "small")
  );
  const window = number32(2_000_000);
  stage.peer.send(
    frame(FRAME.SETTINGS, 0, 0, [0, 4, ...window]),
    frame(FRAME.WINDOW_UPDATE, 0, 0, window),
  );
  stage.peer.holds = Promise.withResolvers();
  stage.peer.get(1, request("/large"));
  stage.peer.get(3);
  await eventually(() => stage.exchanges[1]);
  stage.peer.holds.resolve();
  await stage.peer.answer(1);
  const ids = stage.peer.of(FRAME.DATA).map(({ id }) => id);
  assert.ok(ids.indexOf(3) < 10, `the small answer was frame ${ids.indexOf(3)}`);
});

Deno.test("a client that takes nothing is read no further, and reset after 60 s", async () => {
  await using stage = new Http2Stage(never);
  await stage.peer.frame(FRAME.SETTINGS, 0);
  stage.peer.holds = Promise.withResolvers();
  stage.peer.get(1);
  stage.peer.send(frame(FRAME.PING, 0, 0, new Uint8Array(8)));
  await eventually(() => stage.exchanges[0]);
  await stage.clock.advance(59_000);
  assert.equal(stage.peer.isClosed, false);
  await stage.clock.advance(2_000);
  assert.equal(stage.peer.isClosed, true);
  assert.equal(stage.exchanges[0]?.cancellation.isCancelled, true);
});

Deno.test("a stream whose window stays shut is ended after 60 s; others go on", async () => {
  await using stage = new Http2Stage((x) =>
    reply(x.request.target === "/large" ? "x".repeat(70_000) : "")
  );
  stage.peer.send(frame(FRAME.WINDOW_UPDATE, 0, 0, number32(1_000_000)));
  stage.peer.get(1, request("/large"));
  await eventually(() => stage.peer.of(FRAME.DATA, 1).length >= 4);
  await stage.clock.advance(61_000);
  assert.equal(await stage.peer.resetCode(1), 8);
  assert.equal(stage.outcomes[0]?.end, "client-left");
  stage.peer.get(3);
  assert.equal((await stage.peer.answer(3)).status, 200);
});

Deno.test("content slower than 240 bytes a second after 5 s is 408", async () => {
  await using stage = new Http2Stage(async (x) => {
    try {
      return reply(await readAll(x.content));
    } catch (error) {
      return reply("", HostError.from(error).failure.status);
    }
  });
  stage.peer.post(1);
  stage.peer.data(1, "x".repeat(480));
  await eventually(() => stage.exchanges[0]?.content.state?.() === "waiting");
  await stage.clock.advance(6_000);
  assert.deepEqual(stage.outcomes, []);
  await stage.clock.advance(2_000);
  assert.equal((await stage.peer.answer(1)).status, 408);
});

Deno.test("an idle connection is closed with GOAWAY after 120 s", async () => {
  await using stage = new Http2Stage();
  stage.peer.get(1);
  await stage.peer.answer(1);
  await eventually(() => stage.outcomes[0]);
  await stage.clock.advance(119_000);
  assert.deepEqual(stage.peer.of(FRAME.GOAWAY), []);
  await stage.clock.advance(2_000);
  assert.equal(await stage.peer.goawayCode(), 0);
  await eventually(() => stage.peer.isEnded);
  // A client that does not close is not waited for.
  await stage.clock.advance(2_000);
  await stage.served;
  assert.equal(stage.peer.isClosed, true);
});

Deno.test("a head that stays unfinished for 30 s ends the connection (slowloris)", async () => {
  await using stage = new Http2Stage();
  stage.peer.send(frame(FRAME.HEADERS, 0, 1, block(request())));
  await eventually(() => stage.peer.of(FRAME.SETTINGS).length === 2);
  await stage.clock.advance(31_000);
  assert.equal(await stage.peer.goawayCode(), 11);
});

Deno.test("a client that never sends SETTINGS is closed after 30 s", async () => {
  await using stage = new Http2Stage();
  const silent = new Http2Peer();
  const served = stage.serve(silent);
  silent.send(new TextEncoder().encode("PRI * HTTP"));
  await silent.frame(FRAME.SETTINGS);
  await stage.clock.advance(31_000);
  assert.equal(await silent.goawayCode(), 11);
  silent.leave();
  await served;
});

Deno.test("the 101st exchange at once is refused and may be tried again", async () => {
  await using stage = new Http2Stage(never);
  for (let i = 0; i <= 100; i++) stage.peer.get(2 * i + 1);
  assert.equal(await stage.peer.resetCode(201), 7);
  assert.equal(stage.exchanges.length, 100);
});

Deno.test("requests taken back still count while their handlers work (CVE-2023-44487)", async () => {
  await using stage = new Http2Stage(never);
  for (let i = 0; i < 150; i++) {
    stage.peer.get(2 * i + 1);
    stage.peer.reset(2 * i + 1);
  }
  await stage.peer.resetCode(201);
  assert.equal(stage.exchanges.length, 100);
});

Deno.test("a client that keeps taking requests back gets GOAWAY (CVE-2023-44487)", async () => {
  await using stage = new Http2Stage();
  for (let i = 0; i < 201; i++) {
    stage.peer.get(2 * i + 1);
    stage.peer.reset(2 * i + 1);
  }
  assert.equal(await stage.peer.goawayCode(), 11);
  assert.ok(stage.exchanges.length <= 201);
});

Deno.test("one that does so now and then does not", async () => {
  await using stage = new Http2Stage(never);
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 50; i++) {
      const id = round * 100 + 2 * i + 1;
      stage.peer.get(id);
      stage.peer.reset(id);
    }
    await eventually(() => stage.exchanges.length >= Math.min(100, (round + 1) * 50));
    await stage.clock.advance(1_000);
  }
  assert.deepEqual(stage.peer.of(FRAME.GOAWAY), []);
});

Deno.test("breaking rules of a stream is counted like taking it back (CVE-2025-8671)", async () => {
  await using stage = new Http2Stage();
  for (let i = 0; i < 201; i++) {
    stage.peer.post(2 * i + 1);
    stage.peer.send(frame(FRAME.WINDOW_UPDATE, 0, 2 * i + 1, number32(0)));
  }
  assert.equal(await stage.peer.goawayCode(), 11);
});

Deno.test("a request that breaks a rule is 400 with the page, and its stream ended", async () => {
  await using stage = new Http2Stage();
  stage.peer.post(1, ["connection", "close"]);
  const answer = await stage.peer.answer(1);
  assert.equal(answer.status, 400);
  assert.match(answer.content, /HTTP\/2 has no field "connection"/);
  assert.equal(await stage.peer.resetCode(1), 1);
  assert.deepEqual(stage.exchanges, []);
  assert.equal(stage.outcomes[0]?.status, 400);
});

Deno.test("fields of more than 32 KiB are 431, and the connection goes on", async () => {
  await using stage = new Http2Stage();
  const half = (name: string) => [name, "x".repeat(16_000)] as const;
  const all = block(request("/", half("a"), half("b"), half("c")));
  const rest = FLAG.END_HEADERS;
  stage.peer.send(
    frame(FRAME.HEADERS, FLAG.END_STREAM, 1, all.subarray(0, 16_000)),
    frame(FRAME.CONTINUATION, 0, 1, all.subarray(16_000, 32_000)),
    frame(FRAME.CONTINUATION, 0, 1, all.subarray(32_000, 48_000)),
    frame(FRAME.CONTINUATION, rest, 1, all.subarray(48_000)),
  );
  assert.equal((await stage.peer.answer(1)).status, 431);
  stage.peer.get(3);
  assert.equal((await stage.peer.answer(3)).status, 200);
});

Deno.test("announceClose() tells clients to leave and serves what they still open", async () => {
  await using stage = new Http2Stage();
  stage.peer.get(1);
  await stage.peer.answer(1);
  stage.front.announceClose();
  const { payload } = await stage.peer.frame(FRAME.GOAWAY);
  assert.deepEqual([...payload.subarray(0, 8)], [...number32(0x7fff_ffff), ...number32(0)]);
  stage.peer.get(3);
  assert.equal((await stage.peer.answer(3)).status, 200);
  const late = new Http2Peer();
  const served = stage.serve(late);
  late.begin();
  late.get(1);
  assert.equal((await late.answer(1)).status, 200);
  assert.equal(await late.goawayCode(), 0);
  late.leave();
  await served;
});

Deno.test("drain() finishes what has begun, takes nothing new, and closes", async () => {
  const { promise, resolve } = Promise.withResolvers<Reply>();
  await using stage = new Http2Stage(() => promise);
  stage.peer.get(1);
  await eventually(() => stage.exchanges[0]);
  let isDrained = false;
  const drained = stage.front.drain().then(() => isDrained = true);
  const { payload } = await stage.peer.frame(FRAME.GOAWAY);
  assert.deepEqual([...payload.subarray(0, 8)], [...number32(1), ...number32(0)]);
  stage.peer.get(3);
  stage.peer.data(3, "x", true);
  await turn();
  assert.equal(stage.exchanges.length, 1);
  assert.equal(isDrained, false);
  resolve(reply("done"));
  assert.equal((await stage.peer.answer(1)).content, "done");
  await eventually(() => stage.peer.isEnded);
  stage.peer.leave();
  await drained;
  assert.equal(stage.peer.of(FRAME.RST_STREAM).length, 0);
});

Deno.test("abort() ends everything at once", async () => {
  await using stage = new Http2Stage(never);
  stage.peer.get(1);
  await eventually(() => stage.exchanges[0]);
  stage.front.abort();
  await stage.served;
  const { reason } = stage.exchanges[0]!.cancellation;
  assert.ok(reason instanceof HostError && reason.code === "host-stopping");
  assert.equal(stage.peer.isClosed, true);
});

Deno.test("a handler that fails ends its stream as broken, and only that", async () => {
  await using stage = new Http2Stage((x) => {
    if (x.request.target === "/bug") throw new Error("bug");
    return reply("");
  });
  stage.peer.get(1, request("/bug"));
  assert.equal(await stage.peer.resetCode(1), 2);
  assert.equal(stage.outcomes[0]?.end, "broken");
  stage.peer.get(3);
  assert.equal((await stage.peer.answer(3)).status, 200);
});

Deno.test("the window of the connection opens again, also for content that nobody wants", async () => {
  await using stage = new Http2Stage((x) => {
    x.content.cancel();
    return x.request.target === "/" ? never() : reply("");
  });
  await stage.peer.frame(FRAME.WINDOW_UPDATE, 0);
  // Three streams bring more than half of the connection's window.
  for (const id of [1, 3, 5]) {
    stage.peer.post(id);
    for (let i = 0; i < 15; i++) stage.peer.data(id, new Uint8Array(16_384));
  }
  await eventually(() => stage.peer.of(FRAME.WINDOW_UPDATE, 0).length === 2);
  assert.deepEqual(stage.peer.of(FRAME.WINDOW_UPDATE, 1), []);
});

Deno.test("more content than the connection's window allows ends the connection", async () => {
  await using stage = new Http2Stage(never);
  for (const id of [1, 3, 5, 7]) {
    stage.peer.post(id);
    for (let i = 0; i < 16; i++) stage.peer.data(id, new Uint8Array(16_384));
  }
  stage.peer.post(9);
  await eventually(() => stage.exchanges.length === 5);
  assert.deepEqual(stage.peer.of(FRAME.GOAWAY), []);
  stage.peer.data(9, "x");
  assert.equal(await stage.peer.goawayCode(), 3);
});

Deno.test("an answer stops at the window of the connection, whatever its own allows", async () => {
  await using stage = new Http2Stage(() => reply("x".repeat(50_000)));
  stage.peer.get(1);
  stage.peer.get(3);
  const received = () =>
    stage.peer.of(FRAME.DATA).reduce((n, { payload }) => n + payload.length, 0);
  await eventually(() => received() >= 65_535);
  await turn();
  assert.equal(received(), 65_535);
  stage.peer.send(frame(FRAME.WINDOW_UPDATE, 0, 0, number32(100_000)));
  assert.equal((await stage.peer.answer(1)).content.length, 50_000);
  assert.equal((await stage.peer.answer(3)).content.length, 50_000);
});

Deno.test("requests that break rules are counted: too many end the connection", async () => {
  await using stage = new Http2Stage();
  for (let i = 0; i < 201; i++) stage.peer.get(2 * i + 1, request("/", ["upgrade", "x"]));
  assert.equal(await stage.peer.goawayCode(), 11);
});

Deno.test("an answer that would switch protocols is refused, and its tunnel closed", async () => {
  let isClosed = false;
  const switched = {
    unread: new Uint8Array(0),
    read: () => Promise.resolve(null),
    write: () => Promise.resolve(),
    closeWrite: () => Promise.resolve(),
    close: () => void (isClosed = true),
  };
  await using stage = new Http2Stage(() => ({ ...reply("", 101), switched }));
  stage.peer.get(1);
  assert.equal((await stage.peer.answer(1)).status, 502);
  assert.equal(isClosed, true);
});

Deno.test("an answer that is not to be sent ends its stream alone, and what was asked for is done (IIS M-IP-2)", async () => {
  const ended: number[] = [];
  const content = piecesContent(["x"]);
  await using stage = new Http2Stage((x) => {
    x.atEnd = [() => ended.push(1), () => ended.push(2)];
    return x.request.target === "/drop" ? { ...reply(content), isDropped: true } : reply("kept");
  });
  stage.peer.get(1, request("/drop"));
  assert.equal(await stage.peer.resetCode(1), 8);
  assert.equal(content.cancelled.length, 1);
  assert.deepEqual(ended, [1, 2]);
  stage.peer.get(3);
  assert.equal((await stage.peer.answer(3)).content, "kept");
  assert.ok(!stage.peer.frames.some(({ id, type }) => id === 1 && type === FRAME.HEADERS));
  assert.equal(stage.outcomes[0]?.end, "dropped");
});
