import assert from "node:assert/strict";
import { PARSE_ERRORS } from "../../../src/http1/errors.ts";
import { REQUEST_LIMITS } from "../../../src/http1/limits.ts";
import { BAD_CHUNKS, BAD_REQUESTS, REQUESTS } from "../../support/http1_cases.ts";
import { toBytes, toText, traceRequests } from "../../support/http1_trace.ts";
import { RequestReader } from "../../../src/http1/request_reader.ts";
import { STEP } from "../../../src/http1/step.ts";

for (const { name, input, events, ...options } of REQUESTS) {
  Deno.test(`RequestReader ${name}`, () => {
    assert.deepEqual(traceRequests([input], options), events);
  });
}

Deno.test("RequestReader refuses what breaks a rule of a head (PG B4, B5, B6, G)", async (t) => {
  for (const [code, input, options] of BAD_REQUESTS) {
    const shown = JSON.stringify(input.length > 80 ? `${input.slice(0, 80)}…` : input);
    await t.step(`${code}: ${shown}`, () => {
      assert.deepEqual(traceRequests([input], options), [`ERROR ${code}`]);
      // Each row breaks its rule with its last byte and not before.
      assert.deepEqual(traceRequests([input.slice(0, -1)], options), []);
    });
  }
});

Deno.test("RequestReader refuses what breaks a rule of chunks (PG B4, G)", async (t) => {
  const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const [code, input] of BAD_CHUNKS) {
    const shown = JSON.stringify(input.length > 80 ? `${input.slice(0, 80)}…` : input);
    for (const framed of [false, true]) {
      await t.step(`${code}: ${shown}${framed ? ", framed" : ""}`, () => {
        assert.equal(traceRequests([head + input], { framed }).at(-1), `ERROR ${code}`);
        const before = traceRequests([head + input.slice(0, -1)], { framed }).at(-1);
        assert.doesNotMatch(before ?? "", /^(ERROR|END)/);
      });
    }
  }
});

Deno.test("RequestReader takes what is just within its limits", () => {
  const { headBytes, targetBytes, fields, chunkLineBytes, trailerBytes } = REQUEST_LIMITS;
  const line = (bytes: number) => `X: ${"a".repeat(bytes - 5)}\r\n`;
  const start = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n";
  const inputs = [
    `GET / HTTP/1.0\r\n${line(headBytes - 18)}\r\n`,
    `GET /${"a".repeat(targetBytes - 1)} HTTP/1.0\r\n\r\n`,
    `GET / HTTP/1.0\r\n${"X: 1\r\n".repeat(fields)}\r\n`,
    `${start}\r\n1;${"a".repeat(chunkLineBytes - 4)}\r\nx\r\n0\r\n\r\n`,
    `${start}\r\n0\r\n${line(trailerBytes - 2)}\r\n`,
  ];
  for (const input of inputs) {
    assert.match(traceRequests([input]).at(-1)!, /^END/, input.slice(0, 40));
  }
});

Deno.test("RequestReader refuses chunks that are mostly framing", () => {
  const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const wasteful = `1;${"a".repeat(1000)}\r\nx\r\n`.repeat(20);
  assert.equal(traceRequests([head + wasteful]).at(-1), "ERROR chunk-overhead");
  const almost = `${head}${`1;${"a".repeat(1000)}\r\nx\r\n`.repeat(16)}0\r\n\r\n`;
  assert.deepEqual(traceRequests([almost + almost]).filter((event) => event === "END"), [
    "END",
    "END",
  ]);
  const small = "1\r\nx\r\n".repeat(5000);
  assert.equal(traceRequests([`${head}${small}0\r\n\r\n`]).at(-1), "END");
});

Deno.test("RequestReader counts the content without its framing", () => {
  const reader = new RequestReader();
  const bytes = toBytes(
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n",
  );
  assert.equal(reader.next(bytes, 0, bytes.length), STEP.HEAD);
  reader.framed = true;
  while (reader.next(bytes, reader.position, bytes.length) !== STEP.END);
  assert.equal(reader.contentBytes, 5);
});

Deno.test("RequestReader gives chunks with or without frames, whatever was asked for before", () => {
  const reader = new RequestReader();
  const bytes = toBytes(
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\na\r\n2;x\r\nbc\r\n0\r\n\r\n",
  );
  const found: string[] = [];
  assert.equal(reader.next(bytes, 0, bytes.length), STEP.HEAD);
  for (const framed of [true, false, false]) {
    reader.framed = framed;
    assert.equal(reader.next(bytes, reader.position, bytes.length), STEP.CONTENT);
    found.push(toText(bytes.subarray(reader.from, reader.to)));
  }
  assert.deepEqual(found, ["1", "a", "bc"]);
  assert.equal(reader.next(bytes, reader.position, bytes.length), STEP.END);
});

Deno.test("RequestReader says whether a request is under way", () => {
  const reader = new RequestReader();
  const bytes = toBytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
  assert.equal(reader.isInside, false);
  reader.next(bytes, 0, bytes.length);
  assert.equal(reader.isInside, true);
  reader.next(bytes, reader.position, bytes.length);
  reader.next(bytes, reader.position, bytes.length);
  assert.equal(reader.isInside, false);
});

Deno.test("every rule of PARSE_ERRORS is broken by a row of the tables or a test of its own", () => {
  const rows = [...BAD_REQUESTS, ...BAD_CHUNKS].map(([code]) => code as string);
  const elsewhere = [
    "chunk-overhead",
    "truncated-head",
    "truncated-content",
    "unsolicited-response",
    "unsolicited-switch",
    "invalid-status-line",
  ];
  assert.deepEqual(
    Object.keys(PARSE_ERRORS).filter((code) => !rows.includes(code) && !elsewhere.includes(code)),
    [],
  );
});
