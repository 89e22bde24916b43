import assert from "node:assert/strict";
import { type FieldLine, FieldList } from "../../../../src/http1/fields.ts";
import { httpDateSeconds } from "../../../../src/modules/static_files/http_date.ts";
import {
  isRangeWanted,
  judgeConditions,
} from "../../../../src/modules/static_files/preconditions.ts";

const MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";
const EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT";
const LATER = "Sun, 06 Nov 1994 08:49:38 GMT";
const modifiedS = Date.UTC(1994, 10, 6, 8, 49, 37) / 1000;
const FILE = { etag: '"a:1"', modifiedS };

const CASES: readonly [what: string, lines: readonly FieldLine[], verdict: string][] = [
  ["no condition", [], "send"],
  ["If-Match that names it", [["If-Match", '"x", "a:1"']], "send"],
  ["If-Match of any", [["If-Match", "*"]], "send"],
  ["If-Match of another", [["If-Match", '"x"']], "failed"],
  ["a weak If-Match", [["If-Match", 'W/"a:1"']], "failed"],
  ["an unreadable If-Match", [["If-Match", "a:1"]], "failed"],
  ["If-Match on two lines", [["If-Match", '"x"'], ["if-match", '"a:1"']], "send"],
  ["If-Unmodified-Since its time", [["If-Unmodified-Since", MODIFIED]], "send"],
  ["If-Unmodified-Since before", [["If-Unmodified-Since", EARLIER]], "failed"],
  ["an unreadable If-Unmodified-Since", [["If-Unmodified-Since", "yesterday"]], "send"],
  ["If-Match before If-Unmodified-Since", [
    ["If-Match", '"a:1"'],
    ["If-Unmodified-Since", EARLIER],
  ], "send"],
  ["If-None-Match that names it", [["If-None-Match", '"a:1"']], "not-modified"],
  ["a weak If-None-Match", [["If-None-Match", '"x",W/"a:1"']], "not-modified"],
  ["If-None-Match of any", [["If-None-Match", "*"]], "not-modified"],
  ["If-None-Match of others", [["If-None-Match", '"x", "a:"']], "send"],
  ["If-Modified-Since its time", [["If-Modified-Since", MODIFIED]], "not-modified"],
  ["If-Modified-Since later", [["If-Modified-Since", LATER]], "not-modified"],
  ["If-Modified-Since before", [["If-Modified-Since", EARLIER]], "send"],
  ["an unreadable If-Modified-Since", [["If-Modified-Since", "0"]], "send"],
  ["If-None-Match before If-Modified-Since", [
    ["If-None-Match", '"x"'],
    ["If-Modified-Since", LATER],
  ], "send"],
  ["a failed If-Match before If-None-Match", [
    ["If-None-Match", '"a:1"'],
    ["If-Match", '"x"'],
  ], "failed"],
];

for (const [what, lines, verdict] of CASES) {
  Deno.test(`judgeConditions() says "${verdict}" for ${what} (IIS M-SC-5, RFC 9110 §13.2.2)`, () => {
    assert.equal(judgeConditions(new FieldList(lines), FILE), verdict);
  });
}

Deno.test("judgeConditions() matches no tag of a file without one, but any", () => {
  const file = { modifiedS };
  assert.equal(judgeConditions(new FieldList([["If-None-Match", '"a:1"']]), file), "send");
  assert.equal(judgeConditions(new FieldList([["If-Match", '"a:1"']]), file), "failed");
  assert.equal(judgeConditions(new FieldList([["If-Match", "*"]]), file), "send");
});

const RANGES: readonly [condition: string | undefined, isWanted: boolean][] = [
  [undefined, true],
  ['"a:1"', true],
  ['W/"a:1"', false],
  ['"x"', false],
  [MODIFIED, true],
  [EARLIER, false],
  [LATER, false],
  ["a:1", false],
];

for (const [condition, isWanted] of RANGES) {
  Deno.test(`isRangeWanted() is ${isWanted} for If-Range ${condition} (RFC 9110 §13.1.5)`, () => {
    const fields = new FieldList(condition === undefined ? [] : [["If-Range", condition]]);
    assert.equal(isRangeWanted(fields, FILE, modifiedS + 10), isWanted);
  });
}

Deno.test("isRangeWanted() trusts no date of the second that is now (RFC 9110 §8.8.2.2)", () => {
  assert.equal(isRangeWanted(new FieldList([["If-Range", MODIFIED]]), FILE, modifiedS), false);
});

Deno.test("httpDateSeconds() reads the three forms and nothing else (RFC 9110 §5.6.7)", () => {
  for (const text of [MODIFIED, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]) {
    assert.equal(httpDateSeconds(text), modifiedS, text);
  }
  for (
    const text of ["", "1994-11-06", "Sun, 06 Nov 1994 08:49:37", "Sun, 66 Nov 1994 08:49:37 GMT"]
  ) {
    assert.equal(httpDateSeconds(text), undefined, text);
  }
});
