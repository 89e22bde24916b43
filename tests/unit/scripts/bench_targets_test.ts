import assert from "node:assert/strict";
import { type Answer, DIRECT, HOST } from "../../../bench/answer.ts";
import { verdicts } from "../../../bench/targets.ts";

const answer = (id: string, figures: Record<string, number>): Answer => ({
  notes: [],
  measures: [{
    id,
    title: id,
    unit: "x",
    better: "more",
    results: Object.entries(figures)
      .map(([contender, median]) => ({ contender, median, low: median, high: median })),
  }],
});

/** Gives each verdict that is more than "not measured", by what was wanted. */
function judged(answers: readonly Answer[], cores = 4): Record<string, string> {
  return Object.fromEntries(
    verdicts(answers, cores).filter(({ verdict }) => verdict !== "not measured")
      .map(({ wanted, verdict }) => [wanted, verdict]),
  );
}

Deno.test("verdicts() compares small GETs with each peer of the run", () => {
  const figures = { [HOST]: 15_000, Caddy: 10_000, YARP: 20_000, nginx: 25_000 };
  assert.deepEqual(judged([answer("get-64", figures)]), {
    "at least 1.5 × Caddy": "reached",
    "at least 0.8 × YARP": "not reached",
    "at least 0.6 × nginx": "reached",
  });
});

Deno.test("verdicts() allows 60 µs more than nginx adds, and not more", () => {
  const wanted = "at most what nginx adds and 60 µs";
  const run = (host: number) =>
    judged([answer("latency-p50", { [DIRECT]: 100, [HOST]: host, nginx: 180 })])[wanted];
  assert.equal(run(240), "reached");
  assert.equal(run(241), "not reached");
});

Deno.test("verdicts() takes memory as an upper bound", () => {
  assert.deepEqual(judged([answer("idle", { [HOST]: 14 }), answer("rest", { [HOST]: 80.1 })]), {
    "at most 14 KB": "reached",
    "at most 80 MB": "not reached",
  });
});

Deno.test("verdicts() prints the figure and judges nothing on fewer than four cores", () => {
  const [first] = verdicts([answer("get-64", { [HOST]: 1, Caddy: 2 })], 2);
  assert.equal(first!.measured, "0.50 × Caddy");
  assert.equal(first!.verdict, "not judged");
});

Deno.test("verdicts() says of what nobody measured that it was not measured", () => {
  assert.ok(verdicts([], 4).every(({ verdict }) => verdict === "not measured"));
});
