import assert from "node:assert/strict";
import type { DirectorySnapshot } from "../../../src/contract/directory.ts";
import { Directory } from "../../../src/backend/directory.ts";

const target = { id: 1, generation: 1, port: 20000, token: "t" };
const stopped: DirectorySnapshot = {
  generation: 1,
  state: "stopped",
  targets: [],
  retiring: [],
  starts: 0,
};
const starting: DirectorySnapshot = { ...stopped, state: "starting", starts: 1 };
const ready: DirectorySnapshot = { ...starting, state: "ready", targets: [target] };
const never = new AbortController().signal;

function directory(): { directory: Directory; calls: string[] } {
  const calls: string[] = [];
  const made = new Directory(stopped, {
    want: () => calls.push("want"),
    report: (id, sign) => calls.push(`${sign} ${id}`),
    drained: (generation) => calls.push(`drained ${generation}`),
  });
  return { directory: made, calls };
}

Deno.test("Directory passes on what it is told", () => {
  const { directory: made, calls } = directory();
  made.want();
  made.report(7, "refused");
  made.report(8, "served");
  made.drained(3);
  assert.deepEqual(calls, ["want", "refused 7", "served 8", "drained 3"]);
});

Deno.test("Directory.changed() resolves at once where the snapshot is an old one", async () => {
  const { directory: made } = directory();
  const old = made.current();
  made.publish(starting);
  assert.equal(await made.changed(old, never), made.current());
});

Deno.test("Directory.changed() wakes all who wait, and leaves nobody who has left", async () => {
  const { directory: made } = directory();
  const leaver = new AbortController();
  const waits = [made.changed(made.current(), never), made.changed(made.current(), never)];
  const left = made.changed(made.current(), leaver.signal);
  leaver.abort(new Error("gone"));
  await assert.rejects(left, /gone/);
  await assert.rejects(made.changed(made.current(), leaver.signal), /gone/);
  made.publish(starting);
  assert.deepEqual(await Promise.all(waits), [made.current(), made.current()]);
});

Deno.test("Directory.publish() keeps what it shows where nothing is new, and lists that are the same", () => {
  const { directory: made } = directory();
  made.publish(ready);
  const shown = made.current();
  made.publish({ ...ready, targets: [target] });
  assert.equal(made.current(), shown);
  made.publish({ ...ready, targets: [target], retiring: [4] });
  assert.notEqual(made.current(), shown);
  assert.equal(made.current().targets, shown.targets);
  assert.deepEqual(made.current().retiring, [4]);
  assert.ok(Object.isFrozen(made.current()));
});

const OTHERS: readonly DirectorySnapshot[] = [
  { ...ready, generation: 2 },
  { ...ready, starts: 2 },
  { ...ready, state: "closed" },
  { ...ready, targets: [{ ...target }] },
  { ...ready, retryAt: 5 },
  { ...ready, failure: { start: 1, reason: { code: "start-exited", message: "", details: [] } } },
];
for (const other of OTHERS) {
  Deno.test(`Directory.publish() shows what is new: ${JSON.stringify(other)}`, () => {
    const { directory: made } = directory();
    made.publish(ready);
    made.publish(other);
    assert.deepEqual(made.current(), other);
  });
}
