import assert from "node:assert/strict";
import type { DirectorySnapshot, StartFailure } from "../../../src/contract/directory.ts";
import {
  Directory,
  type DirectoryEvent,
  FIRST_SNAPSHOT,
  nextSnapshot,
} from "../../../src/backend/directory.ts";

const target = { id: 1, port: 20000, token: "t" };
const reason: StartFailure = { code: "start-exited", message: "m", details: [] };
const never = new AbortController().signal;

function after(...events: DirectoryEvent[]): DirectorySnapshot {
  return events.reduce(nextSnapshot, FIRST_SNAPSHOT);
}

const start: DirectoryEvent = { is: "start" };
const ready: DirectoryEvent = { is: "ready", targets: [target] };
const stopped: DirectoryEvent = { is: "stopped" };
const failed: DirectoryEvent = { is: "failed", reason };
const closed: DirectoryEvent = { is: "closed" };

const CASES: readonly [name: string, events: DirectoryEvent[], expected: DirectorySnapshot][] = [
  ["a start", [start], { generation: 1, state: "starting", targets: [], starts: 1 }],
  ["a ready", [start, ready], { generation: 1, state: "ready", targets: [target], starts: 1 }],
  ["a death", [start, ready, stopped], { generation: 2, state: "stopped", targets: [], starts: 1 }],
  ["a given up start", [start, stopped], {
    generation: 1,
    state: "stopped",
    targets: [],
    starts: 1,
  }],
  ["a failed start", [start, failed], {
    generation: 1,
    state: "failed",
    targets: [],
    starts: 1,
    failure: { start: 1, reason },
  }],
  ["a second start", [start, failed, start], {
    generation: 1,
    state: "starting",
    targets: [],
    starts: 2,
    failure: { start: 1, reason },
  }],
  ["the end", [start, ready, closed], { generation: 2, state: "closed", targets: [], starts: 1 }],
  ["what follows the end", [closed, start, ready], {
    generation: 1,
    state: "closed",
    targets: [],
    starts: 0,
  }],
];

for (const [name, events, expected] of CASES) {
  Deno.test(`nextSnapshot() gives a frozen snapshot after ${name}`, () => {
    const snapshot = after(...events);
    assert.deepEqual(snapshot, expected);
    assert.ok(Object.isFrozen(snapshot) && Object.isFrozen(snapshot.targets));
  });
}

function directory(): { directory: Directory; calls: string[] } {
  const calls: string[] = [];
  const made = new Directory({
    start: () => calls.push("start"),
    doubt: (id, fault) => calls.push(`doubt ${id}, ${fault}`),
  });
  return { directory: made, calls };
}

Deno.test("Directory.want() asks for a start only where none is due", () => {
  const { directory: made, calls } = directory();
  made.want();
  made.publish(start);
  made.want();
  made.publish(failed);
  made.want();
  made.publish(start);
  made.publish(ready);
  made.want();
  made.publish(closed);
  made.want();
  assert.deepEqual(calls, ["start", "start"]);
});

Deno.test("Directory.changed() resolves at once where the snapshot is an old one", async () => {
  const { directory: made } = directory();
  const old = made.current();
  made.publish(start);
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
  made.publish(start);
  assert.deepEqual(await Promise.all(waits), [made.current(), made.current()]);
});

Deno.test("Directory.report() has the named process looked at", () => {
  const { directory: made, calls } = directory();
  made.report(7, "refused");
  assert.deepEqual(calls, ["doubt 7, refused"]);
});
