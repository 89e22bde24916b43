import { smallGet } from "./good_client.ts";
import {
  type Holdings,
  holdingsOf,
  killBackend,
  settledSockets,
  SPARE_SOCKETS,
  type Stage,
} from "./stage.ts";

/** What a soak counted. */
export interface SoakResult {
  readonly kills: number;
  /** Requests that have to succeed whatever becomes of the backend. */
  readonly idempotent: number;
  readonly idempotentFailures: readonly string[];
  /** Downloads, uploads and WebSockets: those under way at a kill may fail. */
  readonly others: number;
  readonly othersCut: number;
  /** Taken every few seconds, from the first kill on. */
  readonly samples: readonly Holdings[];
  readonly socketsBefore: number;
  readonly socketsAfter: number;
}

const KILL_EVERY_MS = 20_000;
const SAMPLE_EVERY_MS = 2_000;
const DOWNLOAD_BYTES = 1_048_576;
/** Memory that a collector may leave for later; more of it at the end than in the middle is growth. */
const SPARE_MEBIBYTES = 32;

/** Puts mixed load on the host for a while and kills its backend every 20 s. */
export async function soak(stage: Stage, seconds: number): Promise<SoakResult> {
  const { host, secureUrl, trusting } = stage;
  const socketsBefore = (await holdingsOf(host)).sockets;
  const end = performance.now() + seconds * 1_000;
  const counts = { kills: 0, idempotent: 0, others: 0, othersCut: 0 };
  const idempotentFailures: string[] = [];
  const samples: Holdings[] = [];
  const until = async (work: () => Promise<void>) => {
    while (performance.now() < end) await work();
  };
  const get = (url: string, client?: Deno.HttpClient) => async () => {
    const problem = await smallGet(`${url}/`, client);
    counts.idempotent++;
    if (problem !== undefined) idempotentFailures.push(problem);
  };
  const other = (work: () => Promise<boolean>) => async () => {
    const isWhole = await work().catch(() => false);
    counts.others++;
    if (isWhole) return;
    counts.othersCut++;
    // What fails at once would otherwise be tried thousands of times while the backend starts.
    await pause(100);
  };
  const load = [
    ...Array.from({ length: 6 }, () => get(host.url)),
    ...Array.from({ length: 3 }, () => get(secureUrl, trusting.http1)),
    ...Array.from({ length: 3 }, () => get(secureUrl, trusting.http2)),
    other(() => download(host.url)),
    other(() => download(secureUrl, trusting.http2)),
    other(() => upload(host.url)),
    other(() => upload(secureUrl, trusting.http2)),
    other(() => echo(host.url)),
  ];
  await Promise.all([
    ...load.map(until),
    until(async () => {
      await pause(Math.min(KILL_EVERY_MS, Math.max(0, end - performance.now())));
      if (performance.now() >= end) return;
      await killBackend(host);
      counts.kills++;
    }),
    until(async () => {
      await pause(SAMPLE_EVERY_MS);
      samples.push(await holdingsOf(host));
    }),
  ]);
  const socketsAfter = await settledSockets(host, socketsBefore + SPARE_SOCKETS);
  return { ...counts, idempotentFailures, samples, socketsBefore, socketsAfter };
}

/** Says what a soak found wrong, if anything. */
export function faultsOf(result: SoakResult): string[] {
  const faults: string[] = [];
  const failed = result.idempotentFailures.length;
  if (failed > 0) {
    const first = result.idempotentFailures.slice(0, 5).join("; ");
    faults.push(`${failed} of ${result.idempotent} idempotent requests failed: ${first}`);
  }
  if (result.socketsAfter > result.socketsBefore + SPARE_SOCKETS) {
    faults.push(`${result.socketsBefore} sockets became ${result.socketsAfter}`);
  }
  const { middle, late } = memoryOf(result);
  if (late > middle + SPARE_MEBIBYTES) faults.push(`${middle} MiB became ${late} MiB`);
  return faults;
}

/** The memory in the second quarter of the soak, and in the last. */
export function memoryOf({ samples }: SoakResult): { middle: number; late: number } {
  const sizes = samples.map(({ mebibytes }) => mebibytes);
  const quarter = Math.floor(sizes.length / 4);
  return {
    middle: median(sizes.slice(quarter, 2 * quarter)),
    late: median(sizes.slice(3 * quarter)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function download(url: string, client?: Deno.HttpClient): Promise<boolean> {
  const response = await fetch(`${url}/download/${DOWNLOAD_BYTES}`, options(client));
  return (await response.bytes()).length === DOWNLOAD_BYTES;
}

async function upload(url: string, client?: Deno.HttpClient): Promise<boolean> {
  const body = new Uint8Array(65_536);
  const response = await fetch(`${url}/upload`, { ...options(client), method: "POST", body });
  return (await response.json()).length === body.length;
}

/** Opens a WebSocket, sends a hundred messages one after the other, and closes it. */
function echo(url: string): Promise<boolean> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let left = 100;
  socket.onopen = () => socket.send("message");
  socket.onmessage = () => left-- > 0 ? socket.send("message") : socket.close();
  socket.onclose = () => resolve(left < 0);
  socket.onerror = () => resolve(false);
  return promise;
}

function options(client?: Deno.HttpClient): RequestInit & { client?: Deno.HttpClient } {
  return { signal: AbortSignal.timeout(30_000), ...(client ? { client } : {}) };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
