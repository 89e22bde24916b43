import assert from "node:assert/strict";
import { REQUEST_LIMITS } from "../../../src/http1/limits.ts";
import { HeaderList, receivedHead, receivedTrailers } from "../../../src/server/http2_request.ts";

type Lines = readonly (readonly [string, string])[];

const PLAIN: Lines = [
  [":method", "GET"],
  [":scheme", "https"],
  [":authority", "a.test"],
  [":path", "/"],
];

function received(lines: Lines, isWhole = true) {
  const list = new HeaderList(32_768);
  for (const [name, value] of lines) list.add(name, value);
  return receivedHead(list, REQUEST_LIMITS, isWhole);
}

function changed(...lines: Lines): Lines {
  const names = new Set(lines.map(([name]) => name));
  return [...PLAIN.filter(([name]) => !names.has(name)), ...lines];
}

Deno.test("receivedHead() puts the authority first, as Host, and joins cookies (RFC 9113 §8.2.3)", () => {
  const { head, refusal } = received([
    [":method", "GET"],
    [":path", "/a/../b%2f?x"],
    [":scheme", "https"],
    [":authority", "a.test:81"],
    ["cookie", "a=1"],
    ["x-a", "1"],
    ["cookie", "b=2"],
    ["x-a", "2"],
    ["host", "A.TEST:81"],
  ]);
  assert.equal(refusal, undefined);
  assert.equal(head.target, "/a/../b%2f?x");
  assert.equal(head.version, "HTTP/2");
  assert.deepEqual([...head.fields], [
    ["host", "a.test:81"],
    ["x-a", "1"],
    ["x-a", "2"],
    ["cookie", "a=1; b=2"],
  ]);
});

Deno.test("receivedHead() takes Host where there is no :authority (RFC 9113 §8.3.1)", () => {
  const { head, refusal } = received([...PLAIN.filter(([n]) => n !== ":authority"), ["host", "b"]]);
  assert.equal(refusal, undefined);
  assert.deepEqual([...head.fields], [["host", "b"]]);
});

for (
  const lines of [
    changed([":method", "OPTIONS"], [":path", "*"]),
    changed([":path", "/caf\xc3\xa9|\\"]),
    changed([":authority", "[::1]:8080"]),
    [...PLAIN, ["te", "trailers"]],
    [...PLAIN, ["x-empty", ""]],
  ] as Lines[]
) {
  Deno.test(`receivedHead() takes ${JSON.stringify(lines.slice(-2))}`, () => {
    assert.equal(received(lines).refusal, undefined);
  });
}

const REFUSED: [what: string, lines: Lines, code?: string][] = [
  ["no :method", PLAIN.slice(1)],
  ["no :path", PLAIN.slice(0, 3)],
  ["no :scheme", changed([":scheme", ""])],
  ["another scheme", changed([":scheme", "ftp"])],
  ["no authority at all", PLAIN.filter(([name]) => name !== ":authority")],
  ["an empty authority", changed([":authority", ""])],
  ["user information", changed([":authority", "u@a.test"])],
  ["a path in the authority", changed([":authority", "a.test/x"])],
  ["a port out of range", changed([":authority", "a:70000"])],
  ["an escaped authority", changed([":authority", "a%2etest"])],
  ["two hosts", [...PLAIN, ["host", "a.test"], ["host", "a.test"]]],
  ["another Host", [...PLAIN, ["host", "b.test"]]],
  ["an absolute :path", changed([":path", "http://b/"])],
  ["* but for OPTIONS", changed([":path", "*"])],
  ["a fragment", changed([":path", "/#x"])],
  ["a space in :path", changed([":path", "/ HTTP/1.1"])],
  ["a line end in :path", changed([":path", "/\r\nx: y"])],
  ["a method that is none", changed([":method", "GE T"])],
  ["a pseudo field twice", [...PLAIN, [":path", "/"]]],
  ["a pseudo field behind a plain one", [["a", "b"], ...PLAIN]],
  ["a pseudo field behind a cookie", [["cookie", "b"], ...PLAIN]],
  ["an unknown pseudo field", [...PLAIN, [":protocol", "websocket"]]],
  ["upper case", [...PLAIN, ["X-A", "b"]]],
  ["an empty name", [...PLAIN, ["", "b"]]],
  ["a space in a name", [...PLAIN, ["a b", "b"]]],
  ["a line end in a value", [...PLAIN, ["a", "b\r\nc: d"]]],
  ["a NUL in a value", [...PLAIN, ["a", "b\0"]]],
  ["white space before a value", [...PLAIN, ["a", " b"]]],
  ["white space behind a value", [...PLAIN, ["a", "b\t"]]],
  ["connection", [...PLAIN, ["connection", "close"]]],
  ["keep-alive", [...PLAIN, ["keep-alive", "1"]]],
  ["proxy-connection", [...PLAIN, ["proxy-connection", "close"]]],
  ["transfer-encoding", [...PLAIN, ["transfer-encoding", "chunked"]]],
  ["upgrade", [...PLAIN, ["upgrade", "websocket"]]],
  ["te: gzip", [...PLAIN, ["te", "gzip"]]],
  ["content-length that is none", [...PLAIN, ["content-length", "+5"]]],
  ["two lengths", [...PLAIN, ["content-length", "0"], ["content-length", "0"]]],
  ["a length without content", [...PLAIN, ["content-length", "5"]]],
  ["CONNECT", [[":method", "CONNECT"], [":authority", "a:1"]], "method-not-implemented"],
  ["a long path", changed([":path", "/".padEnd(16_385, "x")]), "target-too-long"],
  [
    "201 fields",
    [...PLAIN, ...Array.from({ length: 201 }, () => ["a", "b"] as const)],
    "head-too-large",
  ],
  ["33 KB of fields", [...PLAIN, ["a", "b".repeat(33_000)]], "head-too-large"],
];
for (const [what, lines, code = "bad-request"] of REFUSED) {
  Deno.test(`receivedHead() refuses ${what} with ${code} (RFC 9113 §8)`, () => {
    assert.equal(received(lines).refusal?.code, code);
  });
}

Deno.test("receivedHead() tells the length, 0 where the request is whole", () => {
  assert.equal(received([...PLAIN, ["content-length", "5"]], false).length, 5);
  assert.equal(received(PLAIN, false).length, undefined);
  assert.equal(received(PLAIN).length, 0);
});

Deno.test("receivedTrailers() takes no field that frames or routes (RFC 9110 §6.5.1)", () => {
  const trailers = (lines: Lines) => {
    const list = new HeaderList(100);
    for (const [name, value] of lines) list.add(name, value);
    return receivedTrailers(list);
  };
  assert.deepEqual([...trailers([["x-sum", "1"]]) ?? []], [["x-sum", "1"]]);
  for (const name of ["content-length", "host", "transfer-encoding", ":path", "X-A"]) {
    assert.equal(trailers([[name, "1"]]), undefined, name);
  }
  assert.equal(trailers([["a", "b".repeat(100)]]), undefined);
});
