import { fileURLToPath } from "node:url";
import type { HostEvent } from "../../src/contract/event.ts";
import type { AspNetCoreConfig } from "../../src/config/app_config.ts";
import { eventually } from "./eventually.ts";
import { isRunning, kill } from "./processes.ts";

const PROGRAM = fileURLToPath(new URL("./backend_host.ts", import.meta.url));

/** A host in a process of its own, and whatever it started. Everything is killed when it goes out of scope. */
export interface KillableHost extends AsyncDisposable {
  /** Of the host itself, as this process sees it. */
  readonly pid: number;
  /** What it told, oldest first. */
  readonly events: HostEvent[];
  /** Waits for an event of that name, the next one after `skip` others. */
  event(name: string, skip?: number): Promise<HostEvent>;
  /** Resolves with its exit code. */
  readonly ended: Promise<Deno.CommandStatus>;
}

/** How {@linkcode killableHost} runs. */
export interface KillableHostOptions {
  readonly root: string;
  readonly aspNetCore: Partial<AspNetCoreConfig>;
  /** Added to the environment. */
  readonly env?: Record<string, string>;
  /** A command that runs the host, such as `unshare` with its options; the host is its only child. */
  readonly wrapper?: readonly string[];
}

/** Runs `backend_host.ts`. */
export async function killableHost(options: KillableHostOptions): Promise<KillableHost> {
  const { root, aspNetCore, env = {}, wrapper = [] } = options;
  const host = [Deno.execPath(), "run", "-A", "--unstable-net", "--no-lock", PROGRAM, root];
  const [program = "", ...args] = [...wrapper, ...host, JSON.stringify(aspNetCore)];
  const command = new Deno.Command(program, {
    args,
    env,
    cwd: new URL("../..", import.meta.url),
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    detached: true,
  });
  const child = command.spawn();
  const events: HostEvent[] = [];
  const read = collect(child.stdout, events).catch(() => {});
  const ended = child.status;
  const event = (name: string, skip = 0) =>
    eventually(() => events.filter((one) => one.name === name)[skip], `No event ${name}`);
  const pid = wrapper.length === 0 ? child.pid : await eventually(() => childrenOf(child.pid)[0]);
  return {
    pid,
    events,
    event,
    ended,
    async [Symbol.asyncDispose]() {
      const children = [...childrenOf(pid), ...events.flatMap(({ facts }) => facts?.pid ?? [])];
      for (const one of [pid, child.pid]) kill(one);
      await ended;
      // Those of another namespace have ended with it, and their numbers mean others here.
      if (wrapper.length === 0) { for (const one of children) kill(Number(one)); }
      await read;
    },
  };
}

/** Gives the living children of a process, the oldest first. */
export function childrenOf(parent: number): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name))
    .filter((pid) => pid > 0 && isRunning(pid) && parentOf(pid) === parent)
    .sort((a, b) => a - b);
}

/** Waits for the guard of a host, other than one that is known. */
export function guardOf(host: number, other?: number): Promise<number> {
  const isGuard = (pid: number) => pid !== other && commandOf(pid).includes("ancm-host-guard");
  return eventually(() => childrenOf(host).find(isGuard), "No guard");
}

/** Gives the command line of a process, its parts joined by spaces. */
export function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
}

function parentOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // gone
  }
}

async function collect(stream: ReadableStream<Uint8Array>, events: HostEvent[]): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) events.push(JSON.parse(line));
  }
}
