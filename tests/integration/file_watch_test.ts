import assert from "node:assert/strict";
import { watchAppOffline } from "../../src/backend/watch/app_offline.ts";
import type { Found } from "../../src/backend/watch/_folder_view.ts";
import {
  type FileWatch,
  type FollowedFiles,
  watchFiles,
} from "../../src/backend/watch/file_watch.ts";
import { systemClock } from "../../src/contract/clock.ts";
import { eventLog } from "../support/events.ts";
import { eventually } from "../support/eventually.ts";

/** A folder with a watch over it; both go at the end. */
class Stage implements AsyncDisposable {
  readonly settled: string[][] = [];
  readonly log = eventLog();
  readonly watch: FileWatch;

  constructor(readonly root: string) {
    this.watch = watchFiles({ root, clock: systemClock, report: this.log.report });
  }

  static async open(): Promise<Stage> {
    return new Stage(await Deno.realPath(await Deno.makeTempDir()));
  }

  /** Follows files; what has settled is kept, by the names that are there. */
  async follow(files: readonly string[], more: Partial<FollowedFiles> = {}): Promise<void> {
    const names = (found: readonly Found[]) => found.map(({ path }) => path.replace(this.root, ""));
    const settled = (found: readonly Found[]) => this.settled.push(names(found));
    await this.watch.follow({ files, settled, ...more });
  }

  path(name: string): string {
    return `${this.root}/${name}`;
  }

  write(name: string, text: string): Promise<void> {
    return Deno.writeTextFile(this.path(name), text);
  }

  /** Waits for that many changes. */
  async told(count: number): Promise<string[]> {
    await eventually(() => this.settled.length >= count, `No change ${count}`);
    assert.equal(this.settled.length, count);
    return this.settled.at(-1) ?? [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.watch[Symbol.dispose]();
    await Deno.remove(this.root, { recursive: true });
  }
}

Deno.test("watchFiles() sees a real file come, change, be touched, replaced, renamed and removed", async () => {
  await using stage = await Stage.open();
  await stage.follow(["web.config"]);
  await stage.write("web.config", "one");
  assert.deepEqual(await stage.told(1), ["/web.config"]);
  await stage.write("web.config", "two");
  assert.deepEqual(await stage.told(2), ["/web.config"]);
  await Deno.utime(stage.path("web.config"), new Date(0), new Date(0));
  assert.deepEqual(await stage.told(3), ["/web.config"]);
  await stage.write("new.tmp", "two");
  await Deno.utime(stage.path("new.tmp"), new Date(0), new Date(0));
  await Deno.rename(stage.path("new.tmp"), stage.path("web.config"));
  assert.deepEqual(await stage.told(4), ["/web.config"]);
  await Deno.rename(stage.path("web.config"), stage.path("Web.Config"));
  assert.deepEqual(await stage.told(5), ["/Web.Config"]);
  await Deno.remove(stage.path("Web.Config"));
  assert.deepEqual(await stage.told(6), []);
});

Deno.test("watchFiles() takes a real file that is written in pieces for one change", async () => {
  await using stage = await Stage.open();
  await stage.follow(["web.config"], { settleMs: 2_000 });
  let pieces = 0;
  await stage.watch.follow({
    files: ["web.config"],
    seen: () => pieces++,
  });
  using file = await Deno.open(stage.path("web.config"), { create: true, write: true });
  for (let i = 1; i <= 5; i++) {
    await file.write(new TextEncoder().encode("piece\n"));
    await eventually(() => pieces >= i);
  }
  assert.deepEqual(await stage.told(1), ["/web.config"]);
});

Deno.test("watchFiles() follows a link whose folder is swapped, as mounted ConfigMaps are", async () => {
  await using stage = await Stage.open();
  for (const [folder, text] of [["..1", "one"], ["..2", "two"]] as const) {
    await Deno.mkdir(stage.path(folder));
    await stage.write(`${folder}/web.config`, text);
  }
  await Deno.symlink("..1", stage.path("..data"));
  await Deno.symlink("..data/web.config", stage.path("web.config"));
  await stage.follow(["web.config"]);
  await Deno.symlink("..2", stage.path("..data_tmp"));
  await Deno.rename(stage.path("..data_tmp"), stage.path("..data"));
  assert.deepEqual(await stage.told(1), ["/web.config"]);
});

Deno.test("watchFiles() sees a change behind a link, of which the folder itself hears nothing", async () => {
  await using elsewhere = await Stage.open();
  await using stage = await Stage.open();
  await elsewhere.write("web.config", "one");
  await Deno.symlink(elsewhere.path("web.config"), stage.path("web.config"));
  await stage.follow(["web.config"]);
  await elsewhere.write("web.config", "two");
  assert.deepEqual(await stage.told(1), ["/web.config"]);
});

Deno.test("watchFiles() follows a folder that is replaced by another one", async () => {
  await using outer = await Stage.open();
  await Deno.mkdir(outer.path("app"));
  await outer.write("app/web.config", "one");
  const stage = new Stage(outer.path("app"));
  using _watch = stage.watch;
  await stage.follow(["web.config"]);
  await Deno.mkdir(outer.path("next"));
  await outer.write("next/web.config", "two");
  await Deno.rename(outer.path("app"), outer.path("old"));
  await Deno.rename(outer.path("next"), outer.path("app"));
  assert.deepEqual(await stage.told(1), ["/web.config"]);
  await stage.write("web.config", "three");
  assert.deepEqual(await stage.told(2), ["/web.config"]);
});

Deno.test("watchFiles() sees a real file of a sub-folder that comes later", async () => {
  await using stage = await Stage.open();
  await stage.follow(["conf\\keys.json"]);
  await Deno.mkdir(stage.path("conf"));
  await stage.write("conf/Keys.json", "one");
  assert.deepEqual(await stage.told(1), ["/conf/Keys.json"]);
  await stage.write("conf/Keys.json", "two");
  assert.deepEqual(await stage.told(2), ["/conf/Keys.json"]);
});

Deno.test("watchAppOffline() follows a real app_offline.htm (ANCM O-3, O-5, O-7)", async () => {
  await using stage = await Stage.open();
  const told: string[] = [];
  using offline = await watchAppOffline({
    root: stage.root,
    watch: stage.watch,
    clock: systemClock,
    report: stage.log.report,
    appeared: () => told.push("appeared"),
    gone: () => told.push("gone"),
  });
  const text = async () => new TextDecoder().decode(await offline.page());
  await stage.write("App_Offline.htm", "<p>closed</p>");
  await eventually(() => told.length === 1);
  await eventually(async () => await text() === "<p>closed</p>");
  await stage.write("App_Offline.htm", "<p>still closed</p>");
  await eventually(async () => await text() === "<p>still closed</p>");
  await Deno.remove(stage.path("App_Offline.htm"));
  await eventually(() => told.length === 2);
  assert.deepEqual(told, ["appeared", "gone"]);
  assert.equal(await offline.page(), undefined);
  await Deno.mkdir(stage.path("app_offline.htm"));
  assert.equal(await offline.page(), undefined);
});
