import assert from "node:assert/strict";
import { FileMemory } from "../../../src/modules/physical_memory.ts";
import { type FileStat, statOf } from "../../../src/modules/physical_stat.ts";

const MIB = 1024 * 1024;
const LATER_MS = Date.now() + 3_600_000;

interface Key {
  readonly stat: FileStat;
}

async function withFolder(
  body: (file: (bytes: number) => Promise<[Key, string]>) => Promise<void>,
) {
  const folder = await Deno.makeTempDir();
  let count = 0;
  try {
    await body(async (bytes) => {
      const path = `${folder}/${count++}`;
      await Deno.writeFile(path, new Uint8Array(bytes));
      return [{ stat: statOf(await Deno.stat(path)) }, path];
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function kept(memory: FileMemory<Key>, [key, path]: [Key, string]) {
  const bytes = await memory.keep(key, await Deno.open(path), LATER_MS);
  assert.ok(bytes && bytes !== "changed" && bytes.in === "memory");
  return bytes;
}

Deno.test("FileMemory counts a file until it is dropped and the last answer with it is sent", async () => {
  await withFolder(async (file) => {
    const memory = new FileMemory<Key>();
    const [key, path] = await file(1_000);
    const first = await kept(memory, [key, path]);
    const second = memory.take(key);
    assert.ok(second?.in === "memory" && second.bytes === first.bytes);
    memory.drop(key);
    memory.drop(key);
    assert.equal(memory.take(key), undefined);
    assert.equal(memory.bytes, 1_000);
    first.release();
    first.release();
    assert.equal(memory.bytes, 1_000);
    second.release();
    assert.equal(memory.bytes, 0);
  });
});

Deno.test("FileMemory makes room by dropping what nobody is being sent", async () => {
  await withFolder(async (file) => {
    const memory = new FileMemory<Key>();
    const files = [];
    for (let i = 0; i < 64; i++) files.push(await file(MIB));
    const held = await kept(memory, files[0]!);
    for (const one of files.slice(1)) (await kept(memory, one)).release();
    assert.equal(memory.bytes, 64 * MIB);
    (await kept(memory, await file(MIB))).release();
    assert.equal(memory.bytes, 64 * MIB);
    assert.ok(memory.take(files[0]![0]), "the one that is being sent is kept");
    assert.equal(memory.take(files[1]![0]), undefined);
    held.release();
  });
});

Deno.test("FileMemory reads a file once for all that ask at the same time", async () => {
  await withFolder(async (file) => {
    const memory = new FileMemory<Key>();
    const one = await file(1_000);
    const all = await Promise.all([kept(memory, one), kept(memory, one), kept(memory, one)]);
    assert.equal(new Set(all.map(({ bytes }) => bytes)).size, 1);
    assert.equal(memory.bytes, 1_000);
  });
});

Deno.test("FileMemory keeps no file that is another than the one that was seen", async () => {
  await withFolder(async (file) => {
    const memory = new FileMemory<Key>();
    const [key, path] = await file(1_000);
    for (const bytes of [999, 1_000]) {
      await Deno.writeFile(path, new Uint8Array(bytes));
      await Deno.utime(path, 1, 1);
      assert.equal(await memory.keep(key, await Deno.open(path), LATER_MS), "changed");
      assert.equal(memory.bytes, 0);
    }
  });
});

Deno.test("FileMemory leaves large files to the disk, open", async () => {
  await withFolder(async (file) => {
    const memory = new FileMemory<Key>();
    const [key, path] = await file(MIB + 1);
    using opened = await Deno.open(path);
    assert.equal(await memory.keep(key, opened, LATER_MS), undefined);
    assert.equal((await opened.stat()).size, MIB + 1);
    assert.equal(memory.bytes, 0);
  });
});
