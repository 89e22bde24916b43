import assert from "node:assert/strict";
import { areaOf, lineOf, plotRuns } from "../../../../src/pages/status_page/_plot.ts";

Deno.test("plotRuns() puts the newest value at the right edge, and the largest at the top", () => {
  assert.deepEqual(plotRuns([0, 5, 10], 30, 10), [[[27, 98], [28, 51], [29, 4]]]);
});

Deno.test("plotRuns() leaves gaps where nothing is known", () => {
  assert.deepEqual(plotRuns([null, 0, null, null, 10, 0], 6, 10), [
    [[1, 98]],
    [[4, 4], [5, 98]],
  ]);
  assert.deepEqual(plotRuns([null, null], 6, 1), []);
});

Deno.test("lineOf() and areaOf() draw a run", () => {
  assert.equal(lineOf([[1, 50], [2, 4]]), "M1 50L2 4");
  assert.equal(lineOf([[3, 50]]), "M2.5 50h0.5");
  assert.equal(areaOf([[1, 50], [2, 4]]), "M1 98L1 50L2 4L2 98Z");
  assert.deepEqual([lineOf([]), areaOf([])], ["", ""]);
});
