import assert from "node:assert/strict";
import { type Range, readRanges } from "../../../../src/modules/static_files/range.ts";
import { seededTest } from "../../../support/seeded_random.ts";

const CASES: readonly [text: string, length: number, ranges: "whole" | "none" | string][] = [
  ["bytes=0-0", 10, "0-1"],
  ["bytes=2-5", 10, "2-6"],
  ["bytes=2-", 10, "2-10"],
  ["bytes=-3", 10, "7-10"],
  ["bytes=-30", 10, "0-10"],
  ["bytes=8-99999999999999999999", 10, "8-10"],
  ["Bytes=1-1", 10, "1-2"],
  ["bytes= 0-0 , ,-1", 10, "0-1 9-10"],
  ["bytes=0-0,20-30", 10, "0-1"],
  ["bytes=5-6,0-1", 10, "5-7 0-2"],
  ["bytes=10-", 10, "none"],
  ["bytes=10-12,30-", 10, "none"],
  ["bytes=-0", 10, "none"],
  ["bytes=0-0", 0, "whole"],
  ["bytes=-5", 0, "whole"],
  ["bytes=5-2", 10, "whole"],
  ["bytes=0-0,x", 10, "whole"],
  ["bytes=0-0,--1", 10, "whole"],
  ["bytes=-", 10, "whole"],
  ["bytes=", 10, "whole"],
  ["bytes=,", 10, "whole"],
  ["bytes 0-1", 10, "whole"],
  ["lines=0-1", 10, "whole"],
  ["bytes=0-0x1", 10, "whole"],
  ["bytes=0-9,0-9", 10, "whole"],
  ["bytes=0-5,3-9", 10, "whole"],
  [`bytes=${Array(17).fill("0-0").join(",")}`, 100, "whole"],
];

for (const [text, length, wanted] of CASES) {
  Deno.test(`readRanges() takes "${text}" of ${length} bytes as ${wanted} (IIS M-SC-5)`, () => {
    const ranges = readRanges(text, length);
    const shown = typeof ranges === "string"
      ? ranges
      : ranges.map(({ from, to }) => `${from}-${to}`).join(" ");
    assert.equal(shown, wanted);
  });
}

seededTest(
  "readRanges() never gives a byte that is not there, nor more than the file",
  (random) => {
    const alphabet = ["0", "1", "7", "99", "-", ",", " ", "bytes=", "x", "-5"];
    for (let round = 0; round < 20_000; round++) {
      const length = random.index(12);
      const text = `bytes=${
        Array.from({ length: random.index(12) }, () => random.of(alphabet)).join("")
      }`;
      const ranges = readRanges(text, length);
      if (typeof ranges === "string") continue;
      assert.ok(ranges.length > 0 && ranges.length <= 16, text);
      assert.ok(ranges.every((range: Range) => isWithin(range, length)), text);
      const sum = ranges.reduce((bytes, { from, to }) => bytes + to - from, 0);
      assert.ok(sum <= length, text);
    }
  },
);

function isWithin({ from, to }: Range, length: number): boolean {
  return from >= 0 && from < to && to <= length;
}
