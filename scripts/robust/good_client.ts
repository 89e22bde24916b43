import type { Stage } from "./stage.ts";

/** What a client that behaves well met while others did not. */
export interface GoodClientResult {
  readonly requests: number;
  /** The first few failures, in words. */
  readonly failures: readonly string[];
  readonly failureCount: number;
  readonly worstMs: number;
}

/** How long an answer may take before the client counts it as failed. Milliseconds. */
const PATIENCE_MS = 10_000;
/** Between two requests of the good client. Milliseconds. */
const PAUSE_MS = 20;

/** Asks for a small page again and again while something else goes on, and tells how it fared. */
export async function besideGoodClient(
  stage: Stage,
  work: () => Promise<unknown>,
): Promise<GoodClientResult> {
  const failures: string[] = [];
  let [requests, failureCount, worstMs] = [0, 0, 0];
  let isOver = false;
  const client = (async () => {
    while (!isOver) {
      const start = performance.now();
      const problem = await smallGet(`${stage.host.url}/`);
      worstMs = Math.max(worstMs, performance.now() - start);
      requests++;
      if (problem !== undefined) {
        failureCount++;
        if (failures.length < 5) failures.push(problem);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  try {
    await work();
  } finally {
    isOver = true;
    await client;
  }
  return { requests, failures, failureCount, worstMs: Math.round(worstMs) };
}

/** Sends the small idempotent request of the tests; says what is wrong with the answer, if anything. */
export async function smallGet(url: string, client?: Deno.HttpClient): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(url, { signal, ...(client ? { client } : {}) });
    const text = await response.text();
    if (response.status === 200 && text === "Hello from ASP.NET Core\n") return undefined;
    return `${response.status} with ${JSON.stringify(text.slice(0, 80))}`;
  } catch (error) {
    return String(error);
  }
}
