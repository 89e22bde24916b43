import assert from "node:assert/strict";
import { readH2load } from "../../../bench/h2load.ts";
import { possibleConnections } from "../../../bench/open_files.ts";
import { frame } from "../../../bench/web_socket_client.ts";
import { readWrk } from "../../../bench/wrk.ts";

const WRK = `Running 2s test @ http://127.0.0.1:1/
  2 threads and 64 connections

RESULT {"requests":3000,"micros":2000000,"p50":1500,"p99":9000,"status":1000,"socket":2}
`;

Deno.test("readWrk() counts only good answers a second, and every failure", () => {
  assert.deepEqual(readWrk(WRK), {
    perSecond: 1000,
    p50Micros: 1500,
    p99Micros: 9000,
    requests: 3000,
    errors: 1002,
  });
});

Deno.test("readWrk() refuses what has no result", () => {
  assert.throws(
    () => readWrk("unable to connect"),
    /Cannot read what wrk wrote: unable to connect/,
  );
});

const h2loadText = (requests: string, codes: string) =>
  `Application protocol: h2

finished in 2.00s, 500.00 req/s, 20KB/s
requests: ${requests}
status codes: ${codes}
`;

Deno.test("readH2load() counts 2xx over the time it was given", () => {
  const text = h2loadText(
    "1010 total, 1010 started, 1000 done, 1000 succeeded, 0 failed, 0 errored, 0 timeout",
    "1000 2xx, 0 3xx, 0 4xx, 0 5xx",
  );
  assert.deepEqual(readH2load(text, 2), { perSecond: 500, requests: 1000, errors: 0 });
});

Deno.test("readH2load() counts other answers as errors", () => {
  const text = h2loadText(
    "100 total, 100 started, 100 done, 100 succeeded, 0 failed, 0 errored, 0 timeout",
    "60 2xx, 40 3xx, 0 4xx, 0 5xx",
  );
  assert.deepEqual(readH2load(text, 2), { perSecond: 30, requests: 100, errors: 40 });
});

Deno.test("readH2load() refuses what has no summary", () => {
  assert.throws(() => readH2load("usage", 2), /Cannot read what h2load wrote/);
});

Deno.test("possibleConnections() leaves files for other things than connections", () => {
  assert.equal(possibleConnections(5000, 20_000), 5000);
  assert.equal(possibleConnections(5000, 4096), 3096);
  assert.equal(possibleConnections(5000, 512), 0);
  assert.equal(possibleConnections(5000, Infinity), 5000);
});

Deno.test("frame() masks the payload (RFC 6455 §5.3)", () => {
  const bytes = frame(0x82, new Uint8Array([1, 2, 3, 4, 5]));
  assert.deepEqual([...bytes.subarray(0, 2)], [0x82, 0x80 | 5]);
  const mask = bytes.subarray(2, 6);
  const payload = bytes.subarray(6).map((byte, i) => byte ^ mask[i % 4]!);
  assert.deepEqual([...payload], [1, 2, 3, 4, 5]);
  assert.notDeepEqual([...bytes.subarray(6)], [1, 2, 3, 4, 5]);
});

Deno.test("frame() refuses a payload whose length does not fit its head", () => {
  assert.throws(() => frame(0x82, new Uint8Array(126)), RangeError);
});
