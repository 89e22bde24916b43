import assert from "node:assert/strict";
import type { Found } from "../../../../src/backend/watch/_folder_view.ts";
import {
  type FollowedFiles,
  signOfFiles,
  watchFiles,
} from "../../../../src/backend/watch/file_watch.ts";
import { eventLog } from "../../../support/events.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { FakeFolders } from "../../../support/fake_folders.ts";

const ROOT = "/srv/app";
const CONFIG = `${ROOT}/web.config`;

/** A watch over folders that a test changes. */
class Stage implements Disposable {
  readonly clock = new FakeClock();
  readonly log = eventLog();
  readonly folders = new FakeFolders(ROOT);
  readonly seen: string[][] = [];
  readonly settled: string[][] = [];
  readonly watch = watchFiles({
    root: ROOT,
    clock: this.clock,
    report: this.log.report,
    view: this.folders,
  });

  /** Follows files; what is told of them is kept. */
  async follow(more: Partial<FollowedFiles> = {}): Promise<Disposable> {
    const paths = (found: readonly Found[]) => found.map(({ path }) => path);
    const followed = await this.watch.follow({
      files: ["web.config"],
      seen: (found) => this.seen.push(paths(found)),
      settled: (found) => this.settled.push(paths(found)),
      ...more,
    });
    await this.clock.advance(200); // the first look is behind it
    return followed;
  }

  [Symbol.dispose](): void {
    this.watch[Symbol.dispose]();
  }
}

Deno.test("watchFiles() tells of a change when it is heard of, and again once it has settled", async () => {
  using stage = new Stage();
  stage.folders.write(CONFIG, "one");
  await stage.follow();
  stage.folders.write(CONFIG, "two");
  for (const kind of ["modify", "modify", "create"]) stage.folders.tell(kind, CONFIG);
  await stage.clock.advance(0);
  assert.deepEqual([stage.seen, stage.settled], [[[CONFIG]], []]);
  await stage.clock.advance(99);
  assert.deepEqual(stage.settled, []);
  await stage.clock.advance(51);
  assert.deepEqual(stage.settled, [[CONFIG]]);
  await stage.clock.advance(60_000);
  assert.deepEqual([stage.seen, stage.settled], [[[CONFIG]], [[CONFIG]]]);
});

Deno.test("watchFiles() finds a change of which nothing is heard within some seconds", async () => {
  using stage = new Stage();
  stage.folders.write(CONFIG, "one");
  await stage.follow();
  stage.folders.write(CONFIG, "two");
  await stage.clock.advance(2_500);
  assert.deepEqual(stage.settled, [[CONFIG]]);
});

const CHANGES: [what: string, change: (folders: FakeFolders) => void, found: string[]][] = [
  ["touched", (folders) => folders.write(CONFIG, "one"), [CONFIG]],
  ["replaced by one of the same size and time", (folders) => folders.replace(CONFIG), [CONFIG]],
  ["removed", (folders) => folders.remove(CONFIG), []],
  ["joined by another spelling", (folders) => folders.write(`${ROOT}/Web.Config`, ""), [
    `${ROOT}/Web.Config`,
    CONFIG,
  ]],
];

for (const [what, change, found] of CHANGES) {
  Deno.test(`watchFiles() tells of a file that is ${what} (ANCM O-40, C-63)`, async () => {
    using stage = new Stage();
    stage.folders.write(CONFIG, "one");
    await stage.follow();
    change(stage.folders);
    await stage.clock.advance(2_500);
    assert.deepEqual(stage.settled, [found]);
  });
}

Deno.test("watchFiles() tells of a file that comes", async () => {
  using stage = new Stage();
  await stage.follow();
  stage.folders.write(CONFIG, "one");
  stage.folders.tell("create", CONFIG);
  await stage.clock.advance(200);
  assert.deepEqual(stage.settled, [[CONFIG]]);
});

