import assert from "node:assert/strict";
import { join } from "node:path";
import {
  isPrivateFolder,
  makeRuntimeFolder,
} from "../../../../src/backend/custody/runtime_folder.ts";

const isUnix = Deno.build.os !== "windows";

function folderTest(name: string, fn: (home: string, temporary: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !isUnix,
    async fn() {
      const root = await Deno.makeTempDir();
      try {
        const [home, temporary] = [join(root, "home"), join(root, "tmp")];
        for (const path of [home, temporary]) await Deno.mkdir(path, { mode: 0o700 });
        await fn(home, temporary);
      } finally {
        await Deno.remove(root, { recursive: true });
      }
    },
  });
}

const modeOf = async (path: string) => ((await Deno.stat(path)).mode ?? 0) & 0o777;

folderTest("makeRuntimeFolder() makes a folder of mode 0700, and takes it again", async (home) => {
  const folder = await makeRuntimeFolder({ XDG_RUNTIME_DIR: home });
  assert.equal(folder, join(home, "ancm-host"));
  assert.equal(await modeOf(folder), 0o700);
  assert.equal(await makeRuntimeFolder({ XDG_RUNTIME_DIR: home }), folder);
});

folderTest(
  "makeRuntimeFolder() goes to the temporary folder where the other is missing",
  async (home, temporary) => {
    const environment = { XDG_RUNTIME_DIR: join(home, "missing"), TMPDIR: temporary };
    const folder = await makeRuntimeFolder(environment);
    assert.equal(folder, join(temporary, `ancm-host-${Deno.uid()}`));
  },
);

folderTest(
  "makeRuntimeFolder() takes no link, no file and no folder that others may enter",
  async (home, temporary) => {
    const environment = { XDG_RUNTIME_DIR: home, TMPDIR: temporary };
    const [first, second] = [join(home, "ancm-host"), join(temporary, `ancm-host-${Deno.uid()}`)];
    const elsewhere = join(home, "elsewhere");
    await Deno.mkdir(elsewhere, { mode: 0o700 });
    await Deno.symlink(elsewhere, first);
    assert.equal(await makeRuntimeFolder(environment), second);
    await Deno.chmod(second, 0o750);
    assert.equal(await makeRuntimeFolder(environment), undefined);
    await Deno.remove(second);
    await Deno.writeTextFile(second, "");
    assert.equal(await makeRuntimeFolder(environment), undefined);
  },
);

folderTest(
  "makeRuntimeFolder() makes nothing where others may rename it",
  async (home, temporary) => {
    await Deno.chmod(home, 0o777);
    const environment = { XDG_RUNTIME_DIR: home, TMPDIR: temporary };
    assert.equal(await makeRuntimeFolder(environment), join(temporary, `ancm-host-${Deno.uid()}`));
    // As /tmp is: everybody may make files, and only their owners may rename them.
    await Deno.chmod(home, 0o1777);
    assert.equal(await makeRuntimeFolder(environment), join(home, "ancm-host"));
  },
);

folderTest("isPrivateFolder() is false where there is nothing", async (home) => {
  assert.equal(await isPrivateFolder(join(home, "missing")), false);
  assert.equal(await isPrivateFolder(home), true);
});
