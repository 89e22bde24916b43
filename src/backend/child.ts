import type { Clock } from "../contract/clock.ts";
import type { Platform } from "./_platform.ts";
import type { Launch } from "./launch.ts";
import { OutputLines } from "./output_lines.ts";

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
  listeners(): readonly Listener[];
  /** The last lines of its output, oldest first. */
  tail(): readonly string[];
  /** Resolves when its output was read to the end, or soon after if somebody keeps it open. Never rejects. */
  drained(): Promise<void>;
}

/** What {@linkcode spawnChild} needs beside the launch. */
export interface ChildParts {
  readonly platform: Platform;
  readonly clock: Clock;
  readonly output: (line: OutputLine) => void;
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
export function spawnChild(launch: Launch, { platform, clock, output }: ChildParts): Child {
  const process = new Deno.Command(launch.path, {
    args: [...launch.args],
    windowsRawArguments: platform.isWindows,
    cwd: launch.folder,
    clearEnv: true,
    env: { ...launch.environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  let isAlive = true;
  const tail: string[] = [];
  const keep = (line: OutputLine) => {
    if (tail.push(line.text) > TAIL_LINES) tail.shift();
    output(line);
  };
  const pumps = (["stdout", "stderr"] as const).map((stream) =>
    pump(process[stream], launch.token, (text) => keep({ pid: process.pid, stream, text }))
  );
  const family = platform.family(process.pid, () => isAlive);
  return {
    pid: process.pid,
    exited: process.status.then(({ code, signal }) => {
      isAlive = false;
      return { code, signal };
    }),
    isLeaderAlive: () => isAlive && family.isLeaderAlive(),
    isGone: () => !isAlive && family.isGone(),
    signal: (name) => family.signal(name),
    owner: (port) => family.owner(port),
    listeners: () => family.listeners(),
    tail: () => [...tail],
    drained: () => drained(pumps, clock),
  };
}

interface Pump {
  readonly ended: Promise<void>;
  cancel(): void;
}

function pump(
  stream: ReadableStream<Uint8Array>,
  token: string,
  each: (text: string) => void,
): Pump {
  const lines = new OutputLines(token);
  const reader = stream.getReader();
  const read = async () => {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      lines.push(chunk.value).forEach(each);
    }
  };
  // A pipe that breaks is a pipe that ended: the child's exit says the rest.
  const ended = read().catch(() => {}).then(() => lines.end().forEach(each));
  return { ended, cancel: () => void reader.cancel().catch(() => {}) };
}

async function drained(pumps: readonly Pump[], clock: Clock): Promise<void> {
  const stop = new AbortController();
  const ends = Promise.all(pumps.map((pump) => pump.ended)).then(() => stop.abort());
  await clock.sleep(DRAIN_MS, stop.signal).catch(() => {});
  for (const { cancel } of pumps) cancel();
  await ends;
}
