/** How much later than Kestrel by itself does the first answer come, and when does the host listen? */
// deno-lint-ignore-file no-console -- a bench prints its answer
import { connected, exampleApp, type Program, startHost, startKestrel } from "./programs.ts";
import { median, table } from "./statistics.ts";

const ROUNDS = 9;
const POLL_MS = 2;

interface Start {
  readonly listeningMs: number;
  readonly first200Ms: number;
}

async function measure(start: () => Program): Promise<Start> {
  const started = performance.now();
  await using program = start();
  using connection = await connected(program, "/", POLL_MS);
  const listeningMs = performance.now() - started;
  const status = await connection.get();
  const first200Ms = performance.now() - started;
  if (status !== 200) throw new Error(`The first answer was ${status}, not 200`);
  return { listeningMs, first200Ms };
}

const app = await exampleApp();
const ways: [name: string, start: () => Program][] = [
  ["Kestrel by itself", () => startKestrel(app)],
  ["host, first request starts it", () => startHost(app)],
  ["host --preload", () => startHost(app, ["--preload"])],
];
// Not counted: brings programs and app into the file cache.
for (const [, start] of ways) await measure(start);
const results = ways.map((): Start[] => []);
for (let round = 0; round < ROUNDS; round++) {
  for (const [i, [, start]] of ways.entries()) results[i]!.push(await measure(start));
}

const medians = results.map((starts) => ({
  listeningMs: median(starts.map((start) => start.listeningMs)),
  first200Ms: median(starts.map((start) => start.first200Ms)),
}));
const baseline = medians[0]!.first200Ms;
console.log(table([
  [`medians of ${ROUNDS} rounds`, "listens, ms", "first 200, ms", "added, ms", "ratio"],
  ...medians.map(({ listeningMs, first200Ms }, i) => [
    ways[i]![0],
    listeningMs.toFixed(0),
    first200Ms.toFixed(0),
    (first200Ms - baseline).toFixed(0),
    (first200Ms / baseline).toFixed(2),
  ]),
]));
console.log("  Aims: the host listens within 150 ms and adds less than 50 ms to the first 200");
