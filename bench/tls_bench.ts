/** How many small GETs a second over TLS, with HTTP/1.1 and with HTTP/2? */
import type { Measure } from "./answer.ts";
import { h2load } from "./h2load.ts";
import { type Contender, startLineup, whyNoTls } from "./lineup.ts";
import type { Plan } from "./plan.ts";
import { question } from "./question.ts";
import { interleaved, measureOf } from "./rounds.ts";
import { loadMeasure, type LoadOptions, warmUp } from "./wrk_measure.ts";

const OPTIONS: LoadOptions = {
  id: "tls-h1",
  title: "GET over TLS, HTTP/1.1, 64 connections",
  path: "/",
  connections: 64,
  tls: true,
};

await question(async (plan) => {
  const reason = await whyNoTls();
  if (reason) return { measures: [], notes: [reason] };
  await using lineup = await startLineup({ tls: true });
  const contenders = lineup.contenders.filter(({ tlsPort }) => tlsPort !== undefined);
  await warmUp(contenders, OPTIONS, plan);
  const measures = [await loadMeasure(contenders, OPTIONS, plan)];
  await h2Measure(contenders, { ...plan, rounds: 1, roundSeconds: plan.warmUpSeconds });
  measures.push(await h2Measure(contenders, plan));
  return {
    measures,
    notes: [...lineup.notes, "Connections are kept, so that handshakes are no part of it."],
  };
});

async function h2Measure(contenders: readonly Contender[], plan: Plan): Promise<Measure> {
  const rounds = await interleaved(contenders, plan.rounds, async (contender) => {
    const { perSecond, errors } = await h2(contender, plan.roundSeconds);
    return { value: perSecond, errors };
  });
  const title = "GET over TLS, HTTP/2, 16 × 4 streams";
  return measureOf(
    { id: "tls-h2", title, unit: "requests/s", better: "more" },
    contenders,
    rounds,
  );
}

function h2({ tlsPort }: Contender, seconds: number) {
  return h2load(`https://127.0.0.1:${tlsPort}/`, seconds);
}
