import assert from "node:assert/strict";
import { signOfFiles, watchFiles } from "../../../../src/backend/watch/file_watch.ts";
import { CONFIG_FILE, watchConfig } from "../../../../src/backend/watch/watched_config.ts";
import { watchRecycleFiles } from "../../../../src/backend/watch/recycle_files.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { FakeFolders } from "../../../support/fake_folders.ts";

const ROOT = "/srv/app";
const FILE = `${ROOT}/web.config`;

/** A folder with a web.config that can be used where it begins with `ok`. */
class Stage implements Disposable {
  readonly clock = new FakeClock();
  readonly folders = new FakeFolders(ROOT);
  readonly told: string[] = [];
  reads = 0;
  readonly watch = watchFiles({
    root: ROOT,
    clock: this.clock,
    report: () => {},
    view: this.folders,
  });

  constructor() {
    this.folders.write(FILE, "ok 1");
  }

  async open(since?: string, files?: readonly string[]): Promise<Disposable> {
    const watched = await watchConfig({
      watch: this.watch,
      clock: this.clock,
      since,
      ...(files ? { files } : {}),
      read: async () => {
        this.reads++;
        const text = await this.text();
        return text.startsWith("ok") ? { config: text, problems: "" } : { problems: text };
      },
      changed: (config) => this.told.push(config),
      broken: (problems) => this.told.push(`broken: ${problems}`),
    });
    await this.clock.advance(200);
    return watched;
  }

  async text(): Promise<string> {
    const bytes = await this.folders.read(FILE, 1_000).catch(() => undefined);
    return bytes ? new TextDecoder().decode(bytes) : "none";
  }

  write(text: string): void {
    this.folders.write(FILE, text);
    this.folders.tell("modify", FILE);
  }

  [Symbol.dispose](): void {
    this.watch[Symbol.dispose]();
  }
}

Deno.test("watchConfig() gives the new configuration once the file stays as it is", async () => {
  using stage = new Stage();
  using _watched = await stage.open();
  stage.write("ok");
  await stage.clock.advance(60);
  stage.write("ok 2");
  await stage.clock.advance(5_000);
  assert.deepEqual(stage.told, ["ok 2"]);
  assert.equal(stage.reads, 1);
});

Deno.test("watchConfig() takes a touch for a change (ANCM O-40)", async () => {
  using stage = new Stage();
  using _watched = await stage.open();
  stage.write("ok 1");
  await stage.clock.advance(5_000);
  assert.deepEqual(stage.told, ["ok 1"]);
});

Deno.test("watchConfig() gives a file that cannot be used a second to become whole", async () => {
  using stage = new Stage();
  using _watched = await stage.open();
  stage.write("half");
  await stage.clock.advance(500);
  assert.equal(stage.reads, 1);
  stage.write("ok 2");
  await stage.clock.advance(5_000);
  assert.deepEqual(stage.told, ["ok 2"]);
});

Deno.test("watchConfig() tells once what is wrong with one that stays so, and takes the next good one", async () => {
  using stage = new Stage();
  using _watched = await stage.open();
  stage.write("half");
  await stage.clock.advance(60_000);
  assert.deepEqual(stage.told, ["broken: half"]);
  stage.write("ok 2");
  await stage.clock.advance(5_000);
  assert.deepEqual(stage.told, ["broken: half", "ok 2"]);
});

Deno.test("watchConfig() takes the end of the file for a change", async () => {
  using stage = new Stage();
  using _watched = await stage.open();
  stage.folders.remove(FILE);
  await stage.clock.advance(5_000);
  assert.deepEqual(stage.told, ["broken: none"]);
});

Deno.test("watchConfig() tells of a change since the configuration in use was read", async () => {
  using stage = new Stage();
  const since = await signOfFiles(ROOT, [CONFIG_FILE], stage.folders);
  stage.write("ok 2");
  using _watched = await stage.open(since);
  assert.deepEqual(stage.told, ["ok 2"]);
});

Deno.test("watchConfig() ends, also within a second chance", async () => {
  using stage = new Stage();
  const watched = await stage.open();
  stage.write("half");
  await stage.clock.advance(500);
  watched[Symbol.dispose]();
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.told, []);
});

Deno.test("watchRecycleFiles() tells once when all files have been quiet for a second", async () => {
  using stage = new Stage();
  stage.folders.write(`${ROOT}/App.dll`, "1");
  stage.folders.write(`${ROOT}/Lib.dll`, "1");
  let changes = 0;
  using _files = await watchRecycleFiles({
    watch: stage.watch,
    files: ["App.dll", "Lib.dll"],
    changed: () => changes++,
  });
  for (const name of ["App.dll", "Lib.dll"]) {
    stage.folders.write(`${ROOT}/${name}`, "2");
    stage.folders.tell("modify", `${ROOT}/${name}`);
    await stage.clock.advance(700);
  }
  assert.equal(changes, 0);
  await stage.clock.advance(10_000);
  assert.equal(changes, 1);
});

Deno.test("watchRecycleFiles() looks at nothing where no file is named", async () => {
  using stage = new Stage();
  using _files = await watchRecycleFiles({ watch: stage.watch, files: [], changed() {} });
  await stage.clock.advance(10_000);
  assert.equal(stage.folders.looks, 0);
});

Deno.test("watchConfig() follows the files it is given, and none where there are none", async () => {
  using stage = new Stage();
  const other = `${ROOT}/sub/web.config`;
  stage.folders.addFolder(`${ROOT}/sub`);
  stage.folders.write(other, "1");
  using _watched = await stage.open(undefined, ["sub/web.config"]);
  using _none = await stage.open(undefined, []);
  stage.write("ok 2");
  await stage.clock.advance(1_000);
  assert.deepEqual(stage.told, []);
  stage.folders.write(other, "2");
  stage.folders.tell("modify", other);
  await stage.clock.advance(1_000);
  assert.deepEqual(stage.told, ["ok 2"]);
});
