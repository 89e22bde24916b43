import assert from "node:assert/strict";
import { type Answer, HOST, type Result } from "../../../bench/answer.ts";
import {
  keptByHand,
  type PerformancePage,
  performancePage,
} from "../../../bench/performance_page.ts";
import { plot } from "../../../bench/plot.ts";

const result = (contender: string, median: number): Result => ({
  contender,
  median,
  low: median,
  high: median,
});

const ANSWER: Answer = {
  measures: [{
    id: "get-64",
    title: "GET <small>",
    unit: "requests/s",
    better: "more",
    results: [result(HOST, 500), result("nginx", 1000)],
  }],
  notes: ["missing: YARP is not installed"],
};

const PAGE: PerformancePage = {
  date: "2031-02-03",
  machine: ["a machine"],
  plan: "Two rounds.",
  asked: [{ question: "How many?", answer: ANSWER }],
  verdicts: [{ work: "GET", wanted: "much", measured: "0.50 × nginx", verdict: "not reached" }],
  cores: 4,
};

const HAND = "\n## What was tried\n\nA | B, which gave nothing.\n";

Deno.test("performancePage() keeps what was written by hand, however often it is written", () => {
  const first = performancePage(PAGE).replace(keptByHand(undefined), HAND);
  const second = performancePage({ ...PAGE, before: first });
  assert.equal(keptByHand(second), HAND);
  assert.equal(performancePage({ ...PAGE, before: second }), second);
});

Deno.test("performancePage() refuses to write over a page without its marks", () => {
  assert.throws(() => performancePage({ ...PAGE, before: "# By hand\n" }), /kept by hand: begin/);
});

Deno.test("performancePage() shows date, machine, figures, ratios, notes and verdicts", () => {
  const page = performancePage(PAGE);
  for (
    const line of [
      "| GET | much | 0.50 × nginx | not reached |",
      "- a machine",
      "### How many?",
      "| nginx | 1000 | 1000 – 1000 | 0.50 × |",
      "- missing: YARP is not installed",
    ]
  ) assert.ok(page.split("\n").includes(line), line);
  assert.match(page, /on 2031-02-03;/);
  assert.doesNotMatch(page, /Nothing is judged/);
});

Deno.test("performancePage() says that nothing is judged on fewer than four cores", () => {
  assert.match(performancePage({ ...PAGE, cores: 2 }), /Nothing is judged on fewer than 4 cores/);
});

Deno.test("plot() draws a bar for each contender, as long as its share of the longest", () => {
  const picture = plot([ANSWER]);
  const widths = [...picture.matchAll(/<rect class="(\w+)" [^>]*width="([\d.]+)"/g)]
    .map(([, kind, width]) => [kind, Number(width)] as const);
  assert.deepEqual(widths.map(([kind]) => kind), ["host", "bar"]);
  assert.ok(Math.abs(widths[0]![1] / widths[1]![1] - 0.5) < 0.01);
});

Deno.test("plot() escapes text, and leaves out what the host is not part of", () => {
  const alone: Answer = {
    measures: [{
      ...ANSWER.measures[0]!,
      title: "alone",
      results: [result("nginx", 1), result("Caddy", 2)],
    }],
    notes: [],
  };
  const picture = plot([ANSWER, alone]);
  assert.match(picture, /GET &lt;small>/);
  assert.doesNotMatch(picture, /alone/);
});
