import assert from "node:assert/strict";
import { lineSink } from "../../../src/observe/sink.ts";

/** A writer that takes a few bytes at a time, and only when told to go on. */
function slowWriter(perWrite: number) {
  const written: number[] = [];
  let gate = Promise.withResolvers<void>();
  return {
    text: () => new TextDecoder().decode(new Uint8Array(written)),
    open: () => gate.resolve(),
    shut: () => gate = Promise.withResolvers<void>(),
    write: async (bytes: Uint8Array) => {
      await gate.promise;
      const taken = bytes.subarray(0, perWrite);
      written.push(...taken);
      return taken.length;
    },
  };
}

Deno.test("lineSink() writes every line whole and in order, whatever a write takes", async () => {
  const writer = slowWriter(3);
  const sink = lineSink(writer);
  writer.open();
  sink.write("first");
  sink.write("zweite: ä");
  await sink.flush();
  assert.equal(writer.text(), "first\nzweite: ä\n");
});

Deno.test("lineSink() drops what a slow reader leaves no room for, and says how many", async () => {
  const writer = slowWriter(1000);
  const sink = lineSink(writer, { maxWaitingBytes: 20 });
  sink.write("0123456789");
  for (let i = 0; i < 5; i++) sink.write("abcdefghij");
  writer.open();
  await sink.flush();
  assert.equal(
    writer.text(),
    "0123456789\n(5 log lines dropped: their reader was too slow)\n",
  );
});

Deno.test("lineSink() outlives a writer that fails", async () => {
  let fail = true;
  const texts: string[] = [];
  const sink = lineSink({
    write: (bytes) => {
      if (fail) return Promise.reject(new Error("broken pipe"));
      texts.push(new TextDecoder().decode(bytes));
      return Promise.resolve(bytes.length);
    },
  });
  sink.write("lost");
  await sink.flush();
  fail = false;
  sink.write("kept");
  await sink.flush();
  assert.deepEqual(texts, ["kept\n"]);
});
