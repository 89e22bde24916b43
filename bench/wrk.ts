import { join } from "node:path";
import { atStop } from "./stopping.ts";
import { tool } from "./tool.ts";

/** What wrk sends. */
export interface WrkOptions {
  readonly connections: number;
  readonly seconds: number;
  readonly fields?: Readonly<Record<string, string>>;
  /** A POST of that many bytes instead of a GET. */
  readonly bodyBytes?: number;
}

/** What wrk counted in one run. */
export interface WrkResult {
  /** Good answers a second. */
  readonly perSecond: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  /** All answers. */
  readonly requests: number;
  /** Answers of 400 and above, and connections that failed. */
  readonly errors: number;
}

const DONE = `done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\nRESULT {"requests":%d,"micros":%d,"p50":%d,"p99":%d,"status":%d,"socket":%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
`;

/**
 * Loads a server with wrk: each connection sends one request after another.
 *
 * @throws {Error} when wrk is not installed or fails
 */
export async function wrk(url: string, options: WrkOptions): Promise<WrkResult> {
  const folder = await Deno.makeTempDir({ prefix: "ancm-host-wrk-" });
  const { folders } = atStop();
  folders.add(folder);
  try {
    const script = join(folder, "script.lua");
    await Deno.writeTextFile(script, scriptOf(options));
    const output = await tool("wrk", [...argsOf(options), "-s", script, url], limitOf(options));
    if (!output) throw new Error("Cannot measure: wrk is not installed");
    return readWrk(output.text);
  } finally {
    await Deno.remove(folder, { recursive: true });
    folders.delete(folder);
  }
}

/** Reads the line that our script makes wrk write. @throws {Error} when it is not there */
export function readWrk(text: string): WrkResult {
  const found = /^RESULT (\{.*\})$/m.exec(text)?.[1];
  if (found === undefined) throw new Error(`Cannot read what wrk wrote: ${text}`);
  const { requests, micros, p50, p99, status, socket } = JSON.parse(found);
  const perSecond = (requests - status) / (micros / 1e6);
  return { perSecond, p50Micros: p50, p99Micros: p99, requests, errors: status + socket };
}

function scriptOf({ bodyBytes }: WrkOptions): string {
  if (bodyBytes === undefined) return DONE;
  return `wrk.method = "POST"
wrk.headers["Content-Type"] = "application/octet-stream"
wrk.body = string.rep("x", ${bodyBytes})
${DONE}`;
}

/** More threads than two would take processors from the servers. */
function argsOf({ connections, seconds, fields = {} }: WrkOptions): string[] {
  const threads = Math.min(connections, 2);
  const named = Object.entries(fields).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  return [
    ...[`-t${threads}`, `-c${connections}`, `-d${seconds}s`, "--timeout", "10s"],
    ...named,
  ];
}

function limitOf({ seconds }: WrkOptions): number {
  return (seconds + 30) * 1000;
}
