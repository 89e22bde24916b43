import assert from "node:assert/strict";
import { median, quantile, table } from "../../../bench/statistics.ts";

Deno.test("median() takes the middle, or the mean of two, and leaves its argument alone", () => {
  const values = [3, 1, 2];
  assert.equal(median(values), 2);
  assert.deepEqual(values, [3, 1, 2]);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

Deno.test("quantile() gives the value that a share of the values lies below", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.equal(quantile(values, 0.5), 51);
  assert.equal(quantile(values, 0.99), 100);
  assert.equal(quantile(values, 1), 100);
  assert.equal(quantile([5], 0.5), 5);
});

Deno.test("table() aligns the first column to the left and the others to the right", () => {
  assert.equal(table([["a", "12"], ["bcd", "3"]]), "  a    12\n  bcd   3");
});