Deno.test("watchFiles() waits until a file that is written in pieces stays as it is", async () => {
  using stage = new Stage();
  stage.folders.write(CONFIG, "");
  await stage.follow();
  for (let i = 0; i < 20; i++) {
    stage.folders.write(CONFIG, "x".repeat(i));
    stage.folders.tell("modify", CONFIG);
    await stage.clock.advance(80);
  }
  assert.deepEqual(stage.settled, []);
  await stage.clock.advance(200);
  assert.deepEqual(stage.settled, [[CONFIG]]);
});

Deno.test("watchFiles() says nothing of a change that is taken back before it has settled", async () => {
  using stage = new Stage();
  await stage.follow();
  stage.folders.write(CONFIG, "one");
  stage.folders.tell("create", CONFIG);
  await stage.clock.advance(50);
  stage.folders.remove(CONFIG);
  stage.folders.tell("remove", CONFIG);
  await stage.clock.advance(5_000);
  assert.deepEqual([stage.seen, stage.settled], [[[CONFIG], []], []]);
});

Deno.test("watchFiles() takes several files for one, in sub-folders and anywhere", async () => {
  using stage = new Stage();
  stage.folders.addFolder(`${ROOT}/bin`);
  stage.folders.addFolder("/etc/shop");
  stage.folders.write(`${ROOT}/bin/App.dll`, "one");
  await stage.follow({ files: ["bin\\app.dll", "/etc/shop/keys"], settleMs: 1_000 });
  assert.deepEqual(stage.folders.listened.at(-1), [ROOT, `${ROOT}/bin`, "/etc/shop"]);
  stage.folders.write(`${ROOT}/bin/App.dll`, "two");
  stage.folders.tell("modify", `${ROOT}/bin/App.dll`);
  await stage.clock.advance(900);
  stage.folders.write("/etc/shop/keys", "one");
  stage.folders.tell("create", "/etc/shop/keys");
  await stage.clock.advance(900);
  assert.deepEqual(stage.settled, []);
  await stage.clock.advance(200);
  assert.deepEqual(stage.settled, [[`${ROOT}/bin/App.dll`, "/etc/shop/keys"]]);
});

Deno.test("watchFiles() tells of a file whose folder comes later, and listens there", async () => {
  using stage = new Stage();
  await stage.follow({ files: ["conf/keys"] });
  stage.folders.addFolder(`${ROOT}/conf`);
  stage.folders.write(`${ROOT}/conf/keys`, "one");
  await stage.clock.advance(2_500);
  assert.deepEqual(stage.settled, [[`${ROOT}/conf/keys`]]);
  assert.deepEqual(stage.folders.listened.at(-1), [ROOT, `${ROOT}/conf`]);
});

Deno.test("watchFiles() tells what has changed since a sign that was taken before", async () => {
  using stage = new Stage();
  stage.folders.write(CONFIG, "one");
  const since = await signOfFiles(ROOT, ["web.config"], stage.folders);
  assert.ok(since !== undefined);
  const first = await stage.follow({ since });
  first[Symbol.dispose]();
  assert.deepEqual(stage.settled, []);
  stage.folders.write(CONFIG, "two");
  await stage.follow({ since });
  assert.deepEqual(stage.settled, [[CONFIG]]);
});

const NOISE: [kind: string, path: string, isOverflow: boolean, isLookedAt: boolean][] = [
  ["access", CONFIG, false, false],
  ["modify", `${ROOT}/aspnetcore-stdout_1.log`, false, false],
  ["modify", `${ROOT}/Web.Config`, false, true],
  ["create", `${ROOT}/..data`, false, true],
  ["rename", `${ROOT}/..data_tmp`, false, true],
  ["remove", `${ROOT}/..data`, false, true],
  ["any", `${ROOT}/x`, false, true],
  ["other", "", true, true],
  ["modify", `${ROOT}/x`, true, true],
];

for (const [kind, path, isOverflow, isLookedAt] of NOISE) {
  const what = `${isOverflow ? "an overflow and " : ""}"${kind}" of "${path}"`;
  Deno.test(`watchFiles() ${isLookedAt ? "looks at" : "lets pass"} ${what}`, async () => {
    using stage = new Stage();
    await stage.follow();
    const { looks } = stage.folders;
    stage.folders.tell(kind, path, isOverflow);
    await stage.clock.advance(100);
    assert.equal(stage.folders.looks > looks, isLookedAt);
  });
}

