/** How much latency is added to a small GET over one connection? */
import { DIRECT, type Measure, type Result } from "./answer.ts";
import { startLineup } from "./lineup.ts";
import type { Plan } from "./plan.ts";
import { question } from "./question.ts";
import { interleaved, measureOf } from "./rounds.ts";
import { loaded, type LoadOptions, warmUp } from "./wrk_measure.ts";

const ONE: LoadOptions = { id: "latency", title: "GET", path: "/", connections: 1 };

await question(async (plan: Plan) => {
  await using lineup = await startLineup();
  const { contenders, notes } = lineup;
  // Under more than one connection first: compilers and processors wake up sooner.
  await warmUp(contenders, { ...ONE, connections: 32 }, plan);
  await warmUp(contenders, ONE, { ...plan, warmUpSeconds: 1 });
  const runs = await interleaved(contenders, plan.rounds, async (contender) => {
    const { p50Micros, p99Micros, errors } = await loaded(contender, ONE, plan.roundSeconds);
    return { value: p50Micros, beside: { p99: p99Micros }, errors };
  });
  const about = { unit: "µs", better: "less" } as const;
  const p50 = measureOf(
    { ...about, id: "latency-p50", title: "GET, 1 connection, p50" },
    contenders,
    runs,
  );
  const p99Runs = runs.map((rounds) => rounds.map(({ beside }) => ({ value: beside!["p99"]! })));
  const p99 = measureOf(
    { ...about, id: "latency-p99", title: "GET, 1 connection, p99" },
    contenders,
    p99Runs,
  );
  return { measures: [withAdded(p50), withAdded(p99)], notes };
});

/** Says beside each figure how far it is above the backend's own. */
function withAdded(measure: Measure): Measure {
  const direct = measure.results.find(({ contender }) => contender === DIRECT);
  const added = (result: Result) => ({ "added, µs": result.median - (direct?.median ?? NaN) });
  return {
    ...measure,
    results: measure.results.map((result) => ({ ...result, beside: added(result) })),
  };
}
