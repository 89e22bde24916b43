import assert from "node:assert/strict";
import type { Content } from "../../../src/contract/exchange.ts";
import { SentContent } from "../../../src/gateway/_sent_content.ts";

const quiet = { onRead() {}, onPiece() {} };

function source(...pieces: (string | Error)[]): Content {
  const buffer = new Uint8Array(100_000);
  return {
    read() {
      const piece = pieces.shift();
      if (piece instanceof Error) return Promise.reject(piece);
      if (piece === undefined) return Promise.resolve(null);
      // One buffer for all reads: bytes are valid until the next one only.
      new TextEncoder().encodeInto(piece, buffer);
      return Promise.resolve(buffer.subarray(0, piece.length));
    },
    cancel() {},
  };
}

async function textOf(content: Content): Promise<string> {
  let text = "";
  for (let piece = await content.read(); piece; piece = await content.read()) {
    text += new TextDecoder().decode(piece);
  }
  return text;
}

Deno.test("fromStart() gives again what was read, then the rest (design row R-10)", async () => {
  const sent = new SentContent(source("ab", "cd", "ef"), quiet);
  const first = sent.fromStart();
  await first.read();
  await first.read();
  assert.equal(sent.canStartAgain, true);
  assert.equal(await textOf(sent.fromStart()), "abcdef");
});

Deno.test("canStartAgain is false once more was read than is kept", async () => {
  const sent = new SentContent(source("a".repeat(60_000), "b".repeat(60_000)), quiet);
  const content = sent.fromStart();
  await content.read();
  assert.equal(sent.canStartAgain, true);
  await content.read();
  assert.equal(sent.canStartAgain, false);
});

Deno.test("failure remembers that it was the client who failed", async () => {
  const sent = new SentContent(source("ab", new Error("gone")), quiet);
  const content = sent.fromStart();
  await content.read();
  await assert.rejects(() => content.read(), /gone/);
  assert.match(String(sent.failure), /gone/);
  assert.equal(sent.canStartAgain, false);
});

Deno.test("the observer is told before and after each read of the client, not of what is kept", async () => {
  const seen: string[] = [];
  const observer = { onRead: () => seen.push("read"), onPiece: () => seen.push("piece") };
  const sent = new SentContent(source("ab"), observer);
  await sent.fromStart().read();
  await sent.fromStart().read();
  assert.deepEqual(seen, ["read", "piece"]);
});
