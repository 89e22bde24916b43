import assert from "node:assert/strict";
import { sourceFilter } from "../../../../src/backend/development/source_files.ts";
import { watchSources } from "../../../../src/backend/development/source_watch.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { FakeTree } from "../../../support/fake_tree.ts";

async function watched(tree: FakeTree) {
  const clock = new FakeClock();
  const changes: string[][] = [];
  const watch = await watchSources({
    folders: ["/app"],
    isSource: sourceFilter("other"),
    clock,
    changed: (paths) => changes.push([...paths].sort()),
    view: tree,
  });
  return { clock, changes, [Symbol.dispose]: () => watch[Symbol.dispose]() };
}

Deno.test("watchSources() tells once what has changed, come and gone, when all of it stays so", async () => {
  const tree = new FakeTree({ "/app/a.js": 1, "/app/lib/b.js": 1, "/app/c.js": 1 });
  using watch = await watched(tree);
  tree.set("/app/a.js", 2);
  tree.set("/app/lib/new.ts", 1);
  tree.remove("/app/c.js");
  tree.tell("modify", "/app/a.js");
  await watch.clock.advance(100);
  tree.set("/app/a.js", 3);
  for (let round = 0; round < 3; round++) {
    tree.tell("modify", "/app/a.js");
    await watch.clock.advance(60);
  }
  assert.deepEqual(watch.changes, [], "it has not settled");
  await watch.clock.advance(2_000);
  assert.deepEqual(watch.changes, [["/app/a.js", "/app/c.js", "/app/lib/new.ts"]]);
});

Deno.test("watchSources() sees a change of which nothing is told", async () => {
  const tree = new FakeTree({ "/app/a.js": 1 });
  using watch = await watched(tree);
  tree.set("/app/a.js", 2);
  await watch.clock.advance(10_000);
  assert.deepEqual(watch.changes, [["/app/a.js"]]);
});

Deno.test("watchSources() does not look into folders that hold no sources", async () => {
  const files = { "/app/node_modules/x/a.js": 1, "/app/wwwroot/a.js": 1, "/app/.git/a.js": 1 };
  const tree = new FakeTree({ ...files, "/app/a.js": 1 });
  using watch = await watched(tree);
  for (const path of Object.keys(files)) tree.set(path, 2);
  tree.set("/app/notes.txt", 1);
  await watch.clock.advance(10_000);
  assert.deepEqual(watch.changes, []);
  assert.deepEqual(tree.listened.at(-1), ["/app"]);
});

Deno.test("watchSources() listens in folders that come later", async () => {
  const tree = new FakeTree({ "/app/a.js": 1 });
  using watch = await watched(tree);
  tree.set("/app/lib/b.js", 1);
  tree.tell("create", "/app/lib");
  await watch.clock.advance(1_000);
  assert.deepEqual(tree.listened.at(-1), ["/app", "/app/lib"]);
  assert.deepEqual(watch.changes, [["/app/lib/b.js"]]);
});

Deno.test("watchSources() takes nothing for changed while folders cannot be read", async () => {
  const tree = new FakeTree({ "/app/a.js": 1 });
  using watch = await watched(tree);
  tree.fault = new Error("the disk is gone");
  await watch.clock.advance(10_000);
  tree.fault = undefined;
  await watch.clock.advance(10_000);
  assert.deepEqual(watch.changes, []);
});

Deno.test("watchSources() ends when it is disposed of", async () => {
  const tree = new FakeTree({ "/app/a.js": 1 });
  const watch = await watched(tree);
  watch[Symbol.dispose]();
  tree.set("/app/a.js", 2);
  await watch.clock.advance(10_000);
  assert.deepEqual(watch.changes, []);
  assert.equal(tree.listeners, 0);
});
