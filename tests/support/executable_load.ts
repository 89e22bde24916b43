import { within } from "./executable_wait.ts";

/** What requests met that were sent one after the other on many connections. */
export interface LoadResult {
  readonly requests: number;
  /** The first few that were not answered with 200, in words. */
  readonly failures: readonly string[];
  readonly failureCount: number;
  readonly slowestMs: number;
}

/** Few enough not to slow down what is tested beside it, enough for some to be at every point of their way. */
const CONNECTIONS = 16;

/** Sends GETs without a pause while something else goes on. Each connection is kept while the host keeps it. */
export async function underLoad(
  url: string,
  work: () => Promise<unknown>,
  connections = CONNECTIONS,
): Promise<LoadResult> {
  const failures: string[] = [];
  let [requests, failureCount, slowestMs] = [0, 0, 0];
  let isOver = false;
  const client = async () => {
    // Each has one connection: a client that has several may send a request again by itself.
    using one = Deno.createHttpClient({ poolMaxIdlePerHost: 1, http2: false });
    while (!isOver) {
      const begun = performance.now();
      const problem = await get(url, one);
      slowestMs = Math.max(slowestMs, Math.round(performance.now() - begun));
      requests++;
      if (problem === undefined) continue;
      failureCount++;
      if (failures.length < 5) failures.push(problem);
    }
  };
  const clients = Array.from({ length: connections }, client);
  try {
    await work();
  } finally {
    isOver = true;
    await within("the last answers", Promise.all(clients));
  }
  return { requests, failures, failureCount, slowestMs };
}

async function get(url: string, client: Deno.HttpClient): Promise<string | undefined> {
  try {
    const response = await fetch(url, { client, signal: AbortSignal.timeout(20_000) });
    const text = await response.text();
    return response.status === 200 ? undefined : `${response.status}: ${text.slice(0, 200)}`;
  } catch (error) {
    return String(error);
  }
}
