import assert from "node:assert/strict";
import { FIELD, fieldSet } from "../../../src/http1/field_names.ts";
import { FieldList } from "../../../src/http1/fields.ts";
import { FRAMING, type Framing } from "../../../src/http1/framing.ts";
import { RequestReader } from "../../../src/http1/request_reader.ts";
import { STEP } from "../../../src/http1/step.ts";
import {
  NO_ROOM,
  type RequestToWrite,
  writeRequestHead,
  writeResponseHead,
  writeTrailers,
} from "../../../src/http1/writer.ts";
import { toBytes, toText } from "../../support/http1_trace.ts";

function read(head: string) {
  const bytes = toBytes(head);
  const reader = new RequestReader();
  assert.equal(reader.next(bytes, 0, bytes.length), STEP.HEAD);
  return reader.head(bytes, 0);
}

/** Writes at an offset, into a buffer that has just the room. */
function write(head: RequestToWrite, framing: Framing, length?: number): string {
  const out = new Uint8Array(2000).fill(46);
  const end = writeRequestHead(out, 3, head, framing, length);
  const tight = new Uint8Array(end);
  assert.equal(writeRequestHead(tight, 3, head, framing, length), end);
  assert.equal(toText(out.subarray(0, 3)), "...");
  return toText(tight.subarray(3));
}

const START = "POST /a%2F?\xe4 HTTP/1.1\r\nHost: a\r\n";

Deno.test("writeRequestHead() gives what was received, to the byte", () => {
  const rows = [
    [`${START}X-a:1\r\nx-A: \t 2 \t\r\nX:\r\n\r\n`, FRAMING.NONE, 0],
    [`${START}content-LENGTH:5\r\nX: 1\r\n\r\n`, FRAMING.LENGTH, 5],
    [`${START}X: 1\r\nTransfer-encoding: Chunked\r\nY: 1\r\n\r\n`, FRAMING.CHUNKED, 0],
    [`${START}Content-Length: 0\r\n\r\n`, FRAMING.LENGTH, 0],
    [`${START}Content-Length: 9007199254740991\r\n\r\n`, FRAMING.LENGTH, 9_007_199_254_740_991],
    [`${START}Content-Length: 5\r\n\r\n`, FRAMING.DESCRIBED, 0],
  ] as const;
  for (const [head, framing, length] of rows) {
    assert.equal(write(read(head), framing, length), head);
  }
});

Deno.test("writeRequestHead() gives what was received, however many fields", () => {
  for (let count = 0; count <= 130; count++) {
    const lines = Array.from({ length: count }, (_, i) => `X-${i}: ${i}\r\n`).join("");
    const head = `GET / HTTP/1.1\r\n${lines}Host: a\r\n\r\n`;
    assert.equal(write(read(head), FRAMING.NONE), head);
  }
});

Deno.test("writeRequestHead() makes the framing fields say what is sent", () => {
  const chunked = "Transfer-Encoding: chunked\r\n";
  const rows = [
    ["Content-Length: 5\r\nX: 1\r\n", FRAMING.CHUNKED, 0, `X: 1\r\n${chunked}`],
    [`X: 1\r\n${chunked}Y: 1\r\n`, FRAMING.LENGTH, 12, "X: 1\r\nY: 1\r\nContent-Length: 12\r\n"],
    ["Content-Length: 5\r\n", FRAMING.LENGTH, 6, "Content-Length: 6\r\n"],
    ["Content-Length: 5\r\n", FRAMING.LENGTH, 15, "Content-Length: 15\r\n"],
    ["Content-Length: 15\r\n", FRAMING.LENGTH, 5, "Content-Length: 5\r\n"],
    ["Content-Length: 05\r\n", FRAMING.LENGTH, 5, "Content-Length: 5\r\n"],
    ["A: 1\r\nContent-Length: 5\r\nB: 1\r\n", FRAMING.NONE, 0, "A: 1\r\nB: 1\r\n"],
    [`A: 1\r\n${chunked}B: 1\r\n`, FRAMING.CLOSE, 0, "A: 1\r\nB: 1\r\n"],
    ["", FRAMING.LENGTH, 0, "Content-Length: 0\r\n"],
  ] as const;
  for (const [lines, framing, length, expected] of rows) {
    assert.equal(
      write(read(`${START}${lines}\r\n`), framing, length),
      `${START}${expected}\r\n`,
    );
  }
});

