/** How much resident memory does an idle connection take, of 5,000, plain and over TLS? */
import type { Measure } from "./answer.ts";
import { HttpConnection } from "./http_client.ts";
import { type Contender, type Lineup, startLineup, whyNoTls } from "./lineup.ts";
import { openFilesLimit, possibleConnections } from "./open_files.ts";
import { memoryBytes } from "./process_cost.ts";
import { question } from "./question.ts";
import { interleaved, measureOf } from "./rounds.ts";

const WANTED = 5_000;
const AT_ONCE = 50;
const KB = 1024;

/** How long a server rests before its memory is read. */
const REST_MS = 2_000;

await question(async () => {
  const openFiles = await openFilesLimit();
  const count = possibleConnections(WANTED, openFiles);
  const noTls = await whyNoTls();
  const measures = [await measured(count, false)];
  if (!noTls) measures.push(await measured(count, true));
  return {
    measures: measures.map(({ measure }) => measure),
    notes: [
      ...measures[0]!.notes,
      ...noTls ? [`TLS ${noTls}`] : [],
      `${count} connections (ulimit -n ${openFiles}), each after one GET; 1 KB is 1,024 bytes of VmRSS; one round.`,
      "Before, as many GETs went over few connections, so that what they cost is not counted.",
    ],
  };
});

async function measured(
  count: number,
  tls: boolean,
): Promise<{ measure: Measure; notes: readonly string[] }> {
  await using lineup = await startLineup({ tls, connections: count });
  const gateways = lineup.contenders.filter(({ pids }) => pids.length > 0);
  const rounds = await interleaved(gateways, 1, async (gateway) => {
    return { value: await bytesEach(gateway, count, lineup, tls) / KB };
  });
  const about = {
    id: tls ? "idle-tls" : "idle",
    title: `memory of an idle connection${tls ? ", TLS" : ""}`,
    unit: "KB",
    digits: 1,
    better: "less",
  } as const;
  return { measure: measureOf(about, gateways, rounds), notes: lineup.notes };
}

async function bytesEach(
  { port, tlsPort, pids }: Contender,
  count: number,
  { certificate }: Lineup,
  tls: boolean,
): Promise<number> {
  const open = () =>
    tls && tlsPort !== undefined
      ? HttpConnection.openTls(tlsPort, "/", certificate!.pem)
      : HttpConnection.open(port, "/");
  const before = await askedBefore(open, count, pids);
  using connections = new DisposableStack();
  for (let opened = 0; opened < count; opened += AT_ONCE) {
    const batch = await Promise.all(Array.from({ length: AT_ONCE }, open));
    batch.forEach((connection) => connections.use(connection));
    await Promise.all(batch.map((connection) => connection.get()));
  }
  await rest();
  return (await memoryBytes(pids) - before) / count;
}

/** Sends as many requests over a few connections, closes them, and gives the memory then. */
async function askedBefore(
  open: () => Promise<HttpConnection>,
  count: number,
  pids: readonly number[],
): Promise<number> {
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    using connection = await open();
    for (let i = 0; i < count / AT_ONCE; i++) await connection.get();
  }));
  await rest();
  return await memoryBytes(pids);
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST_MS));
}