Deno.test("watchFiles() looks only now and then where much happens", async () => {
  using stage = new Stage();
  await stage.follow();
  const { looks } = stage.folders;
  for (let i = 0; i < 1_000; i++) {
    stage.folders.tell("create", `${ROOT}/${i}`);
    await stage.clock.advance(1);
  }
  const more = stage.folders.looks - looks;
  assert.ok(more >= 10 && more <= 25, String(more));
});

Deno.test("watchFiles() stops listening for a minute to a folder that is full of noise", async () => {
  using stage = new Stage();
  await stage.follow();
  for (let i = 0; i <= 1_000; i++) stage.folders.tell("modify", `${ROOT}/app.log`);
  assert.equal(stage.folders.listeners, 0);
  stage.folders.write(CONFIG, "one");
  await stage.clock.advance(2_500);
  assert.deepEqual(stage.settled, [[CONFIG]]);
  assert.equal(stage.folders.listeners, 0);
  await stage.clock.advance(60_000);
  assert.equal(stage.folders.listeners, 1);
});

Deno.test("watchFiles() listens anew to a folder that was replaced", async () => {
  using stage = new Stage();
  stage.folders.write(CONFIG, "one");
  await stage.follow();
  stage.folders.addFolder(ROOT);
  stage.folders.replace(CONFIG);
  await stage.clock.advance(2_500);
  assert.deepEqual(stage.settled, [[CONFIG]]);
  assert.equal(stage.folders.listened.length, 2);
  assert.equal(stage.folders.listeners, 1);
});

Deno.test("watchFiles() listens anew when the system ends it", async () => {
  using stage = new Stage();
  await stage.follow();
  stage.folders.endWatches();
  await stage.clock.advance(2_500);
  assert.equal(stage.folders.listeners, 1);
});

Deno.test("watchFiles() says once that it cannot listen, and finds changes all the same", async () => {
  using stage = new Stage();
  stage.folders.watchFault = new Error("too many watches");
  await stage.follow();
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.log.names(), ["- files-polled"]);
  assert.match(stage.log.events[0]?.message ?? "", /"\/srv\/app" \(too many watches\)/);
  stage.folders.write(CONFIG, "one");
  await stage.clock.advance(2_500);
  assert.deepEqual(stage.settled, [[CONFIG]]);
  stage.folders.watchFault = undefined;
  await stage.clock.advance(2_500);
  assert.equal(stage.folders.listeners, 1);
});

Deno.test("watchFiles() takes files for what they were while the folder cannot be read", async () => {
  using stage = new Stage();
  stage.folders.write(CONFIG, "one");
  await stage.follow();
  stage.folders.folderFault = new Deno.errors.PermissionDenied("no");
  await stage.clock.advance(5_000);
  stage.folders.folderFault = undefined;
  stage.folders.removeFolder(ROOT);
  await stage.clock.advance(5_000);
  assert.deepEqual([stage.seen, stage.settled], [[], []]);
  stage.folders.addFolder(ROOT);
  stage.folders.write(CONFIG, "two");
  await stage.clock.advance(2_500);
  assert.deepEqual(stage.settled, [[CONFIG]]);
});

Deno.test("watchFiles() tells nothing any more of files that are followed no longer", async () => {
  using stage = new Stage();
  const first = await stage.follow();
  await stage.follow();
  first[Symbol.dispose]();
  stage.folders.write(CONFIG, "one");
  await stage.clock.advance(2_500);
  assert.deepEqual(stage.settled, [[CONFIG]]);
});

Deno.test("watchFiles() rests between its looks, and ends with them", async () => {
  const stage = new Stage();
  await stage.follow();
  const { looks } = stage.folders;
  await stage.clock.advance(60_000);
  assert.ok(stage.folders.looks - looks <= 30);
  stage[Symbol.dispose]();
  await stage.clock.advance(60_000);
  assert.equal(stage.clock.sleeping, 0);
  assert.equal(stage.folders.listeners, 0);
});
