/**
 * Serves examples/hello-deno and sends it a first request: `deno task demo [--port N] [--once]`.
 * `--once` ends after that request.
 */
// deno-lint-ignore-file no-console -- a script talks to whoever started it
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LOCKED, PROJECT_DIR } from "./child.ts";

const DEFAULT_PORT = "8080";
const READY_LIMIT_MS = 60_000;
const READY_POLL_MS = 20;
/** The limit of a start, twice over, and some. */
const ANSWER_LIMIT_MS = 250_000;
/** A terminal and the task runner may both pass on one Ctrl-C. */
const SAME_SIGNAL_MS = 300;

async function main(port: number, once: boolean): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "ancm-host-demo-" });
  const readyFile = join(folder, "ready.json");
  const host = startHost(chooseAddress(port), readyFile);
  let running = true;
  const ended = host.status.then(({ code }) => {
    running = false;
    return code;
  });
  const stop = (signal: Deno.Signal) => {
    if (running) host.kill(signal);
  };
  using _signals = onStop(stop);
  try {
    const shown = show(readyFile).then(() => {
      if (once) stop("SIGINT");
      else console.log("Ctrl-C stops the host\n");
    });
    // A host that cannot run ends first, and has said why.
    await Promise.race([shown, ended]);
    return await ended;
  } finally {
    stop("SIGTERM");
    await ended;
    await Deno.remove(folder, { recursive: true });
  }
}

async function show(readyFile: string) {
  const url = await ready(readyFile);
  await firstRequest(url);
  console.log(`Open ${url}/ in a browser`);
}

/** Gives where to listen: a free port where the usual one is taken. */
function chooseAddress(port: number): string {
  const isFree = ["127.0.0.1", "::1"].every((hostname) => canListen(hostname, port));
  if (isFree) return `http://localhost:${port}`;
  console.log(`Port ${port} is taken by another program: taking a free one`);
  return "http://127.0.0.1:0";
}

function canListen(hostname: string, port: number): boolean {
  try {
    Deno.listen({ hostname, port }).close();
    return true;
  } catch (error) {
    // A machine may lack one of the loopback addresses.
    return !(error instanceof Deno.errors.AddrInUse);
  }
}

/** Starts the host from its sources, in a process group of its own: it is told to stop just once. */
function startHost(address: string, readyFile: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "-A", "--unstable-net", "--no-prompt", ...LOCKED, "main.ts"],
      ...["run", "examples/hello-deno", "--listen", address, "--ready-file", readyFile],
    ],
    cwd: PROJECT_DIR,
    // "deno" in web.config then means this very Deno, on the PATH or not (ANCM C-52).
    env: { ANCM_LAUNCHER_PATH: Deno.execPath() },
    stdin: "null",
    detached: true,
  }).spawn();
}

/** Waits until the host listens and gives its address, without a slash at the end. */
async function ready(readyFile: string): Promise<string> {
  const deadline = performance.now() + READY_LIMIT_MS;
  while (performance.now() < deadline) {
    const text = await Deno.readTextFile(readyFile).catch(() => undefined);
    if (text !== undefined) return new URL(JSON.parse(text).urls[0]).origin;
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
  throw new Error(`The host does not listen after ${READY_LIMIT_MS / 1000} s`);
}

async function firstRequest(url: string) {
  const target = `${url}/received?from=demo`;
  const started = performance.now();
  const response = await fetch(target, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  const text = await response.text();
  const ms = Math.round(performance.now() - started);
  console.log(`\nGET ${target} gave ${response.status} in ${ms} ms, the backend's start included`);
  if (!response.ok) throw new Error(`The backend should have answered 200, and not\n${text}`);
  const { method, target: received, fields } = JSON.parse(text);
  console.log(`The backend received ${method} ${received} with the pairing token`);
  console.log(`and X-Forwarded-For: ${fields["x-forwarded-for"]}`);
}

/** Calls `stop` for each signal that asks for an end. */
function onStop(stop: (signal: Deno.Signal) => void): Disposable {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  let last = -Infinity;
  const listeners = signals.map((signal) => {
    const listener = () => {
      if (performance.now() - last < SAME_SIGNAL_MS) return;
      last = performance.now();
      stop(signal === "SIGHUP" ? "SIGTERM" : signal);
    };
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return { [Symbol.dispose]: () => listeners.forEach((remove) => remove()) };
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({
      // `deno task demo -- --once` hands the dashes on.
      args: Deno.args.filter((argument) => argument !== "--"),
      options: {
        port: { type: "string", default: DEFAULT_PORT },
        once: { type: "boolean", default: false },
      },
    });
    Deno.exit(await main(Number(values.port), values.once));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
