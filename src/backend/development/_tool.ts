import type { Clock } from "../../contract/clock.ts";
import { pump } from "../process/_output_pump.ts";
import { sendSignal } from "../custody/_send_signal.ts";
import { spawnAdvice } from "../process/_spawn_advice.ts";
import type { Variables } from "../launch/environment.ts";
import { StartFault } from "../process/failure.ts";

/** A program that does something and ends. */
export interface Tool {
  /** Absolute path. */
  readonly path: string;
  readonly args: readonly string[];
  /** The working folder. */
  readonly folder: string;
  readonly environment: Variables;
  /** When it is killed at the latest, milliseconds. */
  readonly limitMs: number;
  readonly clock: Clock;
  /** Aborted: it is killed at once. */
  readonly signal: AbortSignal;
  /** Takes each line it writes, safe to show. */
  readonly line: (text: string) => void;
}

/** How long output is read on after it has ended: what it has left running may hold the pipes for hours. */
const DRAIN_MS = 200;

/**
 * Runs a program to its end, with all it has started.
 *
 * @returns its exit code; nothing where it took too long
 * @throws the signal's reason
 * @throws {StartFault} start-not-built where it cannot be run
 */
export async function runTool(tool: Tool): Promise<number | undefined> {
  const { clock, signal } = tool;
  signal.throwIfAborted();
  const process = spawn(tool);
  const over = new AbortController();
  const kill = () => end(process);
  signal.addEventListener("abort", kill, { once: true });
  let isLate = false;
  clock.sleep(tool.limitMs, over.signal).then(() => {
    isLate = true;
    kill();
  }, () => {});
  const pumps = [process.stdout, process.stderr].map((stream) =>
    pump(stream, { token: "", clock, line: tool.line })
  );
  try {
    const { code } = await process.status;
    const read = Promise.all(pumps.map(({ ended }) => ended));
    await Promise.race([read, clock.sleep(DRAIN_MS, over.signal).catch(() => {})]);
    signal.throwIfAborted();
    return isLate ? undefined : code;
  } finally {
    over.abort();
    signal.removeEventListener("abort", kill);
    for (const { cancel } of pumps) cancel();
  }
}

function spawn({ path, args, folder, environment }: Tool): Deno.ChildProcess {
  try {
    return new Deno.Command(path, {
      args: [...args],
      cwd: folder,
      clearEnv: true,
      env: { ...environment },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
  } catch (error) {
    throw new StartFault("start-not-built", `Cannot run "${path}": ${spawnAdvice(error)}`);
  }
}

/** The whole group, where the system has such a thing. */
function end(process: Deno.ChildProcess): void {
  if (Deno.build.os !== "windows") sendSignal(-process.pid, "SIGKILL");
  else {
    try {
      process.kill("SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}
