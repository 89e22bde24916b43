import assert from "node:assert/strict";
import { bytesContent } from "../../../../src/contract/content.ts";
import { CompressedFiles } from "../../../../src/modules/compression/_compressed_files.ts";

async function keep(files: CompressedFiles, name: string, bytes: number): Promise<void> {
  const content = files.keeping(name, bytes, bytesContent(new Uint8Array(bytes).fill(7)));
  while (await content.read() !== null);
}

Deno.test("CompressedFiles keeps those asked for last, up to its bytes", async () => {
  const files = new CompressedFiles(100, 60);
  await keep(files, "a", 40);
  await keep(files, "b", 40);
  assert.deepEqual(files.get("a"), new Uint8Array(40).fill(7));
  await keep(files, "c", 40);
  assert.equal(files.get("b"), undefined);
  assert.equal(files.get("a")?.length, 40);
  assert.equal(files.get("c")?.length, 40);
});

Deno.test("CompressedFiles keeps no large file, and none that was not read to its end", async () => {
  const files = new CompressedFiles(100, 60);
  await keep(files, "large", 61);
  assert.equal(files.get("large"), undefined);
  const content = files.keeping("half", 10, bytesContent(new Uint8Array(10)));
  await content.read();
  content.cancel();
  assert.equal(files.get("half"), undefined);
});
