/** How much does the host add to a 1 KiB response? */
// deno-lint-ignore-file no-console -- a bench prints its answer
import { load, type LoadResult } from "./load.ts";
import { connected, exampleApp, startHost, startKestrel } from "./programs.ts";
import { median, table } from "./statistics.ts";

const PATH = "/download/1024";
const ROUNDS = 5;
const ROUND_MS = 2_000;
const WARM_UP_MS = 3_000;
const CONNECTIONS = [1, 32];

const app = await exampleApp();
await using kestrel = startKestrel(app);
await using host = startHost(app);
const servers = [["Kestrel by itself", kestrel], ["through the host", host]] as const;
for (const [, server] of servers) {
  using connection = await connected(server, PATH, 5);
  await connection.get();
  await load(server.port, PATH, Math.max(...CONNECTIONS), WARM_UP_MS);
}

console.log("  (load from this bench's own client, one thread, on the same machine)");
for (const connections of CONNECTIONS) {
  const results = servers.map((): LoadResult[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, [, { port }]] of servers.entries()) {
      results[i]!.push(await load(port, PATH, connections, ROUND_MS));
    }
  }
  report(connections, results);
}

function report(connections: number, results: readonly LoadResult[][]) {
  const medians = results.map((rounds) => ({
    perSecond: median(rounds.map((round) => round.perSecond)),
    p50Ms: median(rounds.map((round) => round.p50Ms)),
    p99Ms: median(rounds.map((round) => round.p99Ms)),
    errors: rounds.reduce((sum, round) => sum + round.errors, 0),
  }));
  const baseline = medians[0]!;
  console.log(table([
    [
      `${connections} connections, medians of ${ROUNDS}`,
      "requests/s",
      "ratio",
      "p50, ms",
      "p99, ms",
    ],
    ...medians.map(({ perSecond, p50Ms, p99Ms, errors }, i) => [
      servers[i]![0] + (errors > 0 ? ` (${errors} errors)` : ""),
      perSecond.toFixed(0),
      (perSecond / baseline.perSecond).toFixed(2),
      p50Ms.toFixed(3),
      p99Ms.toFixed(3),
    ]),
  ]));
}
