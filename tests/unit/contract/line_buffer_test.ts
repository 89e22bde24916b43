import { deepStrictEqual, notStrictEqual, strictEqual } from "node:assert/strict";
import { BLOCK_BYTES, type LineBlock, LineBuffer } from "../../../src/contract/line_buffer.ts";

function buffer(maxBytes: number) {
  const gaps: number[] = [];
  const lines = new LineBuffer({
    maxBytes,
    gapLine: (count) => `gap ${count}`,
    onGap: (count) => gaps.push(count),
  });
  return { lines, gaps };
}

function textOf(block: LineBlock | undefined): string | undefined {
  return block && new TextDecoder().decode(block.bytes.subarray(0, block.used));
}

/** Everything that waits. */
function drain(lines: LineBuffer): string {
  let text = "";
  for (let block = lines.next(); block; block = lines.next()) text += textOf(block);
  return text;
}

Deno.test("LineBuffer.next() gives whole lines in order, once", () => {
  const { lines } = buffer(1000);
  for (const line of ["a", "", "größer €", "𝄞"]) lines.push(line);
  const block = lines.next();
  strictEqual(textOf(block), "a\n\ngrößer €\n𝄞\n");
  strictEqual(block?.lines, 4);
  strictEqual(lines.next(), undefined);
});

Deno.test("LineBuffer.next() divides no line between blocks, however long it is", () => {
  const { lines } = buffer(10 * BLOCK_BYTES);
  const long = "€".repeat(BLOCK_BYTES);
  const written = [..."ab", long, ...Array.from({ length: 9 }, (_, i) => `${i}`.repeat(20_000))];
  for (const line of written) lines.push(line);
  let text = "";
  for (let block = lines.next(); block; block = lines.next()) {
    const part = textOf(block) ?? "";
    strictEqual(part.at(-1), "\n");
    strictEqual(part.split("\n").length - 1, block.lines);
    text += part;
  }
  strictEqual(text, written.join("\n") + "\n");
});

Deno.test("LineBuffer.push() drops what passes the bound and says in its place how many lines", () => {
  const { lines, gaps } = buffer(20);
  for (let i = 0; i < 9; i++) lines.push(`line ${i}`);
  strictEqual(drain(lines), "line 0\nline 1\ngap 7\n");
  deepStrictEqual(gaps, [7]);
  lines.push("after");
  strictEqual(drain(lines), "after\n");
});

Deno.test("LineBuffer.push() takes lines again only when half of the bound is free", () => {
  const { lines, gaps } = buffer(3 * BLOCK_BYTES);
  const line = "x".repeat(BLOCK_BYTES / 2); // one a block, as it might be three bytes a unit
  for (let i = 0; i < 8; i++) lines.push(line);
  lines.next();
  lines.push("too soon");
  deepStrictEqual(gaps, []);
  for (let i = 0; i < 4; i++) lines.next();
  lines.push("now");
  deepStrictEqual(gaps, [4]);
  strictEqual(textOf(lines.next())?.slice(-10), "gap 4\nnow\n");
});

Deno.test("LineBuffer.reuse() spares the making of another block", () => {
  const { lines } = buffer(1000);
  lines.push("one");
  const first = lines.next() as LineBlock;
  lines.reuse(first);
  lines.push("two");
  const second = lines.next();
  strictEqual(second?.bytes, first.bytes);
  strictEqual(textOf(second), "two\n");
  lines.push("three");
  notStrictEqual(lines.next()?.bytes, first.bytes);
});

Deno.test("LineBuffer.discard() counts what waits and what was dropped", () => {
  const { lines } = buffer(14);
  for (let i = 0; i < 5; i++) lines.push(`line ${i}`);
  strictEqual(lines.discard(), 5);
  strictEqual(lines.next(), undefined);
  lines.push("new");
  strictEqual(drain(lines), "new\n");
});
