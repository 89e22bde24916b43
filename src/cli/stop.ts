import process from "node:process";
import { type Clock, systemClock } from "../contract/clock.ts";
import type { ControlAnswer } from "../gateway/control_request.ts";
import { type CommandLine, optionOf } from "./arguments.ts";
import { type Console, EXIT } from "./console.ts";
import {
  ControlFailure,
  controlled,
  findHost,
  printable,
  type RunningHost,
  textOf,
} from "./control.ts";
import { hostStatusIn } from "./host_status.ts";

/** Seconds: a drain and the stop of a backend with their usual limits, and more. */
const USUAL_S = 180;
/** How often the host is asked whether it is still there. Milliseconds. */
const POLL_MS = 100;
/** How often somebody who waits is told for what. Milliseconds. */
const TELL_MS = 2_000;
/** How long a host that takes no commands any more may take to end. Milliseconds. */
const LAST_MS = 5_000;

/** `ancm-host stop`: has a running host finish what is under way and end, and waits until it has. */
export function stop(
  line: CommandLine,
  environment: Readonly<Record<string, string>>,
  console: Console,
  clock: Clock = systemClock,
): Promise<number> {
  return controlled(line, USUAL_S, console, async (signal) => {
    const host = await findHost(line, environment, signal);
    const { pid, appDir } = host.status;
    textOf(host.place, await host.ask("POST", "/stop"), [202]);
    await silence(host, console, clock, signal);
    // The number of a process on another machine, or in a container, means nothing here.
    if (host.place.address.kind === "unix") await end(pid, clock, signal);
    const text = `Stopped the host of ${printable(appDir)} (process ${pid})`;
    console.out(optionOf(line, "json") === "true" ? JSON.stringify({ stopped: true, pid }) : text);
    return EXIT.ok;
  });
}

/** Waits until the host takes no commands any more. */
async function silence(
  host: RunningHost,
  console: Console,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (let tellAt = clock.now() + TELL_MS;;) {
    const answer = await host.ask("GET", "/status");
    if (answer.at === "absent" || isAnother(host, answer)) return;
    if (clock.now() >= tellAt) {
      console.error(waitingFor(answer));
      tellAt = clock.now() + TELL_MS;
    }
    await clock.sleep(POLL_MS, signal);
  }
}

/** Tells whether a successor answers already. */
function isAnother({ status }: RunningHost, answer: ControlAnswer): boolean {
  const now = answer.at === "answered" ? hostStatusIn(answer.text) : undefined;
  return now !== undefined && (now.pid !== status.pid || now.startedAt !== status.startedAt);
}

function waitingFor(answer: ControlAnswer): string {
  const status = answer.at === "answered" ? hostStatusIn(answer.text) : undefined;
  if (!status) return "Waiting for the host to end";
  const { traffic: { inFlight }, backend } = status;
  const requests = `${inFlight} request${inFlight === 1 ? "" : "s"}`;
  return `Waiting: ${requests} under way, the backend is ${printable(backend.state)}`;
}

/** Waits until a process is gone. @throws {ControlFailure} when that takes too long */
async function end(pid: number, clock: Clock, signal: AbortSignal): Promise<void> {
  for (const limit = clock.now() + LAST_MS; isAlive(pid);) {
    if (clock.now() >= limit) {
      throw new ControlFailure(
        EXIT.unfinished,
        `The host takes no commands any more, but process ${pid} is still there`,
      );
    }
    await clock.sleep(POLL_MS, signal);
  }
}

/** One that this user may not signal is no host that he could have stopped. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
