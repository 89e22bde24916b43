import assert from "node:assert/strict";
import {
  LONGEST_LINE,
  maskOf,
  OutputLines,
  visible,
} from "../../../../src/backend/process/output_lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const TOKEN = "5f0c1c4e-8a37-4a43-9d70-0f8f5b1f3c55";

Deno.test("OutputLines gives whole lines, however the chunks are cut", () => {
  const lines = new OutputLines("");
  assert.deepEqual(lines.push(bytes("a")), []);
  assert.deepEqual(lines.push(bytes("b\nc\r\n\nd")), ["ab", "c", ""]);
  assert.deepEqual(lines.end(), ["d"]);
});

Deno.test("OutputLines gives nothing more at the end when the last line was complete", () => {
  const lines = new OutputLines("");
  lines.push(bytes("a\n"));
  assert.deepEqual(lines.end(), []);
});

Deno.test("OutputLines masks the token when it is split over chunks, whatever its case", () => {
  for (let cut = 1; cut < TOKEN.length; cut++) {
    const lines = new OutputLines(TOKEN);
    const first = lines.push(bytes(`token ${TOKEN.slice(0, cut)}`));
    const then = lines.push(bytes(`${TOKEN.slice(cut).toUpperCase()} end\n`));
    assert.deepEqual([...first, ...then], ["token ******** end"]);
  }
});

Deno.test("OutputLines masks the token when it lies across the cut of an endless line", () => {
  for (let before = LONGEST_LINE - 40; before < LONGEST_LINE + 5; before++) {
    const lines = new OutputLines(TOKEN);
    const found: string[] = [];
    const text = "x".repeat(before) + TOKEN + "y".repeat(LONGEST_LINE);
    for (let i = 0; i < text.length; i += 7) found.push(...lines.push(bytes(text.slice(i, i + 7))));
    const all = [...found, ...lines.end()].join("");
    assert.equal(all, "x".repeat(before) + "********" + "y".repeat(LONGEST_LINE));
  }
});

Deno.test("OutputLines never gives or holds more than its longest line", () => {
  const lines = new OutputLines("");
  const found = lines.push(bytes("z".repeat(3 * LONGEST_LINE + 10)));
  assert.deepEqual(found.map((line) => line.length), [LONGEST_LINE, LONGEST_LINE, LONGEST_LINE]);
  assert.deepEqual(lines.end(), ["z".repeat(10)]);
  const whole = new OutputLines("").push(bytes("z".repeat(LONGEST_LINE + 1) + "\n"));
  assert.deepEqual(whole.map((line) => line.length), [LONGEST_LINE, 1]);
});

Deno.test("OutputLines replaces what is not UTF-8, and joins a character cut in two", () => {
  const lines = new OutputLines("");
  const euro = bytes("€\n");
  assert.deepEqual(lines.push(euro.subarray(0, 2)), []);
  assert.deepEqual(lines.push(euro.subarray(2)), ["€"]);
  assert.deepEqual(lines.push(Uint8Array.of(0x61, 0xff, 0x0a)), ["a\ufffd"]);
});

Deno.test("visible() leaves nothing that a terminal or a log reader obeys", () => {
  assert.equal(visible("\x1b[31mred\x1b]0;title\x07"), "␛[31mred␛]0;title␇");
  assert.equal(visible("a\tb\rc\x7f\x9b\u202e\u2028"), "a\tb␍c␡\ufffd\ufffd\ufffd");
});

Deno.test("maskOf() takes the secret as text, not as a pattern", () => {
  assert.equal(maskOf("a.c(")("a.c( abc( A.C("), "******** abc( ********");
  assert.equal(maskOf("")("text"), "text");
});
