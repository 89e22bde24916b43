import { strictEqual } from "node:assert/strict";
import type { FolderView } from "../../../../src/backend/watch/_folder_view.ts";
import { watchAssemblies } from "../../../../src/backend/shadow_copy/shadow_copy_watch.ts";
import { appConfig } from "../../../support/app_config.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

/** An application folder that holds names with a time of change. */
async function watched(isCopied = "true") {
  const clock = new FakeClock();
  const files = new Map([["App.dll", 1], ["web.config", 1]]);
  const state = { calls: 0, isReadable: true };
  const no = () => {
    throw new Error("Not asked for");
  };
  const view: FolderView = {
    names: () =>
      state.isReadable ? Promise.resolve([...files.keys()]) : Promise.reject(new Error("No")),
    stat(path) {
      const modifiedMs = files.get(path.split(/[\\/]/).at(-1) ?? "");
      const found = modifiedMs !== undefined;
      return Promise.resolve(
        found ? { isFile: true, size: 1, modifiedMs, identity: "1" } : undefined,
      );
    },
    read: no,
    watch: no,
  };
  const watch = await watchAssemblies({
    config: appConfig("/srv/app", {
      handlerSettings: [{ name: "enableShadowCopy", value: isCopied }],
    }),
    clock,
    view,
    changed: () => state.calls++,
  });
  return { clock, files, state, [Symbol.dispose]: () => watch[Symbol.dispose]() };
}

Deno.test("watchAssemblies() calls back once, 5 s after the last of several changes (ANCM C-47)", async () => {
  using at = await watched();
  await at.clock.advance(60_000);
  strictEqual(at.state.calls, 0);
  at.files.set("App.dll", 2);
  await at.clock.advance(4000);
  at.files.set("Other.dll", 2);
  await at.clock.advance(5000);
  strictEqual(at.state.calls, 0);
  await at.clock.advance(2000);
  strictEqual(at.state.calls, 1);
  await at.clock.advance(60_000);
  strictEqual(at.state.calls, 1);
  at.files.delete("Other.dll");
  await at.clock.advance(7000);
  strictEqual(at.state.calls, 2);
});

Deno.test("watchAssemblies() is not concerned with other files, nor with a folder it cannot read", async () => {
  using at = await watched();
  at.files.set("web.config", 2).set("App.dll.config", 2).set("appsettings.json", 2);
  await at.clock.advance(20_000);
  at.state.isReadable = false;
  await at.clock.advance(20_000);
  at.state.isReadable = true;
  await at.clock.advance(20_000);
  strictEqual(at.state.calls, 0);
});

Deno.test("watchAssemblies() says nothing of a change that was taken back meanwhile", async () => {
  using at = await watched();
  at.files.set("App.dll", 2);
  await at.clock.advance(3000);
  at.files.set("App.dll", 1);
  await at.clock.advance(20_000);
  strictEqual(at.state.calls, 0);
});

Deno.test("watchAssemblies() rests when it is disposed of", async () => {
  using at = await watched();
  at.files.set("App.dll", 2);
  await at.clock.advance(2000);
  at[Symbol.dispose]();
  await at.clock.advance(20_000);
  strictEqual(at.state.calls, 0);
  strictEqual(at.clock.sleeping, 0);
});

Deno.test("watchAssemblies() does not look at an application that runs from its own folder", async () => {
  using at = await watched("false");
  at.files.set("App.dll", 2);
  await at.clock.advance(20_000);
  strictEqual(at.state.calls, 0);
  strictEqual(at.clock.sleeping, 0);
});
