import assert from "node:assert/strict";
import { type AppOffline, watchAppOffline } from "../../../../src/backend/watch/app_offline.ts";
import { watchFiles } from "../../../../src/backend/watch/file_watch.ts";
import { eventLog } from "../../../support/events.ts";
import { FakeClock, turn } from "../../../support/fake_clock.ts";
import { FakeFolders } from "../../../support/fake_folders.ts";

const ROOT = "/srv/app";
const PAGE = `${ROOT}/app_offline.htm`;

/** An application folder whose app_offline.htm a test writes and removes. */
class Stage implements Disposable {
  readonly clock = new FakeClock();
  readonly log = eventLog();
  readonly folders = new FakeFolders(ROOT);
  readonly told: string[] = [];
  readonly #watch = watchFiles({
    root: ROOT,
    clock: this.clock,
    report: this.log.report,
    view: this.folders,
  });

  async open(): Promise<AppOffline> {
    const offline = await watchAppOffline({
      root: ROOT,
      watch: this.#watch,
      clock: this.clock,
      report: this.log.report,
      appeared: () => this.told.push("appeared"),
      gone: () => this.told.push("gone"),
      view: this.folders,
    });
    await this.clock.advance(200);
    return offline;
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }
}

async function text(offline: AppOffline): Promise<string | undefined> {
  const page = await offline.page();
  return page && new TextDecoder().decode(page);
}

Deno.test("watchAppOffline() notices the file without a request, once (ANCM O-3)", async () => {
  using stage = new Stage();
  using offline = await stage.open();
  assert.deepEqual([stage.told, offline.isOffline], [[], false]);
  stage.folders.write(PAGE, "");
  stage.folders.tell("create", PAGE);
  await stage.clock.advance(0);
  stage.folders.write(PAGE, "<p>back soon</p>");
  stage.folders.tell("modify", PAGE);
  await stage.clock.advance(10_000);
  assert.deepEqual([stage.told, offline.isOffline], [["appeared"], true]);
  assert.equal(await text(offline), "<p>back soon</p>");
});

Deno.test("watchAppOffline() finds a file that is there from the beginning before it resolves (ANCM O-2)", async () => {
  using stage = new Stage();
  stage.folders.write(`${ROOT}/App_Offline.HTM`, "closed");
  const opening = stage.open();
  await turn();
  assert.deepEqual(stage.told, ["appeared"]);
  using offline = await opening;
  assert.equal(await text(offline), "closed");
});

Deno.test("watchAppOffline() notices that the file has gone, without a request", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "closed");
  using offline = await stage.open();
  stage.folders.remove(PAGE);
  await stage.clock.advance(2_500);
  assert.deepEqual([stage.told, offline.isOffline], [["appeared", "gone"], false]);
});

Deno.test("page() finds that the file has gone for the first request after it (ANCM O-7)", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "closed");
  using offline = await stage.open();
  stage.folders.remove(PAGE);
  assert.equal(await offline.page(), undefined);
  assert.deepEqual(stage.told, ["appeared", "gone"]);
  await stage.clock.advance(5_000);
  assert.deepEqual(stage.told, ["appeared", "gone"]);
});

Deno.test("page() looks at the file again at most every 200 ms, however many ask (ANCM O-7)", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "one");
  using offline = await stage.open();
  assert.equal(await text(offline), "one");
  stage.folders.write(PAGE, "two");
  const { looks } = stage.folders;
  await stage.clock.advance(199);
  assert.equal(await text(offline), "one");
  assert.equal(stage.folders.looks, looks);
  await stage.clock.advance(1);
  const pages = await Promise.all(Array.from({ length: 50 }, () => text(offline)));
  assert.deepEqual(new Set(pages), new Set(["two"]));
  assert.equal(stage.folders.looks, looks + 1);
});

Deno.test("page() gives what is known where the file system does not answer", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "one");
  using offline = await stage.open();
  stage.folders.names = () => new Promise(() => {});
  let page: string | undefined;
  const asked = text(offline).then((text) => page = text);
  await stage.clock.advance(1_999);
  assert.equal(page, undefined);
  await stage.clock.advance(1);
  await asked;
  assert.equal(page, "one");
});

Deno.test("page() reads a file again only when it has changed", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "one");
  using offline = await stage.open();
  for (let i = 0; i < 5; i++) {
    await stage.clock.advance(300);
    assert.equal(await text(offline), "one");
  }
  assert.equal(stage.folders.reads, 1);
});

Deno.test("page() is empty for an empty file, and for one that was never readable (ANCM O-6)", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "");
  using offline = await stage.open();
  assert.equal(await text(offline), "");
  stage.folders.write(PAGE, "hidden", { fault: new Deno.errors.PermissionDenied("not for you") });
  await stage.clock.advance(300);
  assert.equal(await text(offline), "");
  assert.equal(stage.log.names().at(-1), "- app-offline-unreadable");
});

