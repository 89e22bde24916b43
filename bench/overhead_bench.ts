/** How much does the host add to a 1 KiB response, asked by a client of our own? */
import { load } from "./load.ts";
import type { Measure } from "./answer.ts";
import type { Plan } from "./plan.ts";
import { connected, exampleApp, type Program, startHost, startKestrel } from "./programs.ts";
import { question } from "./question.ts";
import { interleaved, measureOf } from "./rounds.ts";

const PATH = "/download/1024";
const CONNECTIONS = [32, 1];

interface Server {
  readonly name: string;
  readonly program: Program;
}

await question(async (plan) => {
  const app = await exampleApp();
  await using kestrel = startKestrel(app);
  await using host = startHost(app);
  const servers: Server[] = [
    { name: "Kestrel by itself", program: kestrel },
    { name: "through the host", program: host },
  ];
  for (const { program } of servers) {
    using connection = await connected(program, PATH, 5);
    await connection.get();
    await load(program.port, PATH, Math.max(...CONNECTIONS), plan.warmUpSeconds * 1000);
  }
  const measures: Measure[] = [];
  for (const connections of CONNECTIONS) {
    measures.push(await measured(servers, connections, plan));
  }
  return { measures, notes: ["Needs no wrk; the client is one thread of Deno."] };
});

async function measured(
  servers: readonly Server[],
  connections: number,
  { rounds, roundSeconds }: Plan,
): Promise<Measure> {
  const runs = await interleaved(servers, rounds, async ({ program }) => {
    const result = await load(program.port, PATH, connections, roundSeconds * 1000);
    return {
      value: result.perSecond,
      beside: { "p50, ms": result.p50Ms, "p99, ms": result.p99Ms },
      errors: result.errors,
    };
  });
  const title = `GET of 1 KiB, ${connections} ${connections === 1 ? "connection" : "connections"}`;
  const about = {
    id: `overhead-${connections}`,
    title,
    unit: "requests/s",
    better: "more",
  } as const;
  return measureOf(about, servers, runs);
}
