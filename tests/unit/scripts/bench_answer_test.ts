import assert from "node:assert/strict";
import {
  type Answer,
  answerText,
  DIRECT,
  figureOf,
  HOST,
  type Measure,
  resultOf,
  rowsOf,
} from "../../../bench/answer.ts";

const measure = (results: Measure["results"]): Measure => ({
  id: "get-64",
  title: "GET",
  unit: "requests/s",
  better: "more",
  results,
});

const result = (contender: string, median: number, more = {}) => ({
  contender,
  median,
  low: median - 1,
  high: median + 1,
  ...more,
});

Deno.test("resultOf() takes medians, the range, and all errors together", () => {
  const rounds = [
    { value: 3, beside: { p50: 30 }, errors: 1 },
    { value: 1, beside: { p50: 10 } },
    { value: 2, beside: { p50: 20 }, errors: 2 },
  ];
  assert.deepEqual(resultOf("nginx", rounds), {
    contender: "nginx",
    median: 2,
    low: 1,
    high: 3,
    beside: { p50: 20 },
    errors: 3,
  });
});

Deno.test("rowsOf() says beside each contender how many times its figure the host's is", () => {
  const rows = rowsOf(measure([result(DIRECT, 400), result(HOST, 100), result("nginx", 200)]));
  assert.deepEqual(rows.map((row) => row.at(-1)), ["ancm-host is", "0.25 ×", "1.00 ×", "0.50 ×"]);
});

Deno.test("rowsOf() compares nothing where the host is not among the contenders", () => {
  const rows = rowsOf(measure([result("a", 2), result("b", 4)]));
  assert.deepEqual(rows[0], ["GET", "requests/s", "low – high"]);
});

Deno.test("rowsOf() names errors, and a dash where there is no figure", () => {
  const rows = rowsOf(measure([
    result("a", 2, { beside: { CPU: 4.567 }, errors: 5 }),
    result("b", 4),
  ]));
  assert.deepEqual(rows[1], ["a (5 errors)", "2", "1 – 3", "4.57"]);
  assert.deepEqual(rows[2], ["b", "4", "3 – 5", "–"]);
});

Deno.test("figureOf() finds a contender's figure among all answers", () => {
  const answers: Answer[] = [
    { measures: [], notes: ["skipped"] },
    { measures: [measure([result(HOST, 7)])], notes: [] },
  ];
  assert.equal(figureOf(answers, "get-64", HOST), 7);
  assert.equal(figureOf(answers, "get-64", "nginx"), undefined);
  assert.equal(figureOf(answers, "post", HOST), undefined);
});

Deno.test("answerText() shows tables first, then what a reader must know", () => {
  const text = answerText({ measures: [measure([result("a", 2)])], notes: ["missing: b"] });
  assert.deepEqual(text.split("\n").map((line) => line.trim().split(" ")[0]), [
    "GET",
    "a",
    "missing:",
  ]);
});
