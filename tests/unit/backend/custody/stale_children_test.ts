import assert from "node:assert/strict";
import type { ProcessRow } from "../../../../src/backend/custody/_proc.ts";
import { remains } from "../../../../src/backend/custody/_stale_children.ts";

const CHILD = { pid: 100, startTime: 50, mark: "ours" };

function row(pid: number, change: Partial<ProcessRow> = {}): ProcessRow {
  return { pid, parent: 1, group: pid, session: pid, state: "S", startTime: 60, ...change };
}

function found(
  rows: readonly ProcessRow[],
  marks: Record<number, string>,
  foreign: readonly { pid: number; startTime: number }[] = [],
): number[] {
  return remains(rows, CHILD, foreign, (pid) => marks[pid]).map(({ pid }) => pid).sort();
}

Deno.test("remains() finds what bears the mark, and the rest of its group", () => {
  const rows = [
    row(100, { startTime: 50 }),
    row(101, { group: 100, session: 100 }), // has cleared its environment
    row(102, { parent: 101, group: 102 }), // and so has its child in another group
    row(103), // a daemon with a session of its own
    row(104),
  ];
  assert.deepEqual(found(rows, { 100: "ours", 103: "ours", 104: "theirs" }), [100, 101, 102, 103]);
});

Deno.test("remains() finds a group whose leader has ended", () => {
  const rows = [row(101, { group: 100, session: 100 }), row(102, { group: 100, session: 100 })];
  assert.deepEqual(found(rows, { 102: "ours" }), [101, 102]);
});

Deno.test("remains() never takes a process for ours because of its number alone", () => {
  assert.deepEqual(found([row(100), row(101, { group: 100, session: 100 })], {}), []);
  assert.deepEqual(found([row(100, { startTime: 50 })], { 100: "theirs" }), []);
});

Deno.test("remains() finds nothing that is older, dead, or another host's", () => {
  const marks = { 100: "ours", 101: "ours", 102: "ours", 103: "ours" };
  const rows = [
    row(100, { startTime: 49 }),
    row(101, { state: "Z" }),
    row(102),
    row(103, { group: 102, session: 102 }),
  ];
  assert.deepEqual(found(rows, marks, [{ pid: 102, startTime: 60 }]), []);
});
