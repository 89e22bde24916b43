import assert from "node:assert/strict";
import type { Content } from "../../../../src/contract/exchange.ts";
import type { FileBytes } from "../../../../src/modules/physical_memory.ts";
import { fileContent } from "../../../../src/modules/static_files/file_content.ts";

const BYTES = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7 & 255);
const NOTHING = new Uint8Array(0);
const encode = (text: string) => new TextEncoder().encode(text);

async function withFile(body: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, BYTES);
    await body(path);
  } finally {
    await Deno.remove(path);
  }
}

async function all(content: Content): Promise<Uint8Array> {
  const pieces: BlobPart[] = [];
  for (let piece = await content.read(); piece; piece = await content.read()) {
    pieces.push(piece.slice());
  }
  return await new Blob(pieces).bytes();
}

function isClosed(file: Deno.FsFile): boolean {
  try {
    file.statSync();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.BadResource;
  }
}

const SOURCES: Readonly<Record<string, (path: string) => Promise<FileBytes>>> = {
  memory: () => Promise.resolve({ in: "memory", bytes: BYTES, release() {} }),
  file: async (path) => ({ in: "file", file: await Deno.open(path) }),
};

for (const [name, open] of Object.entries(SOURCES)) {
  Deno.test(`fileContent() gives parts of a ${name} with what is around them (IIS M-SC-5)`, async () => {
    await withFile(async (path) => {
      const content = fileContent(await open(path), {
        parts: [
          { before: encode("one"), from: 199_990, to: 200_000 },
          { before: encode("two"), from: 3, to: 150_003 },
        ],
        after: encode("end"),
      });
      const wanted = Uint8Array.from([
        ...encode("one"),
        ...BYTES.subarray(199_990),
        ...encode("two"),
        ...BYTES.subarray(3, 150_003),
        ...encode("end"),
      ]);
      assert.equal(content.length, wanted.length);
      assert.deepEqual(await all(content), wanted);
      assert.equal(content.state?.(), "end");
    });
  });
}

Deno.test("fileContent() closes the file at the end", async () => {
  await withFile(async (path) => {
    const file = await Deno.open(path);
    const content = fileContent({ in: "file", file }, {
      parts: [{ before: NOTHING, from: 0, to: 5 }],
    });
    assert.deepEqual(await all(content), BYTES.slice(0, 5));
    assert.ok(isClosed(file));
    content.cancel();
  });
});

Deno.test("fileContent() closes the file when it is cancelled, before, between and while reading", async () => {
  await withFile(async (path) => {
    const parts = [{ before: NOTHING, from: 0, to: BYTES.length }];
    const unread = await Deno.open(path);
    fileContent({ in: "file", file: unread }, { parts }).cancel();
    assert.ok(isClosed(unread));

    const between = await Deno.open(path);
    const read = fileContent({ in: "file", file: between }, { parts });
    await read.read();
    read.cancel();
    assert.ok(isClosed(between));
    assert.equal(await read.read(), null);

    const reading = await Deno.open(path);
    const content = fileContent({ in: "file", file: reading }, { parts });
    const piece = content.read();
    content.cancel();
    content.cancel();
    assert.equal(await piece, null);
    assert.ok(isClosed(reading));
  });
});

Deno.test("fileContent() fails where the file has become shorter, and gives no byte too many where longer", async () => {
  await withFile(async (path) => {
    const parts = [{ before: NOTHING, from: 0, to: BYTES.length }];
    const shorter = await Deno.open(path);
    const content = fileContent({ in: "file", file: shorter }, { parts });
    await content.read();
    await Deno.truncate(path, 100_000);
    await assert.rejects(all(content), /shorter/);
    assert.ok(isClosed(shorter));

    const longer = await Deno.open(path);
    const whole = fileContent({ in: "file", file: longer }, {
      parts: [{ before: NOTHING, from: 0, to: 100_000 }],
    });
    await whole.read();
    await Deno.writeFile(path, BYTES);
    assert.equal((await all(whole)).length, 100_000 - 64 * 1024);
  });
});

Deno.test("fileContent() gives memory back once, at the end or when it is cancelled", async () => {
  for (const finish of ["read", "cancel"] as const) {
    let released = 0;
    const bytes = encode("text");
    const content = fileContent(
      { in: "memory", bytes, release: () => released++ },
      { parts: [{ before: NOTHING, from: 0, to: 4 }], file: "name" },
    );
    assert.equal(content.file, "name");
    assert.equal(content.state?.(), "bytes");
    assert.deepEqual(await content.read(), bytes);
    assert.equal(released, 0);
    if (finish === "read") await content.read();
    else content.cancel();
    assert.equal(released, 1);
    assert.equal(await content.read(), null);
  }
});
