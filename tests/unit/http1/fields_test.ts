import assert from "node:assert/strict";
import { FieldList, listMembers } from "../../../src/http1/fields.ts";

const fields = new FieldList([["Host", "a"], ["X-A", "1"], ["x-a", "2"], ["Accept", "*/*"]]);
const lines = (list: Iterable<readonly [string, string]>) =>
  [...list].map((line) => line.join(":"));

Deno.test("FieldList finds fields whatever the case of their name (RFC 9110 §5.1)", () => {
  assert.equal(fields.get("HOST"), "a");
  assert.equal(fields.get("x-a"), "1");
  assert.deepEqual(fields.getAll("X-a"), ["1", "2"]);
  assert.equal(fields.has("accept"), true);
  assert.equal(fields.get("missing"), undefined);
  assert.equal(fields.size, 4);
});

Deno.test("FieldList keeps order, case and repeats", () => {
  assert.deepEqual(lines(fields), ["Host:a", "X-A:1", "x-a:2", "Accept:*/*"]);
});

Deno.test("FieldList.with() puts one line in the place of all of that name", () => {
  assert.deepEqual(lines(fields.with("X-a", "3")), ["Host:a", "X-a:3", "Accept:*/*"]);
  assert.deepEqual(lines(FieldList.none.with("New", "1")), ["New:1"]);
});

Deno.test("FieldList edits give a new list and leave the old one", () => {
  assert.deepEqual(lines(fields.without(["x-A"])), ["Host:a", "Accept:*/*"]);
  assert.deepEqual(lines(fields.appended("Host", "b")).at(-1), "Host:b");
  const more = [["X-B", "1"], ["Host", "b"]] as const;
  assert.deepEqual(lines(fields.appendedAll(more)), [...lines(fields), "X-B:1", "Host:b"]);
  assert.deepEqual(lines(fields.filter((name) => name === "host")), ["Host:a"]);
  assert.equal(fields.size, 4);
});

Deno.test("listMembers() drops blanks and empty members (RFC 9110 §5.6.1)", () => {
  assert.deepEqual(listMembers([" a ,b,, c", "", ",d"]), ["a", "b", "c", "d"]);
  assert.deepEqual(listMembers([]), []);
});
