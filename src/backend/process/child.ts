import type { Clock } from "../../contract/clock.ts";
import { birthmark } from "../custody/_birthmark.ts";
import type { Custody } from "../custody/_custody.ts";
import { type Pump, pump } from "./_output_pump.ts";
import type { Platform } from "../custody/_platform.ts";
import type { Launch } from "../launch/launch.ts";

/** Where a process listens. */
export interface Listener {
  readonly address: string;
  readonly port: number;
}

/** Whose a listening port is; `unknown` where the system does not tell. */
export type PortOwner = "own" | "foreign" | "nobody" | "unknown";

/** How a process ended. */
export interface Exit {
  readonly code: number;
  readonly signal: string | null;
}

/** One line that a child wrote, safe to show. */
export interface OutputLine {
  readonly pid: number;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** A started process with everything that comes from it. */
export interface Child {
  readonly pid: number;
  /** Resolves when the started process itself has ended. Never rejects. */
  readonly exited: Promise<Exit>;
  /** Tells whether the started process itself lives, also before `exited` had its turn. */
  isLeaderAlive(): boolean;
  /** Tells whether it and all that came from it are gone. */
  isGone(): boolean;
  signal(name: "SIGTERM" | "SIGKILL"): void;
  owner(port: number): PortOwner;
  /** Names who else answers on the port, where that can be seen. */
  stranger(port: number): string | undefined;
  listeners(): readonly Listener[];
  /** Tells whether a debugger is attached to it or to anything that came from it. */
  isDebugged(): boolean;
  /** The last lines of its output, oldest first. */
  tail(): readonly string[];
  /**
   * Resolves when its output was read to the end, or soon after if somebody keeps it open, and nobody watches over it
   * any more. Never rejects.
   */
  drained(): Promise<void>;
}

/** What {@linkcode spawnChild} needs beside the launch. */
export interface ChildParts {
  readonly platform: Platform;
  readonly clock: Clock;
  readonly custody: Pick<Custody, "take" | "release">;
  readonly output: (line: OutputLine) => void;
  /** Whether its output is read at all; else it goes nowhere. @default true @see ANCM C-43 */
  readonly readsOutput?: boolean;
}

/** How many lines of output are kept for a failed start. */
const TAIL_LINES = 20;
/** How long output is read on after all who should hold it are gone. */
const DRAIN_MS = 500;

/**
 * Runs a program in a session and process group of its own, without input, its output read from the first byte to the last.
 *
 * @throws the system's error where it cannot be run
 */
export function spawnChild(
  launch: Launch,
  { platform, clock, custody, output, readsOutput = true }: ChildParts,
): Child {
  const process = run(launch, platform, readsOutput ? "piped" : "null");
  const { pid } = process;
  let isAlive = true;
  const exited = process.status.then(({ code, signal }) => {
    isAlive = false;
    return { code, signal };
  });
  custody.take({ pid, environment: launch.environment, exited });
  const mark = birthmark(launch.environment);
  const family = platform.family({ leader: pid, isLeaderAlive: () => isAlive, mark });
  const { tail, drained } = listen(process, { token: launch.token, clock, output, readsOutput });
  let released: Promise<void> | undefined;
  return {
    pid,
    exited,
    isLeaderAlive: () => isAlive && family.isLeaderAlive(),
    isGone() {
      if (isAlive || !family.isGone()) return false;
      released ??= custody.release(pid);
      return true;
    },
    signal: (name) => family.signal(name),
    owner: (port) => family.owner(port),
    stranger: (port) => family.stranger(port),
    listeners: () => family.listeners(),
    isDebugged: () => family.isDebugged(),
    tail,
    drained: () => drained().then(() => released),
  };
}

function run(launch: Launch, platform: Platform, sink: "piped" | "null"): Deno.ChildProcess {
  return new Deno.Command(launch.path, {
    args: [...launch.args],
    windowsRawArguments: platform.isWindows,
    cwd: launch.folder,
    clearEnv: true,
    env: { ...launch.environment },
    stdin: "null",
    stdout: sink,
    stderr: sink,
    detached: true,
  }).spawn();
}

/** Reads what a process writes, and keeps its last lines. */
function listen(
  process: Deno.ChildProcess,
  { token, clock, output, readsOutput }:
    & Pick<ChildParts, "clock" | "output">
    & { readonly token: string; readonly readsOutput: boolean },
): Pick<Child, "tail" | "drained"> {
  const last: string[] = [];
  const streams = readsOutput ? ["stdout", "stderr"] as const : [];
  const pumps = streams.map((stream) => {
    const line = (text: string) => {
      if (last.push(text) > TAIL_LINES) last.shift();
      output({ pid: process.pid, stream, text });
    };
    return pump(process[stream], { token, clock, line });
  });
  return { tail: () => [...last], drained: () => drained(pumps, clock) };
}

async function drained(pumps: readonly Pump[], clock: Clock): Promise<void> {
  const stop = new AbortController();
  const ends = Promise.all(pumps.map((pump) => pump.ended)).then(() => stop.abort());
  await clock.sleep(DRAIN_MS, stop.signal).catch(() => {});
  for (const { cancel } of pumps) cancel();
  await ends;
}