Deno.test("writeRequestHead() never lets a string make a second framing field", () => {
  const fields = new FieldList([
    ["content-length", "1"],
    ["X", "1"],
    ["TRANSFER-encoding", "chunked"],
    ["Content-Length", "2"],
  ]);
  const head = { method: "GET", target: "/", fields };
  assert.equal(
    write(head, FRAMING.LENGTH, 3),
    "GET / HTTP/1.1\r\nX: 1\r\nContent-Length: 3\r\n\r\n",
  );
  assert.equal(write(head, FRAMING.NONE), "GET / HTTP/1.1\r\nX: 1\r\n\r\n");
});

Deno.test("writeRequestHead() writes edited fields and those of any other make", () => {
  const request = read(`${START}A: 1\r\nB: 2\r\nConnection: D\r\nC: 3\r\nD: 4\r\nE: 5\r\n\r\n`);
  const fields = request.fields.relayed(fieldSet(FIELD.CONNECTION), [["New", "ä"]]).with("B", "6");
  const expected = `${START}A: 1\r\nB: 6\r\nC: 3\r\nE: 5\r\nNew: ä\r\n\r\n`;
  assert.equal(write({ ...request, fields }, FRAMING.NONE), expected);
  assert.equal(write({ ...request, fields: [...fields] }, FRAMING.NONE), expected);
});

Deno.test("writeRequestHead() gives NO_ROOM in every buffer that is too small", () => {
  const request = read(`${START}A: 1\r\nTransfer-Encoding: chunked\r\nB: 2\r\n\r\n`);
  const head = { ...request, fields: request.fields.appended("New", "1") };
  for (const framing of [FRAMING.CHUNKED, FRAMING.LENGTH, FRAMING.NONE]) {
    const room = write(head, framing, 7).length;
    for (let size = 0; size < room; size++) {
      assert.equal(writeRequestHead(new Uint8Array(size), 0, head, framing, 7), NO_ROOM);
    }
  }
});

Deno.test("writers refuse strings that would break a line or name another thing", () => {
  const out = new Uint8Array(1000);
  const fields = FieldList.none;
  const heads: RequestToWrite[] = [
    { method: "GET /", target: "/", fields },
    { method: "", target: "/", fields },
    { method: "GET", target: "", fields },
    { method: "G\r\nT", target: "/", fields },
    { method: "GET", target: "/a b", fields },
    { method: "GET", target: "/a\r\nX: 1", fields },
    { method: "GET", target: "/\u0100", fields },
    ...[["X", "a\r\nY: 1"], ["X", "\n"], ["X", "\0"], ["X", "\u2028"], ["X Y", "1"], ["X:", "1"], [
      "",
      "1",
    ]]
      .map(([name, value]) => ({
        method: "GET",
        target: "/",
        fields: fields.appended(name!, value!),
      })),
  ];
  for (const head of heads) {
    assert.throws(() => writeRequestHead(out, 0, head, FRAMING.NONE), RangeError);
  }
  for (
    const [status, reason] of [[200, "OK\r\nX: 1"], [99, ""], [1000, ""], [200.5, ""]] as const
  ) {
    assert.throws(
      () => writeResponseHead(out, 0, { status, reason, fields }, FRAMING.NONE),
      RangeError,
    );
  }
  assert.throws(() => writeTrailers(out, 0, fields.appended("X", "\n")), RangeError);
});

Deno.test("an error of a writer does not show the value", () => {
  const fields = FieldList.none.appended("Token", "secret\n");
  assert.throws(
    () => writeRequestHead(new Uint8Array(99), 0, { method: "GET", target: "/", fields }, 0),
    (error: Error) => error.message.includes('"Token"') && !error.message.includes("secret"),
  );
});

Deno.test("writeResponseHead() keeps status and reason (ANCM F-50)", () => {
  const out = new Uint8Array(100);
  const text = (status: number, reason: string) =>
    toText(
      out.subarray(
        0,
        writeResponseHead(out, 0, { status, reason, fields: FieldList.none }, FRAMING.NONE),
      ),
    );
  assert.equal(text(299, "Odd \xe4"), "HTTP/1.1 299 Odd \xe4\r\n\r\n");
  assert.equal(text(999, ""), "HTTP/1.1 999 \r\n\r\n");
});

Deno.test("writeTrailers() ends chunks with fields, none of them about framing", () => {
  const out = new Uint8Array(100);
  const fields = new FieldList([["X-T", "1"], ["Content-Length", "5"]]);
  const end = writeTrailers(out, 0, fields);
  assert.equal(toText(out.subarray(0, end)), "0\r\nX-T: 1\r\n\r\n");
  for (let size = 0; size < end; size++) {
    assert.equal(writeTrailers(new Uint8Array(size), 0, fields), NO_ROOM);
  }
});
