import assert from "node:assert/strict";
import { Http2Content } from "../../../src/server/http2_content.ts";
import { CODE, FLAG, FRAME, isHttp2Preface, PREFACE } from "../../../src/server/http2_protocol.ts";
import { Http2Session } from "../../../src/server/http2_session.ts";
import { block, concat, frame, number32, request } from "../../support/http2_peer.ts";

const BEGIN = concat([PREFACE, frame(FRAME.SETTINGS, 0, 0)]);
const END = FLAG.END_HEADERS | FLAG.END_STREAM;

function get(id: number): Uint8Array {
  return frame(FRAME.HEADERS, END, id, block(request()));
}

function post(id: number, ...more: (readonly [string, string])[]): Uint8Array {
  return frame(FRAME.HEADERS, FLAG.END_HEADERS, id, block(request("/", ...more)));
}

function open() {
  const opened: number[] = [];
  const resets: number[] = [];
  const session = new Http2Session({
    headBytes: 32_768,
    now: () => 0,
    onRequest(stream, { lines }, isWhole) {
      opened.push(stream.id);
      const length = lines.find(([name]) => name === "content-length")?.[1];
      const told = length === undefined ? undefined : Number(length);
      if (!isWhole) stream.content = new Http2Content(told, () => 0, () => {});
    },
    onReset: ({ id }) => resets.push(id),
    wake() {},
  });
  session.sender.output.clear();
  return { session, opened, resets };
}

/** The frames that a session has to say, as `type:id:code`. */
function said(session: Http2Session): string[] {
  const bytes = session.sender.output.take();
  const found: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at) >>> 8;
    const type = bytes[at + 3]!;
    const code = type === FRAME.GOAWAY
      ? view.getUint32(at + 13)
      : type === FRAME.RST_STREAM
      ? view.getUint32(at + 9)
      : "";
    found.push(`${type}:${view.getUint32(at + 5)}:${code}`);
    at += 9 + length;
  }
  return found;
}

function received(...frames: Uint8Array[]): string[] {
  const { session } = open();
  const all = concat([BEGIN, ...frames]);
  session.receive(all, 0, all.length);
  return said(session);
}

Deno.test("isHttp2Preface() tells a preface from HTTP/1.1, byte by byte", () => {
  assert.equal(isHttp2Preface(PREFACE, 0, PREFACE.length), "yes");
  for (let end = 0; end < PREFACE.length; end++) {
    assert.equal(isHttp2Preface(PREFACE, 0, end), "more", String(end));
  }
  assert.equal(isHttp2Preface(new TextEncoder().encode("POST / HTTP/1.1"), 0, 2), "no");
  assert.equal(isHttp2Preface(new TextEncoder().encode("xPRI * HTTP/2.0"), 1, 6), "more");
});

const goaway = (code: number) => `7:0:${code}`;
const NO_SETTINGS = frame(FRAME.PING, 0, 0, new Uint8Array(8));

for (
  const [what, code, ...frames] of [
    ["a frame of 16385 bytes", CODE.FRAME_SIZE_ERROR, frame(0, 0, 1, new Uint8Array(16_385))],
    ["content on stream 0", CODE.PROTOCOL_ERROR, frame(FRAME.DATA, 0, 0)],
    ["content on an idle stream", CODE.PROTOCOL_ERROR, frame(FRAME.DATA, 0, 1)],
    ["RST_STREAM on an idle stream", CODE.PROTOCOL_ERROR, frame(3, 0, 1, number32(8))],
    ["RST_STREAM of 3 bytes", CODE.FRAME_SIZE_ERROR, get(1), frame(3, 0, 1, [0, 0, 8])],
    ["an even stream", CODE.PROTOCOL_ERROR, get(2)],
    ["a block that is none", CODE.COMPRESSION_ERROR, frame(FRAME.HEADERS, END, 1, [0x80])],
    ["padding beyond its frame", CODE.PROTOCOL_ERROR, frame(1, END | FLAG.PADDED, 1, [9, 0x82])],
    ["a frame within a block", CODE.PROTOCOL_ERROR, frame(FRAME.HEADERS, 0, 1, [0x82]), get(3)],
    ["CONTINUATION of nothing", CODE.PROTOCOL_ERROR, frame(FRAME.CONTINUATION, 4, 1)],
    ["PUSH_PROMISE", CODE.PROTOCOL_ERROR, frame(FRAME.PUSH_PROMISE, 4, 1, number32(2))],
    ["SETTINGS on a stream", CODE.PROTOCOL_ERROR, frame(FRAME.SETTINGS, 0, 1)],
    ["SETTINGS of 5 bytes", CODE.FRAME_SIZE_ERROR, frame(FRAME.SETTINGS, 0, 0, [0, 4, 0, 0, 0])],
    ["an ACK with content", CODE.FRAME_SIZE_ERROR, frame(FRAME.SETTINGS, 1, 0, new Uint8Array(6))],
    ["ENABLE_PUSH 2", CODE.PROTOCOL_ERROR, frame(FRAME.SETTINGS, 0, 0, [0, 2, 0, 0, 0, 2])],
    [
      "a first window of 2 GiB",
      CODE.FLOW_CONTROL_ERROR,
      frame(FRAME.SETTINGS, 0, 0, [0, 4, ...number32(0x8000_0000)]),
    ],
    ["MAX_FRAME_SIZE 1", CODE.PROTOCOL_ERROR, frame(FRAME.SETTINGS, 0, 0, [0, 5, 0, 0, 0, 1])],
    ["PING on a stream", CODE.PROTOCOL_ERROR, frame(FRAME.PING, 0, 1, new Uint8Array(8))],
    ["PING of 7 bytes", CODE.FRAME_SIZE_ERROR, frame(FRAME.PING, 0, 0, new Uint8Array(7))],
    ["WINDOW_UPDATE of 0", CODE.PROTOCOL_ERROR, frame(8, 0, 0, number32(0))],
    ["a window of 2 GiB", CODE.FLOW_CONTROL_ERROR, frame(8, 0, 0, number32(0x7fff_ffff))],
  ] as [string, number, ...Uint8Array[]][]
) {
  Deno.test(`${what} ends the connection with GOAWAY ${code} (RFC 9113)`, () => {
    assert.equal(received(...frames).at(-1), goaway(code));
  });
}

