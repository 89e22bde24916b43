import type { Target } from "../contract/directory.ts";
import { exchangeOver } from "./_single_exchange.ts";

/** No status line is longer. */
const MAX_BYTES = 4_096;

/**
 * Asks a backend to stop, as its IIS integration understands it, and gives the status of its answer.
 *
 * @param pathBase `/`, or `/sub` without a slash at its end
 * @param signal ends the wait for the answer
 * @returns undefined where there was no answer, or none that is HTTP; 202 means that it will stop
 * @see ANCM O-20, G-6
 */
export async function requestShutdown(
  pathBase: string,
  target: Target,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (signal.aborted) return undefined;
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: target.port, signal });
    return statusIn(await exchangeOver(connection, head(pathBase, target), signal, firstLine));
  } catch {
    return undefined;
  }
}

function head(pathBase: string, { port, token }: Target): string[] {
  return [
    `POST ${pathBase === "/" ? "" : pathBase}/iisintegration HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    "MS-ASPNETCORE-EVENT: shutdown",
    `MS-ASPNETCORE-TOKEN: ${token}`,
    "Content-Length: 0",
    "Connection: close",
  ];
}

async function firstLine(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(MAX_BYTES);
  let length = 0;
  while (length < MAX_BYTES) {
    const count = await connection.read(buffer.subarray(length));
    if (count === null) break;
    length += count;
    if (buffer.subarray(0, length).includes(0x0a)) break;
  }
  return new TextDecoder("latin1").decode(buffer.subarray(0, length));
}

function statusIn(text: string): number | undefined {
  const status = /^HTTP\/1\.[01] (\d{3})(?: [^\r\n]*)?\r?\n/.exec(text)?.[1];
  return status === undefined ? undefined : Number(status);
}
