import assert from "node:assert/strict";
import { parseNote } from "../../../../src/backend/custody/_child_notes.ts";

const HOST = { pid: 1, startTime: 5 };
const CHILD = { pid: 20, startTime: 30, mark: "ab" };

Deno.test("parseNote() reads what a host has written", () => {
  const note = { host: HOST, children: [CHILD] };
  assert.deepEqual(parseNote(JSON.stringify(note)), note);
});

Deno.test("parseNote() takes nothing else: its numbers are signalled", () => {
  const notes: unknown[] = [
    null,
    7,
    [],
    {},
    { host: HOST },
    { host: HOST, children: CHILD },
    { host: HOST, children: [null] },
    { host: { pid: "1", startTime: 5 }, children: [] },
    ...[0, 1, -1, 1.5, "20", null].map((pid) => ({ host: HOST, children: [{ ...CHILD, pid }] })),
    { host: HOST, children: [{ ...CHILD, startTime: -1 }] },
    { host: HOST, children: [{ pid: 20, startTime: 30 }] },
    { host: HOST, children: [{ ...CHILD, mark: 7 }] },
  ];
  for (const note of notes) {
    assert.equal(parseNote(JSON.stringify(note)), undefined, JSON.stringify(note));
  }
  assert.equal(parseNote('{"host":'), undefined);
  assert.equal(parseNote(""), undefined);
});
