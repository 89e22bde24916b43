import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type BackendSite, backendSite } from "../support/backend_site.ts";
import { expectFailure, expectTarget } from "../support/backend_wait.ts";
import { eventually } from "../support/eventually.ts";

const ON = { handlerSettings: [{ name: "enableShadowCopy", value: "true" }] };

/** Where the backend runs, by its own word. */
async function folderOf({ backend }: BackendSite): Promise<string> {
  const { port } = await expectTarget(backend.directory);
  const environment = await (await fetch(`http://127.0.0.1:${port}/env`)).json();
  return environment.ASPNETCORE_IIS_PHYSICAL_PATH;
}

async function copiesOf({ root }: BackendSite): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${root}/ShadowCopyDirectory`));
  return entries.map(({ name }) => name).sort();
}

Deno.test("a backend runs from a copy, a recycle from the next, and none is left in the end (ANCM C-47)", async () => {
  await using site = await backendSite({}, ON);
  await Deno.writeTextFile(`${site.root}/App.dll`, "one");
  const first = await folderOf(site);
  strictEqual(first, `${site.root}/ShadowCopyDirectory/0/`);
  strictEqual(await Deno.readTextFile(`${first}App.dll`), "one");
  if (Deno.build.os === "linux") {
    strictEqual(await Deno.readLink(`/proc/${site.pids()[0]}/cwd`), first.slice(0, -1));
  }
  await Deno.writeTextFile(`${site.root}/App.dll`, "two");
  const { outcome } = await site.backend.recycle({ reason: "App.dll has changed" });
  strictEqual(outcome, "switched");
  site.backend.directory.drained(1);
  const second = await folderOf(site);
  strictEqual(second, `${site.root}/ShadowCopyDirectory/1/`);
  strictEqual(await Deno.readTextFile(`${second}App.dll`), "two");
  await eventually(async () => (await copiesOf(site)).join() === "1");
  await site.backend.stop();
  deepStrictEqual(await copiesOf(site), []);
});

Deno.test("an application that cannot be copied does not start, and says why", async () => {
  await using site = await backendSite({}, ON);
  await Deno.writeTextFile(`${site.root}/ShadowCopyDirectory`, "in the way");
  const failure = await expectFailure(site.backend.directory);
  strictEqual(failure.code, "start-no-copy");
  ok(
    failure.message.startsWith(`Cannot copy the application to "${site.root}/ShadowCopyDirectory`),
  );
});

Deno.test("a recycle that cannot copy the application leaves the old copy serving", async () => {
  await using site = await backendSite({}, ON);
  const first = await folderOf(site);
  await Deno.rename(`${site.root}/ShadowCopyDirectory`, `${site.root}/elsewhere`);
  await Deno.writeTextFile(`${site.root}/ShadowCopyDirectory`, "in the way");
  const { outcome } = await site.backend.recycle({ reason: "a test" });
  strictEqual(outcome, "kept");
  strictEqual(await folderOf(site), first);
});
