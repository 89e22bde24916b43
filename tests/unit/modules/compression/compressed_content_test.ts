import assert from "node:assert/strict";
import { FieldList } from "../../../../src/http1/fields.ts";
import type { Coding } from "../../../../src/modules/compression/_accept_encoding.ts";
import { CompressedContent } from "../../../../src/modules/compression/_compressed_content.ts";
import { Encoder } from "../../../../src/modules/compression/_encoder.ts";
import { decoded, PartDecoder } from "../../../support/decoded.ts";
import { turn } from "../../../support/fake_clock.ts";
import { type FedContent, fedContent } from "../../../support/fed_content.ts";
import { seededTest } from "../../../support/seeded_random.ts";

const CODINGS: readonly Coding[] = ["br", "zstd", "gzip"];

function compressed(source: FedContent, coding: Coding): CompressedContent {
  return new CompressedContent(source, new Encoder({ coding, level: 0 }));
}

async function readAll(content: CompressedContent): Promise<Uint8Array> {
  const pieces: number[] = [];
  for (let piece = await content.read(); piece; piece = await content.read()) pieces.push(...piece);
  return Uint8Array.from(pieces);
}

for (const coding of CODINGS) {
  Deno.test(`CompressedContent gives ${coding} that decodes to its source, trailers too`, async () => {
    const source = fedContent();
    for (const piece of ["a".repeat(70_000), "", "b".repeat(200_000), "c"]) source.give(piece);
    source.end(new FieldList([["X-T", "1"]]));
    const content = compressed(source, coding);
    const text = decoded(coding, await readAll(content));
    assert.equal(text, "a".repeat(70_000) + "b".repeat(200_000) + "c");
    assert.equal(content.state(), "end");
    assert.equal(content.trailers()?.get("X-T"), "1");
    assert.equal(Encoder.busy, 0);
  });

  Deno.test(`CompressedContent passes each ${coding} event on before its source goes on (IIS M-CO-6)`, async () => {
    const source = fedContent();
    const content = compressed(source, coding);
    using decoder = new PartDecoder(coding);
    for (const event of ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]) {
      source.give(event);
      while (!decoder.text.endsWith(event)) {
        const piece = await content.read();
        assert.ok(piece);
        await decoder.take(piece);
      }
    }
    content.cancel();
  });

  Deno.test(`CompressedContent of ${coding} breaks off where its source does`, async () => {
    const source = fedContent();
    const content = compressed(source, coding);
    source.give("half of it");
    source.fail(new Error("gone"));
    await assert.rejects(async () => {
      while (await content.read() !== null);
    }, /gone/);
    await assert.rejects(() => content.read(), /gone/);
    assert.equal(Encoder.busy, 0);
  });
}

Deno.test("CompressedContent reads no more of its source than it is read", async () => {
  const source = fedContent();
  for (let i = 0; i < 8; i++) source.give(crypto.getRandomValues(new Uint8Array(65_536)));
  const content = compressed(source, "gzip");
  await content.read();
  for (let i = 0; i < 10; i++) await turn();
  assert.ok(source.reads <= 2, `${source.reads} reads`);
  content.cancel();
});

Deno.test("CompressedContent says bytes as long as it can give some without waiting", async () => {
  const source = fedContent();
  const content = compressed(source, "zstd");
  assert.equal(content.state(), "waiting");
  source.give("x");
  assert.equal(content.state(), "bytes");
  await content.read();
  assert.equal(content.state(), "waiting");
  source.end();
  assert.equal(content.state(), "bytes");
  await readAll(content);
  assert.equal(content.state(), "end");
});

Deno.test("CompressedContent cancels its source, and gives no end afterwards", async () => {
  const source = fedContent();
  const content = compressed(source, "br");
  const reading = content.read();
  await turn();
  content.cancel("left");
  content.cancel();
  assert.deepEqual(source.cancelled, { reason: "left" });
  await assert.rejects(reading);
  await assert.rejects(() => content.read());
  assert.equal(Encoder.busy, 0);
});

Deno.test("CompressedContent cancelled within a step of its encoder ends that step", async () => {
  const source = fedContent();
  const content = compressed(source, "gzip");
  source.give(crypto.getRandomValues(new Uint8Array(65_536)));
  const reading = content.read();
  await Promise.resolve(); // the piece is with the encoder now, whose work is done in a later turn
  await Promise.resolve();
  content.cancel(new Error("left"));
  await assert.rejects(reading, /left/);
  assert.equal(Encoder.busy, 0);
});

seededTest("CompressedContent decodes to its source however that comes", async (random) => {
  for (let round = 0; round < 60; round++) {
    const coding = random.of(CODINGS);
    const source = fedContent();
    const content = compressed(source, coding);
    let text = "";
    for (let n = random.index(6); n > 0; n--) {
      const piece = "lorem ipsum ".repeat(random.index(9_000)).slice(random.index(40));
      text += piece;
      source.give(piece);
      if (random.index(3) === 0) source.give("");
    }
    source.end();
    assert.equal(decoded(coding, await readAll(content)), text);
  }
  assert.equal(Encoder.busy, 0);
});
