import assert from "node:assert/strict";
import { FIELD, fieldSet } from "../../../src/http1/field_names.ts";
import { FieldList } from "../../../src/http1/fields.ts";
import { RequestReader } from "../../../src/http1/request_reader.ts";
import { STEP } from "../../../src/http1/step.ts";
import { toBytes } from "../../support/http1_trace.ts";

/** Reads a head with these field lines, at an offset that is not 0. */
function read(...lines: string[]) {
  const bytes = toBytes(`....GET / HTTP/1.0\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`);
  const reader = new RequestReader();
  assert.equal(reader.next(bytes, 4, bytes.length), STEP.HEAD);
  return { fields: reader.head(bytes, 4).fields, bytes, reader };
}

const RECEIVED = [
  "Accept: a",
  "X-One: 1",
  "accept: b",
  "HOST:h\xe4".slice(0, 6),
  "x-ONE:  2 ",
  "X-E:",
];

Deno.test("FieldList over bytes gives names as they came and values without the space around them", () => {
  assert.deepEqual([...read(...RECEIVED).fields], [
    ["Accept", "a"],
    ["X-One", "1"],
    ["accept", "b"],
    ["HOST", "h"],
    ["x-ONE", "2"],
    ["X-E", ""],
  ]);
});

Deno.test("FieldList over bytes finds known and unknown names whatever their case", () => {
  const { fields } = read(...RECEIVED);
  assert.equal(fields.size, 6);
  assert.equal(fields.get("ACCEPT"), "a");
  assert.equal(fields.get("x-one"), "1");
  assert.equal(fields.get("x-e"), "");
  assert.equal(fields.get("x-on"), undefined);
  assert.equal(fields.has("Host"), true);
  assert.equal(fields.has("Hos"), false);
  assert.deepEqual(fields.getAll("Accept"), ["a", "b"]);
  assert.deepEqual(fields.getAll("X-one"), ["1", "2"]);
});

Deno.test("FieldList over bytes gives the same edits as a list of strings", () => {
  const { fields } = read(...RECEIVED);
  const strings = new FieldList([...fields]);
  const edits: ((list: FieldList) => FieldList)[] = [
    (list) => list.without(["ACCEPT", "x-e"]),
    (list) => list.filter((name, value) => name === "x-one" || value === "b"),
    (list) => list.with("X-One", "new"),
    (list) => list.with("X-New", "new"),
    (list) => list.appended("x-one", "3"),
    (list) => list.with("X-one", "new").without(["host"]).appended("Host", "b").with("host", "c"),
    (list) => list.appended("X", "1").filter((name) => name !== "accept"),
    (list) => list.appended("TE", "1").relayed(fieldSet(FIELD.ACCEPT, FIELD.TE), [["Z", "1"]]),
  ];
  for (const edit of edits) assert.deepEqual([...edit(fields)], [...edit(strings)]);
  assert.deepEqual([...fields], [...strings], "an edit leaves the list it was made from as it was");
});

Deno.test("FieldList.with() takes the place of the first and drops the rest, over bytes too", () => {
  const { fields } = read(...RECEIVED);
  const expected = [["Accept", "a"], ["x-one", "new"], ["accept", "b"], ["HOST", "h"], ["X-E", ""]];
  assert.deepEqual([...fields.with("x-one", "new")], expected);
  assert.deepEqual([...new FieldList([...fields]).with("x-one", "new")], expected);
});

Deno.test("FieldList.relayed() drops what Connection names, but never Host or framing (RFC 9110 §7.6.1)", () => {
  const { fields } = read(
    "X-Hop: 1",
    "Connection: close, x-HOP,content-length , Host",
    "connection: Upgrade,X-Other,, x_bad name",
    "X-Other: 1",
    "X-Hop: 2",
    "X-Hop2: 3",
    "Content-Length: 1",
    "Host: a",
    "Upgrade: websocket",
    "close: 1",
  );
  const kept = fields.relayed(fieldSet(FIELD.CONNECTION), [["X-Hop", "ours"]]);
  assert.deepEqual(Array.from(kept, ([name]) => name), [
    "X-Hop2",
    "Content-Length",
    "Host",
    "Upgrade",
    "close",
    "X-Hop",
  ]);
});

Deno.test("FieldList.relayed() drops every name that begins with MS-ASPNETCORE (ANCM F-11)", () => {
  const { fields } = read("MS-ASPNETCORE-TOKEN: a", "ms-aspnetcorefoo: b", "MS-ASPNETCOR: c");
  const kept = fields.relayed(fieldSet(FIELD.MS_ASPNETCORE), []);
  assert.deepEqual([...kept], [["MS-ASPNETCOR", "c"]]);
});

Deno.test("FieldList.detached() holds when the bytes and the reader are used again", () => {
  const { fields, bytes, reader } = read(...RECEIVED);
  const edited = fields.without(["X-E"]).appended("New", "1");
  const before = [...edited];
  const kept = edited.detached();
  bytes.fill(0);
  const next = toBytes("GET / HTTP/1.0\r\nSome-Other-Name: and value\r\nX: 2\r\n\r\n");
  assert.equal(reader.next(next, 0, next.length), STEP.END);
  assert.equal(reader.next(next, 0, next.length), STEP.HEAD);
  assert.deepEqual([...kept], before);
  assert.equal(FieldList.none.detached(), FieldList.none);
});

Deno.test("FieldList.detach() holds for the fields and all that were made of them", () => {
  const { fields, bytes, reader } = read(...RECEIVED);
  const edited = fields.without(["X-E"]).appended("New", "1");
  const before = [[...fields], [...edited]];
  fields.detach();
  bytes.fill(0);
  const next = toBytes("GET / HTTP/1.0\r\nSome-Other-Name: and value\r\nX: 2\r\n\r\n");
  assert.equal(reader.next(next, 0, next.length), STEP.END);
  assert.equal(reader.next(next, 0, next.length), STEP.HEAD);
  assert.deepEqual([[...fields], [...edited]], before);
  FieldList.none.detach();
  assert.equal(FieldList.none.size, 0);
});

Deno.test("FieldList over bytes keeps every byte of a value (latin1)", () => {
  const value = Array.from({ length: 223 }, (_, i) => String.fromCharCode(i + 33))
    .filter((letter) => letter !== "\x7f").join("");
  const { fields } = read(`X: ${value}`, `Y: ${"é".repeat(20_000)}`);
  assert.equal(fields.get("x"), value);
  assert.equal(fields.get("y"), "é".repeat(20_000));
});
