import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { formatProblem, ProblemList } from "../../../src/config/problem.ts";
import { decodeText } from "../../../src/config/text.ts";

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

function decode(bytes: Uint8Array): [text: string | undefined, problems: string[]] {
  const problems = new ProblemList();
  const text = decodeText(bytes, "f", problems);
  return [text, problems.sorted().map(formatProblem)];
}

Deno.test("decodeText() reads UTF-8 and UTF-16 by their marks, line ends as one (ANCM C-60)", () => {
  const text = "<a>ß😀\n\n</a>\n";
  const written = "<a>ß😀\r\n\r</a>\n";
  for (
    const bytes of [
      new TextEncoder().encode(written),
      new TextEncoder().encode(`\ufeff${written}`),
      utf16(`\ufeff${written}`, true),
      utf16(`\ufeff${written}`, false),
    ]
  ) deepStrictEqual(decode(bytes), [text, []]);
});

Deno.test("decodeText() reports bytes that are not UTF-8 at their line and column", () => {
  const bytes = Uint8Array.of(0x61, 0x0a, 0xc3, 0xb6, 0x62, 0xff, 0x0a);
  deepStrictEqual(decode(bytes), [undefined, ["f:2:3: Not valid UTF-8; save the file as UTF-8"]]);
});

Deno.test("decodeText() reports UTF-16 that is broken or has no mark", () => {
  deepStrictEqual(decode(utf16("\ufeff\ud800", true))[1], [
    "f: Not valid UTF-16; save the file as UTF-8",
  ]);
  deepStrictEqual(decode(Uint8Array.of(0xfe, 0xff, 0))[1], [
    "f: Not valid UTF-16; save the file as UTF-8",
  ]);
  for (const littleEndian of [true, false]) {
    deepStrictEqual(decode(utf16("<a/>", littleEndian))[1], [
      "f: UTF-16 without a byte order mark; save the file as UTF-8",
    ]);
  }
});

Deno.test("decodeText() takes four million line ends in its stride", () => {
  strictEqual(decode(new Uint8Array(4_000_000).fill(0x0d))[0]?.length, 4_000_000);
});
