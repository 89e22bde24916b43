import assert from "node:assert/strict";
import { parseCommentedJson } from "../../../src/config/commented_json.ts";
import { seededTest } from "../../support/seeded_random.ts";

const READ: [text: string, value: unknown][] = [
  ['{"a": 1}', { a: 1 }],
  ['\uFEFF{"a": 1}', { a: 1 }],
  ['{ // one\n"a": /* two */ 1 }', { a: 1 }],
  ['{"a": [1, 2, ], }', { a: [1, 2] }],
  ['{"a": "// no, /* no */ ,}", }', { a: "// no, /* no */ ,}" }],
  ['{"a": "\\"//", "b": 1 // ",\n}', { a: '"//', b: 1 }],
  ["[1, /* , */ ]", [1]],
];

for (const [text, value] of READ) {
  Deno.test(`parseCommentedJson() reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseCommentedJson(text), value);
  });
}

for (const text of ["", "{", '{"a": 1 /* }', '{"a": "b}', "[1,,]", "{'a': 1}", "// only"]) {
  Deno.test(`parseCommentedJson() refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseCommentedJson(text), SyntaxError);
  });
}

const PIECES = ['"', "\\", "//", "/*", "*/", ",", "{", "}", "[", "]", "1", " ", "\n", '"a":'];

seededTest("parseCommentedJson() takes any JSON for what it is, and refuses the rest", (random) => {
  for (let round = 0; round < 3_000; round++) {
    const text = Array.from({ length: random.index(12) }, () => random.of(PIECES)).join("");
    const plain = outcome(() => JSON.parse(text));
    const read = outcome(() => parseCommentedJson(text));
    if (plain.isRead) assert.deepEqual(read, plain, text);
  }
});

function outcome(read: () => unknown): { isRead: boolean; value?: unknown } {
  try {
    return { isRead: true, value: read() };
  } catch (error) {
    assert.ok(error instanceof SyntaxError);
    return { isRead: false };
  }
}
