import assert from "node:assert/strict";
import {
  CHUNK_AFTER,
  CHUNK_BEFORE,
  frameChunk,
  LAST_CHUNK,
} from "../../../src/http1/chunk_writer.ts";
import { toText, traceRequests } from "../../support/http1_trace.ts";

Deno.test("frameChunk() writes size and end around the content and nothing else", () => {
  for (const length of [1, 9, 10, 15, 16, 255, 256, 4096, 70_000]) {
    const bytes = new Uint8Array(CHUNK_BEFORE + length + CHUNK_AFTER + 3).fill(46);
    const from = CHUNK_BEFORE + 1;
    const begin = frameChunk(bytes, from, from + length);
    const frame = `${length.toString(16)}\r\n${".".repeat(length)}\r\n`;
    assert.equal(toText(bytes.subarray(begin)), `${frame}..`);
    assert(bytes.subarray(0, begin).every((byte) => byte === 46));
  }
});

Deno.test("frameChunk() needs CHUNK_BEFORE bytes for the longest chunk", () => {
  const written: (string | number)[] = [];
  // Memory of 4 GiB in which only what is written exists.
  const bytes = new Proxy({}, {
    set: (_, at, value) => written.push(at as string, value as number) > 0,
  }) as Uint8Array;
  const begin = frameChunk(bytes, CHUNK_BEFORE, CHUNK_BEFORE + 0xffff_ffff);
  assert.equal(begin, 0);
  assert.deepEqual(written.slice(4, 10), ["9", 10, "8", 13, "7", 102]);
});

Deno.test("frameChunk() and LAST_CHUNK make what the reader reads", () => {
  const bytes = new Uint8Array(100).fill(120);
  const begin = frameChunk(bytes, 50, 70);
  const content = toText(bytes.subarray(begin, 72)) + toText(LAST_CHUNK);
  const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  assert.deepEqual(traceRequests([head + content]).slice(1), [`CONTENT ${"x".repeat(20)}`, "END"]);
});
