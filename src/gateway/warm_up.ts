import type { Target } from "../contract/directory.ts";
import { answerStatus, exchangeOver } from "./_single_exchange.ts";

/** A page that a backend is asked for before it gets requests. */
export interface WarmUpPage {
  /** Path and query: what stands in the request line. */
  readonly target: string;
  readonly host: string;
}

/**
 * Asks a backend for pages, one after the other, and reads each answer to its end. Never rejects.
 *
 * @param signal ends it; what was not answered by then has no status
 * @returns the status of each answer; undefined where there was no whole one
 * @see IIS M-AI-1
 */
export async function warmUp(
  target: Target,
  pages: readonly WarmUpPage[],
  signal: AbortSignal,
): Promise<readonly (number | undefined)[]> {
  const statuses: (number | undefined)[] = [];
  for (const page of pages) {
    statuses.push(signal.aborted ? undefined : await statusOf(target, page, signal));
  }
  return statuses;
}

async function statusOf(
  target: Target,
  page: WarmUpPage,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: target.port, signal });
    return await exchangeOver(connection, head(target, page), signal, (one) => answerStatus(one));
  } catch {
    return undefined;
  }
}

function head({ token }: Target, { target, host }: WarmUpPage): string[] {
  return [
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    "User-Agent: ancm-host (application initialization)",
    "Accept: */*",
    `MS-ASPNETCORE-TOKEN: ${token}`,
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-Proto: http",
    "Connection: close",
  ];
}
