import assert from "node:assert/strict";
import { splitArguments } from "../../../../src/backend/launch/windows_arguments.ts";

const CASES: readonly [raw: string, expected: readonly string[]][] = [
  ["", []],
  ["  \t ", []],
  ["a b", ["a", "b"]],
  ["a\tb", ["a", "b"]],
  ["  a   b  ", ["a", "b"]],
  [".\\My App.dll --x=1", [".\\My", "App.dll", "--x=1"]],
  ['".\\My App.dll" --x=1', [".\\My App.dll", "--x=1"]],
  ['a"b c"d', ["ab cd"]],
  ['""', [""]],
  ['a "" b', ["a", "", "b"]],
  ['"a""b"', ['a"b']],
  ['"a"" b"', ['a" b']],
  ['"a""" b', ['a"', "b"]],
  ['a""b', ["ab"]],
  ['\\"a b', ['"a', "b"]],
  ['"a\\"b c"', ['a"b c']],
  ['a\\\\"b c"', ["a\\b c"]],
  ['a\\\\\\"b c', ['a\\"b', "c"]],
  ['"C:\\Program Files\\\\" x', ["C:\\Program Files\\", "x"]],
  ["C:\\a\\b", ["C:\\a\\b"]],
  ["\\\\server\\share", ["\\\\server\\share"]],
  ["a\\", ["a\\"]],
  ['"never closed  x', ["never closed  x"]],
  ["'single quotes' mean nothing", ["'single", "quotes'", "mean", "nothing"]],
  ["$HOME `id` ;|&", ["$HOME", "`id`", ";|&"]],
  ["a\nb", ["a\nb"]],
];

for (const [raw, expected] of CASES) {
  Deno.test(`splitArguments() splits ${JSON.stringify(raw)} as Windows programs do (ANCM C-55)`, () => {
    assert.deepEqual(splitArguments(raw), expected);
  });
}

Deno.test("splitArguments() ends and keeps every plain character whatever it is given", () => {
  let seed = 42;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % below;
  for (let round = 0; round < 3000; round++) {
    let raw = "";
    for (let i = random(30); i > 0; i--) raw += 'ab \t"\\'.charAt(random(6));
    const letters = (text: string) => text.replace(/[^ab]/g, "");
    assert.equal(letters(splitArguments(raw).join("")), letters(raw), raw);
  }
});