for (
  const [what, code, ...frames] of [
    ["content after the end", CODE.STREAM_CLOSED, get(1), frame(FRAME.DATA, 0, 1, [1])],
    ["fields after the end", CODE.STREAM_CLOSED, get(1), get(1)],
    ["trailers that end nothing", CODE.PROTOCOL_ERROR, post(1), post(1)],
    [
      "content longer than it said",
      CODE.PROTOCOL_ERROR,
      post(1, ["content-length", "1"]),
      frame(FRAME.DATA, 0, 1, [1, 2]),
    ],
    [
      "content shorter than it said",
      CODE.PROTOCOL_ERROR,
      post(1, ["content-length", "2"]),
      frame(FRAME.DATA, FLAG.END_STREAM, 1, [1]),
    ],
    ["a window of 2 GiB", CODE.FLOW_CONTROL_ERROR, get(1), frame(8, 0, 1, number32(0x7fff_ffff))],
  ] as [string, number, ...Uint8Array[]][]
) {
  Deno.test(`${what} ends the stream with RST_STREAM ${code} (RFC 9113)`, () => {
    const { session, resets } = open();
    const all = concat([BEGIN, ...frames]);
    session.receive(all, 0, all.length);
    assert.equal(said(session).at(-1), `3:1:${code}`);
    assert.deepEqual(resets, [1]);
    assert.equal(session.isOver, false);
  });
}

Deno.test("a connection that begins otherwise is ended", () => {
  const { session } = open();
  const bytes = concat([PREFACE, NO_SETTINGS]);
  session.receive(bytes, 0, bytes.length);
  assert.deepEqual(said(session), [goaway(CODE.PROTOCOL_ERROR)]);
});

for (
  const [what, flood] of [
    ["PING", frame(FRAME.PING, 0, 0, new Uint8Array(8))],
    ["SETTINGS", frame(FRAME.SETTINGS, 0, 0)],
    ["PRIORITY", frame(FRAME.PRIORITY, 0, 1, new Uint8Array(5))],
    ["empty content (CVE-2019-9518)", frame(FRAME.DATA, 0, 1)],
    ["unknown frames", frame(99, 0, 0)],
  ] as const
) {
  Deno.test(`a flood of ${what} ends in GOAWAY`, () => {
    const { session } = open();
    const all = concat([BEGIN, post(1), ...Array.from({ length: 1_001 }, () => flood)]);
    session.receive(all, 0, all.length);
    assert.equal(said(session).at(-1), goaway(CODE.ENHANCE_YOUR_CALM));
  });
}

Deno.test("a header block without end is cut off (CVE-2024-27316)", () => {
  const piece = frame(FRAME.CONTINUATION, 0, 1, new Uint8Array(16_384));
  const first = frame(FRAME.HEADERS, 0, 1, block(request()));
  assert.equal(received(first, piece, piece, piece, piece).at(-1), goaway(CODE.ENHANCE_YOUR_CALM));
  const small = frame(FRAME.CONTINUATION, 0, 1, [0x82]);
  const many = Array.from({ length: 32 }, () => small);
  assert.equal(received(first, ...many).at(-1), goaway(CODE.ENHANCE_YOUR_CALM));
});

Deno.test("a PING is answered with what it brought, an ACK is not", () => {
  assert.deepEqual(received(frame(FRAME.PING, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])), ["4:0:", "6:0:"]);
  assert.deepEqual(received(frame(FRAME.PING, FLAG.ACK, 0, new Uint8Array(8))), ["4:0:"]);
});

Deno.test("receive() sees the same however the bytes are cut", () => {
  const all = concat([BEGIN, get(1), post(3), frame(FRAME.RST_STREAM, 0, 3, number32(8)), get(5)]);
  for (let cut = 0; cut <= all.length; cut++) {
    const { session, opened } = open();
    const used = session.receive(all, 0, cut);
    assert.equal(session.receive(all, used, all.length), all.length);
    assert.deepEqual(opened, [1, 3, 5], `cut at ${cut}`);
  }
});

Deno.test("random frames end in nothing worse than GOAWAY", () => {
  let seed = 9_113;
  const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff) % below;
  let requests = 0;
  for (let round = 0; round < 2_000; round++) {
    const { session, opened } = open();
    const frames = Array.from({ length: 8 }, () => {
      const id = random(4);
      if (random(2) === 0) return random(2) === 0 ? get(id | 1) : post(id | 1);
      const payload = Uint8Array.from({ length: random(12) }, () => random(256));
      return frame(random(11), random(256), id, payload);
    });
    const all = concat([BEGIN, ...frames]);
    session.receive(all, 0, all.length);
    requests += opened.length;
    said(session);
  }
  assert.ok(requests > 1_000, `${requests} requests came through`);
});
