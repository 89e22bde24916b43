import { deepStrictEqual, notStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { shadowCopies } from "../../../../src/backend/shadow_copy/shadow_copy.ts";
import { appConfig } from "../../../support/app_config.ts";
import { eventLog } from "../../../support/events.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

async function site(name = "enableShadowCopy", value = "true") {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await Deno.writeTextFile(`${root}/App.dll`, "one");
  const log = eventLog();
  const config = appConfig(root, { handlerSettings: [{ name, value }] });
  const isWindows = Deno.build.os === "windows";
  const join = shadowCopies({ isWindows, clock: new FakeClock(), report: log.report });
  return {
    root,
    log,
    join: (generation: number) => join(config, generation),
    async copies() {
      const entries = await Array.fromAsync(Deno.readDir(`${root}/ShadowCopyDirectory`));
      return entries.map((entry) => entry.name).sort();
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
    },
  };
}

const NAMES: readonly (readonly [name: string, value: string, isCopied: boolean])[] = [
  ["enableShadowCopy", "True", true],
  ["experimentalenableshadowcopy", "true", true],
  ["enableShadowCopy", "1", false],
  ["shadowCopyDirectory", "true", false],
];

for (const [name, value, isCopied] of NAMES) {
  Deno.test(`the processes run from ${isCopied ? "a copy" : "the folder itself"} with ${name}="${value}" (ANCM C-47)`, async () => {
    await using at = await site(name, value);
    await using share = at.join(1);
    strictEqual(await share.folder(), isCopied ? `${at.root}/ShadowCopyDirectory/0` : at.root);
  });
}

Deno.test("the processes of one generation share a copy, which goes with the last of them", async () => {
  await using at = await site();
  const [a, b] = [at.join(1), at.join(1)];
  const [folder, same] = await Promise.all([a.folder(), b.folder()]);
  strictEqual(folder, same);
  deepStrictEqual(at.log.names(), ["- shadow-copy-made"]);
  await a[Symbol.asyncDispose]();
  await a[Symbol.asyncDispose]();
  strictEqual(await Deno.readTextFile(`${folder}/App.dll`), "one");
  await b[Symbol.asyncDispose]();
  deepStrictEqual(await at.copies(), []);
});

Deno.test("the next generation has a copy of its own, from the files as they are then", async () => {
  await using at = await site();
  await using old = at.join(1);
  const before = await old.folder();
  await Deno.writeTextFile(`${at.root}/App.dll`, "two");
  await using next = at.join(2);
  const after = await next.folder();
  notStrictEqual(after, before);
  strictEqual(await Deno.readTextFile(`${before}/App.dll`), "one");
  strictEqual(await Deno.readTextFile(`${after}/App.dll`), "two");
});

Deno.test("a copy that failed is tried again by who asks again", async () => {
  await using at = await site();
  await using share = at.join(1);
  await Deno.writeTextFile(`${at.root}/ShadowCopyDirectory`, "in the way");
  await rejects(share.folder(), /Cannot copy the application to/);
  await Deno.remove(`${at.root}/ShadowCopyDirectory`);
  strictEqual(await share.folder(), `${at.root}/ShadowCopyDirectory/0`);
});

Deno.test("a process that ends while its copy is made ends that, and leaves nothing", async () => {
  await using at = await site();
  const share = at.join(1);
  const folder = share.folder().catch(() => "given up");
  await share[Symbol.asyncDispose]();
  await folder;
  deepStrictEqual(await at.copies(), []);
  deepStrictEqual(at.log.names(), ["- shadow-copy-deleted"]); // and none made
});
