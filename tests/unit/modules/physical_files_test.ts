import assert from "node:assert/strict";
import { HostError } from "../../../src/contract/host_error.ts";
import { fileError, isAbsent } from "../../../src/modules/physical_error.ts";
import { PhysicalFiles } from "../../../src/modules/physical_files.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { HOSTILE_PATHS, LINKS, SECRET, SECRET_FILES } from "../../support/hostile_paths.ts";

/** A clock whose date is so late that every file counts as long unchanged. */
class LateClock extends FakeClock {
  override date(): Date {
    return new Date(Date.now() + 3_600_000);
  }
}

async function withFolder(
  body: (stage: { root: string; files: PhysicalFiles; clock: FakeClock }) => Promise<void>,
  clock: FakeClock = new LateClock(),
): Promise<void> {
  const above = await Deno.realPath(await Deno.makeTempDir());
  const root = `${above}/app`;
  try {
    for (const file of SECRET_FILES) {
      await Deno.mkdir(`${above}/${file}`.replace(/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${above}/${file}`, SECRET);
    }
    for (const [name, to] of LINKS) await Deno.symlink(to, `${root}/${name}`);
    await Deno.writeTextFile(`${root}/a.txt`, "text");
    await body({ root, files: new PhysicalFiles({ root, clock }), clock });
  } finally {
    await Deno.remove(above, { recursive: true });
  }
}

async function text(files: PhysicalFiles, path: string): Promise<string | undefined> {
  const entry = await files.look(path);
  const bytes = entry && await files.bytes(entry);
  if (!bytes) return undefined;
  if (bytes.in === "memory") {
    bytes.release();
    return new TextDecoder().decode(bytes.bytes);
  }
  bytes.file.close();
  return "(from the disk)";
}

Deno.test("look() tells files, folders and nothing (IIS M-SC-9)", async () => {
  await withFolder(async ({ root, files }) => {
    const kinds = async (...paths: string[]) =>
      await Promise.all(paths.map(async (path) => (await files.look(path))?.kind));
    assert.deepEqual(await kinds("/", "/a.txt", "/sub", "/sub/"), [
      "Directory",
      "File",
      "Directory",
      "Directory",
    ]);
    const none = ["/b.txt", "/a.txt/", "/a.txt/b", "/sub/b", "//a.txt", `/${"x".repeat(300)}`];
    assert.deepEqual(await kinds(...none), none.map(() => undefined));
    assert.equal((await files.look("/a.txt"))?.real, `${root}/a.txt`);
  });
});

Deno.test("look() follows a link within the folder, and none out of it", async () => {
  await withFolder(async ({ root, files }) => {
    await Deno.mkdir(`${root}/..2024_01`);
    await Deno.writeTextFile(`${root}/..2024_01/b.txt`, "linked");
    await Deno.symlink("..2024_01", `${root}/current`);
    assert.equal((await files.look("/current/b.txt"))?.verdict, "plain");
    assert.equal(await text(files, "/current/b.txt"), "linked");
    assert.equal(await files.look("/linked.txt"), undefined);
    assert.equal(await files.look("/linked/secret.txt"), undefined);
    assert.equal(await files.look("/sub/up/outside.txt"), undefined);
    assert.equal((await files.look("/innocent.txt"))?.verdict, "withheld");
    assert.equal((await files.look("/open/secret.txt"))?.verdict, "withheld");
  });
});

Deno.test("look() waits for the disk once in a quarter of a second", async () => {
  await withFolder(async ({ root, files, clock }) => {
    const entry = await files.look("/a.txt");
    assert.ok(entry && files.look("/a.txt") === entry);
    assert.equal(files.kindOf("/a.txt"), "File");
    await Deno.writeTextFile(`${root}/a.txt`, "longer text");
    assert.equal(files.look("/a.txt"), entry);
    await clock.advance(250);
    const looking = files.look("/a.txt");
    assert.equal(looking, files.look("/a.txt"));
    assert.equal((await looking)?.stat.bytes, 11);
    assert.equal(await text(files, "/a.txt"), "longer text");
  });
});

Deno.test("bytes() are those in memory until the file changes", async () => {
  await withFolder(async ({ root, files, clock }) => {
    assert.equal(await text(files, "/a.txt"), "text");
    const entry = await files.look("/a.txt");
    assert.ok(entry && !(files.bytes(entry) instanceof Promise));
    await clock.advance(250);
    assert.equal(await files.look("/a.txt"), entry);
    assert.ok(!(files.bytes(entry) instanceof Promise));

    await Deno.remove(`${root}/a.txt`);
    await Deno.writeTextFile(`${root}/a.txt`, "next");
    await clock.advance(250);
    assert.notEqual(await files.look("/a.txt"), entry);
    assert.equal(await text(files, "/a.txt"), "next");
  });
});

Deno.test("bytes() of a file that was just written are read again: it may change unseen", async () => {
  const now = new class extends FakeClock {
    override date(): Date {
      return new Date();
    }
  }();
  await withFolder(async ({ files, clock }) => {
    assert.equal(await text(files, "/a.txt"), "text");
    const entry = await files.look("/a.txt");
    await clock.advance(250);
    const next = await files.look("/a.txt");
    assert.ok(next && next !== entry);
    assert.ok(files.bytes(next) instanceof Promise);
    assert.equal(await text(files, "/a.txt"), "text");
  }, now);
});

Deno.test("bytes() gives no file that has taken the place of the one that was seen", async () => {
  await withFolder(async ({ root, files }) => {
    const entry = await files.look("/a.txt");
    assert.ok(entry);
    await Deno.remove(`${root}/a.txt`);
    await Deno.symlink("../outside.txt", `${root}/a.txt`);
    assert.equal(await files.bytes(entry), undefined);
    assert.equal(await files.look("/a.txt"), undefined);
  });
});

Deno.test("bytes() gives no large file that is another than the one that was seen", async () => {
  await withFolder(async ({ root, files }) => {
    await Deno.writeFile(`${root}/large.txt`, new Uint8Array(1024 * 1024 + 1));
    const entry = await files.look("/large.txt");
    assert.ok(entry);
    await Deno.rename(`${root}/large.txt`, `${root}/old.txt`);
    await Deno.writeFile(`${root}/large.txt`, new Uint8Array(1024 * 1024 + 1));
    assert.equal(await files.bytes(entry), undefined);
  });
});

Deno.test("bytes() gives no file of a folder that was replaced by a link", async () => {
  await withFolder(async ({ root, files }) => {
    await Deno.mkdir(`${root}/folder`);
    await Deno.writeTextFile(`${root}/folder/secret.txt`, SECRET);
    const entry = await files.look("/folder/secret.txt");
    assert.ok(entry);
    // The very same file, but no longer within the application folder.
    await Deno.rename(`${root}/folder`, `${root}/../moved`);
    await Deno.symlink("../moved", `${root}/folder`);
    assert.equal(await files.bytes(entry), undefined);
  });
});

Deno.test("bytes() of a large file come from the disk", async () => {
  await withFolder(async ({ root, files }) => {
    await Deno.writeFile(`${root}/large.txt`, new Uint8Array(1024 * 1024 + 1));
    assert.equal(await text(files, "/large.txt"), "(from the disk)");
  });
});

Deno.test("bytes() come from the disk while answers hold all the memory there is", async () => {
  await withFolder(async ({ root, files }) => {
    const names = Array.from({ length: 65 }, (_, i) => `/${i}.txt`);
    for (const name of names) await Deno.writeFile(root + name, new Uint8Array(1024 * 1024));
    const held = [];
    for (const name of names.slice(0, 64)) {
      const entry = await files.look(name);
      const bytes = entry && await files.bytes(entry);
      assert.ok(bytes?.in === "memory");
      held.push(bytes);
    }
    assert.equal(await text(files, "/64.txt"), "(from the disk)");
    for (const { release } of held) release();
    assert.notEqual(await text(files, "/64.txt"), "(from the disk)");
  });
});

Deno.test("kindOf() takes what cannot be looked at for nothing (IIS M-HD-6)", async () => {
  await withFolder(async ({ root, files }) => {
    assert.equal(await files.kindOf("/a.txt"), "File");
    assert.equal(await files.kindOf("/b.txt"), undefined);
    await Deno.symlink("loop.txt", `${root}/loop.txt`);
    assert.equal(await files.kindOf("/loop.txt"), undefined);
  });
});

Deno.test("fileError() tells what the host may not read from what is broken", () => {
  assert.equal(fileError(new Deno.errors.PermissionDenied("no"), "/a").code, "file-unreadable");
  const broken = fileError(Object.assign(new Error("i/o"), { code: "EIO" }), "/a");
  assert.equal(broken.code, "file-broken");
  assert.match(broken.message, /"\/a": EIO/);
  const own = new HostError("file-hidden", "Hidden");
  assert.equal(fileError(own, "/a"), own);
  assert.ok(isAbsent(Object.assign(new Error("long"), { code: "ENAMETOOLONG" })));
  assert.ok(!isAbsent(Object.assign(new Error("i/o"), { code: "EIO" })));
});

Deno.test("no hostile path that request filtering lets through finds a secret (IIS M-RF-1)", async () => {
  await withFolder(async ({ files }) => {
    const tried = HOSTILE_PATHS.filter(({ by }) => by === "files");
    assert.ok(tried.length > 10);
    for (const { target } of tried) {
      const path = decodeURIComponent(target.replace(/\?.*/, ""));
      const entry = await files.look(path);
      const isServed = entry?.kind === "File" && entry.verdict === "plain";
      assert.ok(!isServed, target);
    }
  });
});
