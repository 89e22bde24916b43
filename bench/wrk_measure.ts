import type { Measure, Round } from "./answer.ts";
import type { Contender } from "./lineup.ts";
import type { Plan } from "./plan.ts";
import { processorMicros } from "./process_cost.ts";
import { interleaved, measureOf } from "./rounds.ts";
import { wrk, type WrkOptions, type WrkResult } from "./wrk.ts";

/** What is loaded, and how. */
export interface LoadOptions {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly connections: number;
  /** A POST of that many bytes instead of a GET. */
  readonly bodyBytes?: number;
  /** @default false */
  readonly tls?: boolean;
}

/** Puts load on each contender without measuring, so that what compiles while it runs has compiled. */
export async function warmUp(
  contenders: readonly Contender[],
  options: LoadOptions,
  plan: Plan,
): Promise<void> {
  for (const contender of contenders) await loaded(contender, options, plan.warmUpSeconds);
}

/** Measures requests a second, with latencies and the processor time that the gateway itself takes for a request. */
export async function loadMeasure(
  contenders: readonly Contender[],
  options: LoadOptions,
  plan: Plan,
): Promise<Measure> {
  const { id, title } = options;
  const rounds = await interleaved(
    contenders,
    plan.rounds,
    (contender) => loadRound(contender, options, plan.roundSeconds),
  );
  return measureOf({ id, title, unit: "requests/s", better: "more" }, contenders, rounds);
}

/** Loads one contender with wrk. */
export function loaded(
  contender: Contender,
  options: LoadOptions,
  seconds: number,
): Promise<WrkResult> {
  const { path, connections, bodyBytes, tls = false } = options;
  const port = tls ? contender.tlsPort : contender.port;
  const wrkOptions: WrkOptions = {
    connections,
    seconds,
    fields: contender.fields,
    ...bodyBytes === undefined ? {} : { bodyBytes },
  };
  return wrk(`${tls ? "https" : "http"}://127.0.0.1:${port}${path}`, wrkOptions);
}

async function loadRound(
  contender: Contender,
  options: LoadOptions,
  seconds: number,
): Promise<Round> {
  const before = await processorMicros(contender.pids);
  const result = await loaded(contender, options, seconds);
  const used = await processorMicros(contender.pids) - before;
  return {
    value: result.perSecond,
    errors: result.errors,
    beside: {
      "p50, ms": result.p50Micros / 1000,
      "p99, ms": result.p99Micros / 1000,
      ...contender.pids.length === 0 ? {} : { "CPU a request, µs": used / result.requests },
    },
  };
}
