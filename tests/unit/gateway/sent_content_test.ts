import assert from "node:assert/strict";
import { bytesContent } from "../../../src/contract/content.ts";
import type { Content } from "../../../src/contract/exchange.ts";
import { SentContent } from "../../../src/gateway/_sent_content.ts";

const quiet = { askClient() {}, heardClient() {} };
const KEPT = 64 * 1_024;

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
  const sent = new SentContent(source("ab", "cd", "ef"), quiet, KEPT);
  const first = sent.fromStart();
  await first.read();
  await first.read();
  assert.equal(sent.canStartAgain, true);
  assert.equal(await textOf(sent.fromStart()), "abcdef");
});

Deno.test("canStartAgain is false once more was read than is kept", async () => {
  const sent = new SentContent(source("a".repeat(60_000), "b".repeat(60_000)), quiet, KEPT);
  const content = sent.fromStart();
  await content.read();
  assert.equal(sent.canStartAgain, true);
  await content.read();
  assert.equal(sent.canStartAgain, false);
});

Deno.test("failure remembers that it was the client who failed", async () => {
  const sent = new SentContent(source("ab", new Error("gone")), quiet, KEPT);
  const content = sent.fromStart();
  await content.read();
  await assert.rejects(() => content.read(), /gone/);
  assert.match(String(sent.failure), /gone/);
  assert.equal(sent.canStartAgain, false);
});

Deno.test("the observer is told before and after each read of the client, not of what is kept", async () => {
  const seen: string[] = [];
  const observer = {
    askClient: () => seen.push("read"),
    heardClient: () => seen.push("piece"),
  };
  const sent = new SentContent(source("ab"), observer, KEPT);
  await sent.fromStart().read();
  await sent.fromStart().read();
  assert.deepEqual(seen, ["read", "piece"]);
});

Deno.test("canStartAgain is true without keeping anything as long as nothing was read", async () => {
  const sent = new SentContent(source("ab"), quiet, 0);
  const content = sent.fromStart();
  assert.equal(sent.canStartAgain, true);
  await content.read();
  assert.equal(sent.canStartAgain, false);
});

Deno.test("state() tells of what is kept, then of the source; absent where the source has none", async () => {
  const bytes = new SentContent(bytesContent(new Uint8Array(3)), quiet, KEPT);
  const first = bytes.fromStart();
  assert.equal(first.state?.(), "bytes");
  await first.read();
  assert.equal(first.state?.(), "end");
  assert.equal(bytes.fromStart().state?.(), "bytes");
  assert.equal(new SentContent(source("a"), quiet, KEPT).fromStart().state, undefined);
});

Deno.test("end() cancels a source that was not read to its end, and only that", async () => {
  for (const whole of [true, false]) {
    let cancelled = 0;
    const sent = new SentContent({ ...source("ab"), cancel: () => cancelled++ }, quiet, 0);
    const content = sent.fromStart();
    await content.read();
    if (whole) await content.read();
    content.cancel();
    assert.equal(cancelled, 0, "it may be wanted again");
    sent.end();
    assert.equal(cancelled, whole ? 0 : 1);
  }
});
