/** How many messages a second are echoed over 1,000 WebSockets? */
import { HOST, type Round } from "./answer.ts";
import { type Contender, startLineup } from "./lineup.ts";
import type { Plan } from "./plan.ts";
import { processorMicros } from "./process_cost.ts";
import { question } from "./question.ts";
import { interleaved, measureOf } from "./rounds.ts";
import { quantile } from "./statistics.ts";
import { EchoSocket } from "./web_socket_client.ts";

const SOCKETS = 1_000;
const AT_ONCE = 50;

await question(async (plan: Plan) => {
  await using lineup = await startLineup({ connections: SOCKETS * 2 });
  const refusal = await whyRefused(lineup.contenders);
  if (refusal) return { measures: [], notes: [refusal] };
  await interleaved(lineup.contenders, 1, (contender) => echoes(contender, plan.warmUpSeconds));
  const rounds = await interleaved(
    lineup.contenders,
    plan.rounds,
    (contender) => echoes(contender, plan.roundSeconds),
  );
  const title = `echoes of 64 bytes, ${SOCKETS} WebSockets`;
  const about = { id: "websocket", title, unit: "messages/s", better: "more" } as const;
  return {
    measures: [measureOf(about, lineup.contenders, rounds)],
    notes: [
      ...lineup.notes,
      "The client is one thread of Deno, which bounds the figures; the processor time is the better comparison.",
    ],
  };
});

/** Gives the reason why the host passes no WebSocket; absent where it does. */
async function whyRefused(contenders: readonly Contender[]): Promise<string | undefined> {
  const host = contenders.find(({ name }) => name === HOST)!;
  try {
    await using socket = await EchoSocket.open(host.port, "/ws", host.fields);
    await socket.echo();
  } catch (error) {
    return `skipped: this host passes no WebSocket: ${(error as Error).message}`;
  }
}

async function echoes({ port, fields, pids }: Contender, seconds: number): Promise<Round> {
  await using stack = new AsyncDisposableStack();
  const sockets: EchoSocket[] = [];
  while (sockets.length < SOCKETS) {
    const opened = Array.from({ length: AT_ONCE }, () => EchoSocket.open(port, "/ws", fields));
    sockets.push(...(await Promise.all(opened)).map((socket) => stack.use(socket)));
  }
  const before = await processorMicros(pids);
  const { tookMs, latenciesMs } = await exchange(sockets, seconds * 1000);
  const used = await processorMicros(pids) - before;
  return {
    value: latenciesMs.length / (tookMs / 1000),
    beside: {
      "p50, ms": quantile(latenciesMs, 0.5),
      "p99, ms": quantile(latenciesMs, 0.99),
      ...pids.length === 0 ? {} : { "CPU a message, µs": used / latenciesMs.length },
    },
  };
}

async function exchange(sockets: readonly EchoSocket[], durationMs: number) {
  const latenciesMs: number[] = [];
  const started = performance.now();
  await Promise.all(sockets.map(async (socket) => {
    for (let sent = performance.now(); sent - started < durationMs;) {
      await socket.echo();
      const echoed = performance.now();
      latenciesMs.push(echoed - sent);
      sent = echoed;
    }
  }));
  return { tookMs: performance.now() - started, latenciesMs };
}
