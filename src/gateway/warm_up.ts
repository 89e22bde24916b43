import type { Target } from "../contract/directory.ts";
import { ResponseReader, STEP } from "../http1/mod.ts";

/** A page that a backend is asked for before it gets requests. */
export interface WarmUpPage {
  /** Path and query: what stands in the request line. */
  readonly target: string;
  readonly host: string;
}

/** More than the reader takes for a head. */
const BUFFER_BYTES = 128 * 1_024;

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
    const stop = () => connection.close();
    signal.addEventListener("abort", stop, { once: true });
    try {
      await write(connection, head(target, page));
      return await statusAtEnd(connection);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  } catch {
    return undefined;
  }
}

function head({ token }: Target, { target, host }: WarmUpPage): Uint8Array {
  const lines = [
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    "User-Agent: ancm-host (application initialization)",
    "Accept: */*",
    `MS-ASPNETCORE-TOKEN: ${token}`,
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-Proto: http",
    "Connection: close",
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  let rest = bytes;
  while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
}

/** @throws where the answer is no HTTP or breaks off */
async function statusAtEnd(connection: Deno.Conn): Promise<number | undefined> {
  const reader = new ResponseReader();
  reader.expect(false, false);
  const buffer = new Uint8Array(BUFFER_BYTES);
  let start = 0;
  let end = 0;
  let hasEnded = false;
  for (;;) {
    const step = hasEnded ? reader.close() : reader.next(buffer, start, end);
    start = reader.position;
    if (step === STEP.END) return reader.status;
    if (step === STEP.ERROR || step === STEP.SWITCHED) return undefined;
    if (step !== STEP.MORE) continue;
    buffer.copyWithin(0, start, end);
    end -= start;
    start = 0;
    const count = await connection.read(buffer.subarray(end));
    if (count === null) hasEnded = true;
    else end += count;
  }
}
