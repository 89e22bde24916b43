import assert from "node:assert/strict";
import { type CpuProfile, selfTimes, selfTimesByFile } from "../../../bench/cpu_profile.ts";

const node = (id: number, functionName: string, url: string, lineNumber: number) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

const PROFILE: CpuProfile = {
  nodes: [
    node(1, "(idle)", "", -1),
    node(2, "read", "file:///a.ts", 9),
    node(3, "", "file:///a.ts", 19),
    // The same function, called from elsewhere.
    node(4, "read", "file:///a.ts", 9),
  ],
  samples: [2, 1, 4, 3, 2],
  timeDeltas: [100, 1000, 20, 50, 3],
};

Deno.test("selfTimes() adds up a function wherever it is called from, the longest first", () => {
  assert.deepEqual(selfTimes(PROFILE), [
    { name: "(idle)", place: "", micros: 1000 },
    { name: "read", place: "file:///a.ts:10", micros: 123 },
    { name: "(anonymous)", place: "file:///a.ts:20", micros: 50 },
  ]);
});

Deno.test("selfTimesByFile() adds up the functions of a file", () => {
  assert.deepEqual(selfTimesByFile(selfTimes(PROFILE)).map(({ name, micros }) => [name, micros]), [
    ["(idle)", 1000],
    ["file:///a.ts", 173],
  ]);
});
