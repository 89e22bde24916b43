import { stripVTControlCharacters } from "node:util";
import { runHost } from "../../tests/support/executable.ts";
import { exampleCopy } from "../../tests/support/executable_example.ts";
import { runChild } from "../child.ts";
import { smallGet } from "./good_client.ts";
import { recyclesUnderWrk, touched } from "./recycles.ts";
import { holdingsOf, settledSockets, SPARE_SOCKETS, type Stage } from "./stage.ts";

/** Something that a host has to bear. */
export interface RobustCase {
  readonly name: string;
  /** The program it needs. */
  readonly program?: string;
  /** @returns what is worth printing @throws where the host did wrong */
  run(stage: Stage): Promise<string>;
}

/** No program of a case runs longer. Milliseconds. */
const LIMIT_MS = 30_000;
const IDLE_SOCKETS = 1_000;

/** All of them, each a few seconds long; the recycles take longer. */
export const CASES: readonly RobustCase[] = [
  {
    name: "wrk, 64 connections",
    program: "wrk",
    async run({ host }) {
      const text = await output("wrk", ["-t2", "-c64", "-d4s", `${host.url}/`]);
      refuse(text, /Socket errors:.*|Non-2xx.*/);
      return `${found(text, /(\d+) requests in/)} requests`;
    },
  },
  {
    name: "wrk, 64 connections, ten recycles",
    program: "wrk",
    run: ({ host }) => recyclesUnderWrk(host),
  },
  {
    name: "wrk, 64 connections, web.config touched ten times",
    program: "wrk",
    async run() {
      await using site = await exampleCopy();
      await using host = await runHost({ dir: site.path });
      await host.text("/");
      return await recyclesUnderWrk(host, () => touched(host, site.path));
    },
  },
  {
    name: "h2load, HTTP/2 over TLS",
    program: "h2load",
    run: ({ secureUrl }) => h2load(["-n10000", "-c16", "-m8", `${secureUrl}/`], "h2"),
  },
  {
    name: "h2load, HTTP/2 without TLS",
    program: "h2load",
    run: ({ host }) => h2load(["-n10000", "-c16", "-m8", `${host.url}/`], "h2c"),
  },
  {
    name: "h2load, HTTP/1.1 over TLS",
    program: "h2load",
    run: ({ secureUrl }) => h2load(["-n10000", "-c16", "--h1", `${secureUrl}/`], "http/1.1"),
  },
  {
    name: "h2load, 1 MiB down over HTTP/2",
    program: "h2load",
    run: ({ secureUrl }) => h2load(["-n200", "-c8", "-m4", `${secureUrl}/download/1048576`], "h2"),
  },
  {
    name: "curl, every version of HTTP",
    program: "curl",
    async run({ host, secureUrl }) {
      const versions: string[] = [];
      for (
        const [flag, url, version] of [
          ["--http1.0", host.url, "1.1"],
          ["--http1.1", host.url, "1.1"],
          ["--http2", host.url, "1.1"],
          ["--http2-prior-knowledge", host.url, "2"],
          ["--http1.1", secureUrl, "1.1"],
          ["--http2", secureUrl, "2"],
        ] as const
      ) {
        const args = ["-sSk", flag, "-w", "%{http_version} %{http_code}", `${url}/`];
        const text = await output("curl", args);
        const wanted = `Hello from ASP.NET Core\n${version} 200`;
        if (text !== wanted) throw new Error(`${flag} ${url}: ${JSON.stringify(text)}`);
        versions.push(version);
      }
      return `${versions.length} requests`;
    },
  },
  {
    name: "slowhttptest, 300 slow heads",
    program: "slowhttptest",
    run: ({ host }) => slowhttptest(["-H", "-i", "2", "-u", `${host.url}/`], true),
  },
  {
    name: "slowhttptest, 300 slow bodies",
    program: "slowhttptest",
    run: ({ host }) =>
      slowhttptest(["-B", "-i", "2", "-s", "8192", "-x", "10", "-u", `${host.url}/upload`], true),
  },
  {
    name: "slowhttptest, 300 slow readers",
    program: "slowhttptest",
    run: ({ host }) =>
      slowhttptest(["-X", "-n", "3", "-z", "32", "-u", `${host.url}/download/10000000`], false),
  },
  {
    name: `${IDLE_SOCKETS} idle sockets`,
    async run({ host }) {
      const { hostname, port } = new URL(host.url);
      const sockets = new Set<Deno.Conn>();
      const before = (await holdingsOf(host)).sockets;
      try {
        while (sockets.size < IDLE_SOCKETS) {
          sockets.add(await Deno.connect({ hostname, port: Number(port) }));
        }
        // Few at a time: each connection of a client or the pool that rests afterwards is a socket too.
        for (let round = 0; round < 25; round++) {
          const answers = Array.from({ length: 8 }, () => smallGet(`${host.url}/`));
          const problem = (await Promise.all(answers)).find((one) => one !== undefined);
          if (problem !== undefined) throw new Error(problem);
        }
      } finally {
        for (const socket of sockets) socket.close();
      }
      const left = await settledSockets(host, before + SPARE_SOCKETS);
      if (left > before + SPARE_SOCKETS) throw new Error(`${before} sockets became ${left}`);
      return `200 requests beside them, ${before} sockets before and ${left} after`;
    },
  },
];

async function output(program: string, args: readonly string[]): Promise<string> {
  const { code, output } = await runChild(program, { args, limitMs: LIMIT_MS });
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${output.trim()}`);
  return output;
}

async function h2load(args: readonly string[], protocol: string): Promise<string> {
  const text = await output("h2load", args);
  const counts = found(text, /^requests: (.*)$/m);
  if (!/\b0 failed, 0 errored, 0 timeout/.test(counts)) throw new Error(counts);
  const statuses = found(text, /^status codes: (.*)$/m);
  if (!/ 0 3xx, 0 4xx, 0 5xx/.test(statuses)) throw new Error(statuses);
  const spoken = found(text, /^Application protocol: (\S+)$/m);
  if (spoken !== protocol) throw new Error(`Spoke ${spoken} in the place of ${protocol}`);
  return `${found(text, /^finished in .*?, (\S+ req\/s)/m)}, ${counts}`;
}

/** @param isEnded whether the host has to end them all by its limits */
async function slowhttptest(args: readonly string[], isEnded: boolean): Promise<string> {
  const all = ["-c", "300", "-r", "300", "-l", "15", "-p", "3", ...args];
  const text = stripVTControlCharacters(await output("slowhttptest", all));
  if (/service available:\s+NO/.test(text)) throw new Error("The service was not available");
  const end = found(text, /Exit status:\s*(.*)/);
  if (isEnded && end !== "No open connections left") {
    throw new Error(`The limits did not act: ${end}`);
  }
  return end;
}

function found(text: string, pattern: RegExp): string {
  const value = pattern.exec(text)?.[1];
  if (value === undefined) throw new Error(`Cannot read what the program wrote: ${text}`);
  return value;
}

function refuse(text: string, pattern: RegExp): void {
  const bad = pattern.exec(text)?.[0];
  if (bad !== undefined) throw new Error(bad);
}