Deno.test("page() keeps what could be read last, and says once why (ANCM O-6)", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "one");
  using offline = await stage.open();
  for (let i = 0; i < 5; i++) {
    stage.folders.write(PAGE, "hidden", { fault: new Deno.errors.PermissionDenied("not for you") });
    await stage.clock.advance(300);
    assert.equal(await text(offline), "one");
  }
  assert.deepEqual(stage.log.names(), ["- app-offline-unreadable"]);
  stage.folders.write(PAGE, "two");
  await stage.clock.advance(300);
  assert.equal(await text(offline), "two");
});

Deno.test("page() does not read a file of more than 16 MiB (ANCM O-6)", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "x".repeat(16 * 1024 * 1024 + 1));
  using offline = await stage.open();
  assert.equal(await text(offline), "");
  assert.equal(stage.log.names().at(-1), "- app-offline-unreadable");
  stage.folders.write(PAGE, "x".repeat(16 * 1024 * 1024));
  await stage.clock.advance(300);
  assert.equal((await offline.page())?.length, 16 * 1024 * 1024);
});

Deno.test("watchAppOffline() takes no folder of that name for the file (ANCM O-1)", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "", { isFile: false });
  using offline = await stage.open();
  await stage.clock.advance(5_000);
  assert.deepEqual([stage.told, offline.isOffline], [[], false]);
  assert.equal(await offline.page(), undefined);
});

Deno.test("watchAppOffline() takes two spellings of the name for an error that keeps it offline (ANCM C-63)", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "one");
  stage.folders.write(`${ROOT}/App_Offline.htm`, "two");
  using offline = await stage.open();
  assert.equal(offline.isOffline, true);
  const event = stage.log.find("app-offline-twice");
  assert.equal(event?.level, "error");
  assert.match(event?.message ?? "", /App_Offline\.htm.*app_offline\.htm.*keep one/);
});

Deno.test("watchAppOffline() stays as it is while the folder cannot be read", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "closed");
  using offline = await stage.open();
  stage.folders.folderFault = new Deno.errors.PermissionDenied("no");
  await stage.clock.advance(10_000);
  assert.equal(await text(offline), "closed");
  assert.deepEqual(stage.told, ["appeared"]);
});

Deno.test("watchAppOffline() lets pass a file that is saved by removing it for a moment (ANCM O-8)", async () => {
  using stage = new Stage();
  stage.folders.write(PAGE, "one");
  using offline = await stage.open();
  stage.folders.remove(PAGE);
  stage.folders.tell("remove", PAGE);
  await stage.clock.advance(20);
  stage.folders.write(PAGE, "two");
  stage.folders.tell("create", PAGE);
  await stage.clock.advance(5_000);
  assert.deepEqual(stage.told, ["appeared"]);
  assert.equal(await text(offline), "two");
});

Deno.test("watchAppOffline() lets pass what is gone again before it was looked at (ANCM O-8)", async () => {
  using stage = new Stage();
  using offline = await stage.open();
  stage.folders.write(PAGE, "one");
  stage.folders.remove(PAGE);
  stage.folders.tell("create", PAGE);
  stage.folders.tell("remove", PAGE);
  await stage.clock.advance(5_000);
  assert.deepEqual([stage.told, offline.isOffline], [[], false]);
});

Deno.test("watchAppOffline() goes offline as often as the file comes", async () => {
  using stage = new Stage();
  using offline = await stage.open();
  for (let i = 0; i < 3; i++) {
    stage.folders.write(PAGE, `page ${i}`);
    await stage.clock.advance(2_500);
    assert.equal(await text(offline), `page ${i}`);
    stage.folders.remove(PAGE);
    await stage.clock.advance(2_500);
  }
  assert.deepEqual(stage.told, Array(3).fill(["appeared", "gone"]).flat());
});

Deno.test("watchAppOffline() tells nothing any more once it is disposed of", async () => {
  using stage = new Stage();
  const offline = await stage.open();
  offline[Symbol.dispose]();
  stage.folders.write(PAGE, "one");
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.told, []);
});

Deno.test("page() gives nothing where the file goes between the looks at it", async () => {
  using stage = new Stage();
  using offline = await stage.open();
  stage.folders.write(PAGE, "<p>back soon</p>");
  assert.equal(await text(offline), "<p>back soon</p>");
  await stage.clock.advance(200);
  stage.folders.write(PAGE, "<p>back later</p>");
  stage.folders.beforeRead = () => stage.folders.remove(PAGE);
  assert.equal(await text(offline), undefined);
  assert.equal(offline.isOffline, false);
  assert.deepEqual(stage.log.events, []);
});
