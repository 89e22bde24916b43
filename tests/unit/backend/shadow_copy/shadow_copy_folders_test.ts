import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { ShadowCopyFolders } from "../../../../src/backend/shadow_copy/_shadow_copy_folders.ts";
import type { StartFault } from "../../../../src/backend/process/failure.ts";
import { appConfig } from "../../../support/app_config.ts";
import { eventLog } from "../../../support/events.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

async function site(settings: Record<string, string> = {}) {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  const root = `${dir}/app`;
  await Deno.mkdir(root);
  await Deno.writeTextFile(`${root}/App.dll`, "one");
  const log = eventLog();
  const handlerSettings = Object.entries(settings).map(([name, value]) => ({ name, value }));
  return {
    dir,
    root,
    log,
    config: appConfig(root, { handlerSettings }),
    copies: () =>
      new ShadowCopyFolders({
        isWindows: Deno.build.os === "windows",
        clock: new FakeClock(),
        report: log.report,
      }),
    isThere: (path: string) => Deno.stat(`${dir}/${path}`).then(() => true, () => false),
    async [Symbol.asyncDispose]() {
      await Deno.remove(dir, { recursive: true });
    },
  };
}

Deno.test("next() copies to 0, 1 and so on in ShadowCopyDirectory, without that and the stdout log (ANCM C-47)", async () => {
  await using at = await site();
  const copies = at.copies();
  await Deno.writeTextFile(`${at.root}/aspnetcore-stdout_20200101000000_1.log`, "large");
  const first = await copies.next(at.config);
  strictEqual(first, `${at.root}/ShadowCopyDirectory/0`);
  await Deno.writeTextFile(`${at.root}/App.dll`, "two");
  const second = await copies.next(at.config);
  strictEqual(second, `${at.root}/ShadowCopyDirectory/1`);
  strictEqual(await Deno.readTextFile(`${first}/App.dll`), "one");
  strictEqual(await Deno.readTextFile(`${second}/App.dll`), "two");
  const names = (await Array.fromAsync(Deno.readDir(second))).map(({ name }) => name).sort();
  deepStrictEqual(names, [".ancm-host-shadow-copy", "App.dll"]);
  deepStrictEqual(at.log.names(), ["- shadow-copy-made", "- shadow-copy-made"]);
  deepStrictEqual(at.log.events[0]?.facts, { folder: first, files: 1, bytes: 3, durationMs: 0 });
});

Deno.test("release() deletes a copy, once, and nothing that is none", async () => {
  await using at = await site();
  const copies = at.copies();
  const folder = await copies.next(at.config);
  await copies.release(at.root);
  await copies.release(folder);
  await copies.release(folder);
  strictEqual(await at.isThere("app/ShadowCopyDirectory/0"), false);
  strictEqual(await at.isThere("app/App.dll"), true);
  deepStrictEqual(at.log.names(), ["- shadow-copy-made", "- shadow-copy-deleted"]);
});

Deno.test("next() takes the number above those that are there, and deletes none of them (ANCM C-47)", async () => {
  await using at = await site();
  const earlier = await at.copies().next(at.config);
  await Deno.mkdir(`${at.root}/ShadowCopyDirectory/7`);
  await Deno.mkdir(`${at.root}/ShadowCopyDirectory/x9`);
  strictEqual(await at.copies().next(at.config), `${at.root}/ShadowCopyDirectory/8`);
  strictEqual(await Deno.readTextFile(`${earlier}/App.dll`), "one");
});

Deno.test("cleanShadowCopyDirectory deletes earlier copies before the first one, and nothing else (ANCM C-47)", async () => {
  await using at = await site({ cleanShadowCopyDirectory: "true" });
  const earlier = at.copies();
  await earlier.next(at.config);
  await earlier.next(at.config);
  await Deno.mkdir(`${at.root}/ShadowCopyDirectory/5`); // somebody else's
  const copies = at.copies();
  const first = await copies.next(at.config);
  strictEqual(first, `${at.root}/ShadowCopyDirectory/6`);
  const other = await at.copies().next(appConfig(at.root, {})); // of a host that came later
  const second = await copies.next(at.config);
  strictEqual(await Deno.readTextFile(`${other}/App.dll`), "one");
  const left = await Array.fromAsync(Deno.readDir(`${at.root}/ShadowCopyDirectory`));
  deepStrictEqual(left.map(({ name }) => name).sort(), ["5", "6", "7", "8"]);
  strictEqual(await Deno.readTextFile(`${first}/App.dll`), "one");
  strictEqual(await Deno.readTextFile(`${second}/App.dll`), "one");
});

Deno.test("cleanShadowCopyDirectory spares the copy that the application folder itself is", async () => {
  await using at = await site();
  const copy = await at.copies().next(at.config);
  const handlerSettings = [
    { name: "cleanShadowCopyDirectory", value: "true" },
    { name: "shadowCopyDirectory", value: ".." },
  ];
  const nested = await at.copies().next(appConfig(copy, { handlerSettings }));
  strictEqual(nested, `${at.root}/ShadowCopyDirectory/1`);
  strictEqual(await Deno.readTextFile(`${nested}/App.dll`), "one");
  strictEqual(await at.isThere("app/ShadowCopyDirectory/0/App.dll"), true);
});

Deno.test("next() fails as start-no-copy and leaves nothing where the folder cannot be copied", async () => {
  await using at = await site({ shadowCopyDirectory: "../copies" });
  const copies = at.copies();
  await rejects(
    copies.next(at.config, AbortSignal.abort(new Error("Enough"))),
    (error: StartFault) => {
      strictEqual(error.code, "start-no-copy");
      strictEqual(error.message, `Cannot copy the application to "${at.dir}/copies/0": enough`);
      return true;
    },
  );
  strictEqual(await at.isThere("copies/0"), false);
  strictEqual(await copies.next(at.config), `${at.dir}/copies/0`);
});

const WRONG: readonly (readonly [written: string, why: string])[] = [
  [".", "it is the application folder"],
  ["App.dll", ""],
];

for (const [written, why] of WRONG) {
  Deno.test(`next() fails as start-no-copy with shadowCopyDirectory="${written}"`, async () => {
    await using at = await site({ shadowCopyDirectory: written });
    await rejects(
      at.copies().next(at.config),
      (error: StartFault) => error.code === "start-no-copy" && error.message.includes(why),
    );
    deepStrictEqual((await Array.fromAsync(Deno.readDir(at.root))).length, 1);
  });
}

Deno.test("next() tells that a path of Windows is none here", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using at = await site({ shadowCopyDirectory: "D:\\copies" });
  await rejects(
    at.copies().next(at.config),
    /Cannot copy the application to "D:\\copies": it is a path of Windows/,
  );
});
