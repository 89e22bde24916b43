import { HttpConnection } from "./http_client.ts";
import { quantile } from "./statistics.ts";

/** What one round of load measured. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 200. */
  readonly errors: number;
}

/** Sends GETs over some connections for that long, each connection one after another. */
export async function load(
  port: number,
  path: string,
  connections: number,
  durationMs: number,
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  let errors = 0;
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, async () => {
    using connection = await HttpConnection.open(port, path);
    for (let sent = performance.now(); sent - started < durationMs;) {
      if (await connection.get() !== 200) errors++;
      const answered = performance.now();
      latenciesMs.push(answered - sent);
      sent = answered;
    }
  }));
  return {
    perSecond: latenciesMs.length / ((performance.now() - started) / 1000),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    errors,
  };
}
