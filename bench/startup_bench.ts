/** How much later than Kestrel by itself does the first answer come, and when does the host listen? */
import type { Round } from "./answer.ts";
import { connected, exampleApp, type Program, startHost, startKestrel } from "./programs.ts";
import { question } from "./question.ts";
import { interleaved, measureOf } from "./rounds.ts";

/** A start is short, so that more rounds than elsewhere cost little. */
const ROUNDS_FACTOR = 2;
const POLL_MS = 2;

interface Way {
  readonly name: string;
  start(): Program;
}

await question(async (plan) => {
  const app = await exampleApp();
  const ways: Way[] = [
    { name: "Kestrel by itself", start: () => startKestrel(app) },
    { name: "host, first request starts it", start: () => startHost(app) },
    { name: "host --preload", start: () => startHost(app, ["--preload"]) },
  ];
  // Not counted: brings programs and app into the file cache.
  for (const way of ways) await firstAnswer(way);
  const rounds = await interleaved(ways, plan.rounds * ROUNDS_FACTOR, firstAnswer);
  const about = { id: "startup", title: "first 200", unit: "ms", better: "less" } as const;
  const measure = measureOf(about, ways, rounds);
  const baseline = measure.results[0]!.median;
  const results = measure.results.map((result) => ({
    ...result,
    beside: { ...result.beside, "added, ms": result.median - baseline },
  }));
  return {
    measures: [{ ...measure, results }],
    notes: ["Aims: the host listens within 150 ms and adds less than 50 ms to the first 200."],
  };
});

async function firstAnswer({ start }: Way): Promise<Round> {
  const started = performance.now();
  await using program = start();
  using connection = await connected(program, "/", POLL_MS);
  const listeningMs = performance.now() - started;
  const status = await connection.get();
  const first200Ms = performance.now() - started;
  if (status !== 200) throw new Error(`The first answer was ${status}, not 200`);
  return { value: first200Ms, beside: { "listens, ms": listeningMs } };
}
