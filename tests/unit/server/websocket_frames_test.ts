import assert from "node:assert/strict";
import { closeFrame, FrameTracker, GOING_AWAY } from "../../../src/server/websocket_frames.ts";
import { frame, type FrameToMake } from "../../support/websocket_frame.ts";
import { seededTest } from "../../support/seeded_random.ts";

const FRAMES: FrameToMake[] = [
  { opcode: 1, length: 0 },
  { opcode: 1, length: 5, isMasked: true },
  { opcode: 2, length: 125 },
  { opcode: 2, length: 126, isMasked: true },
  { opcode: 0, length: 200, isFinal: false },
  { opcode: 2, length: 65_535 },
  { opcode: 2, length: 65_536, isMasked: true },
  { opcode: 9, length: 4 },
  { opcode: 2, length: 3, lengthBytes: 8 },
  { opcode: 2, length: 0, lengthBytes: 2, isMasked: true },
];

/** Offsets at which a tracker says that a frame ends. */
function endsOf(bytes: Uint8Array, pieceLength: number): number[] {
  const frames = new FrameTracker();
  const ends: number[] = [];
  for (let from = 0; from < bytes.length; from += pieceLength) {
    const piece = bytes.subarray(from, from + pieceLength);
    for (let at = 0; at < piece.length;) {
      at = frames.advance(piece, at);
      if (frames.isAtBoundary) ends.push(from + at);
    }
  }
  return ends;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function sums(lengths: readonly number[]): number[] {
  let sum = 0;
  return lengths.map((length) => sum += length);
}

for (const given of FRAMES) {
  Deno.test(`FrameTracker finds the end of ${JSON.stringify(given)} (RFC 6455 §5.2)`, () => {
    const one = frame(given);
    assert.deepEqual(endsOf(one, one.length), [one.length]);
    assert.deepEqual(endsOf(one, 1), [one.length]);
    assert.deepEqual(endsOf(one.subarray(0, -1), one.length), []);
  });
}

Deno.test("FrameTracker finds the same ends wherever the bytes are split", () => {
  const parts = FRAMES.filter(({ length }) => length < 1_000).map(frame);
  const bytes = joined(parts);
  const expected = sums(parts.map(({ length }) => length));
  for (let at = 0; at <= bytes.length; at++) {
    const frames = new FrameTracker();
    const ends: number[] = [];
    for (const [from, piece] of [[0, bytes.subarray(0, at)], [at, bytes.subarray(at)]] as const) {
      for (let p = 0; p < piece.length;) {
        p = frames.advance(piece, p);
        if (frames.isAtBoundary) ends.push(from + p);
      }
    }
    assert.deepEqual(ends, expected);
  }
});

seededTest("FrameTracker finds the ends of random frames in random pieces", (random) => {
  for (let run = 0; run < 200; run++) {
    const parts = Array.from({ length: 1 + random.index(8) }, () =>
      frame({
        opcode: random.index(8),
        length: random.of([0, 1, 125, 126, 127, random.index(400), 65_535, 65_536]),
        isMasked: random.index(2) === 0,
        isFinal: random.index(2) === 0,
      }));
    const bytes = joined(parts);
    const ends = endsOf(bytes, 1 + random.index(random.of([4, 300, 70_000])));
    assert.deepEqual(ends, sums(parts.map(({ length }) => length)));
  }
});

Deno.test("FrameTracker knows a close frame when it has come whole, and no other frame for one", () => {
  const frames = new FrameTracker();
  frames.pass(frame({ opcode: 1, length: 8 }));
  const close = closeFrame(1_000, true);
  frames.pass(close.subarray(0, -1));
  assert.equal(frames.hasClosed, false);
  frames.pass(close, close.length - 1);
  assert.equal(frames.hasClosed, true);
});

Deno.test("FrameTracker never comes to the end of a frame that is too long to be", () => {
  const frames = new FrameTracker();
  frames.pass(Uint8Array.of(0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255));
  frames.pass(new Uint8Array(1_000_000));
  assert.equal(frames.isAtBoundary, false);
});

Deno.test("closeFrame() is what RFC 6455 §5.5.1 says, masked towards a server only", () => {
  assert.deepEqual(closeFrame(GOING_AWAY, false), Uint8Array.of(0x88, 2, 0x03, 0xe9));
  const [first, length, a = 0, b = 0, , , high = 0, low = 0, ...more] = closeFrame(1_000, true);
  assert.deepEqual([first, length, high ^ a, low ^ b], [0x88, 0x82, 0x03, 0xe8]);
  assert.deepEqual(more, []);
});
