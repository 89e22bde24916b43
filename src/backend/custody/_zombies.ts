import type { Clock } from "../../contract/clock.ts";
import type { Report } from "../../contract/event.ts";
import { type ProcessRow, processRows } from "./_proc.ts";

/** Between two looks at what has ended. */
const LOOK_MS = 500;

/** What {@linkcode reapZombies} needs of the world. */
export interface ReaperParts {
  readonly clock: Clock;
  readonly report: Report;
  /** Tells whether this process started that one itself, so that somebody waits for it. */
  readonly isOwn: (pid: number) => boolean;
  /** Gives every process. @default reads `/proc` */
  readonly rows?: () => readonly ProcessRow[];
  /** Gives what waits for a process that has ended, so that it is gone. @default the system's `waitpid`, where it is to be had */
  readonly waitCall?: () => ((pid: number) => void) | undefined;
  /** Calls back whenever a child of this process has changed. @default on SIGCHLD */
  readonly onChild?: (changed: () => void) => void;
}

/**
 * Lets go of processes that have ended and that nobody else waits for. Where this process is number 1 of its
 * namespace (in a container) every orphan becomes its child and stays, dead, until it is waited for.
 * Nothing happens between two ends.
 */
export function reapZombies(parts: ReaperParts): void {
  const { clock, isOwn, rows = processRows, onChild = onSigchld } = parts;
  const reap = (parts.waitCall ?? systemWait)();
  if (!reap) {
    return parts.report({
      level: "warning",
      name: "zombies-stay",
      message:
        "Processes that end in this container stay as zombies: the C library was not found. " +
        "Start the container with an init process (docker run --init)",
    });
  }
  /** What was dead at the last look: whoever waits for it has had the time to. */
  let seen = new Set<string>();
  let isLooking = false;
  const look = () => {
    const dead = orphansOf(rows(), Deno.pid).filter(({ pid }) => !isOwn(pid));
    for (const one of dead) if (seen.has(nameOf(one))) reap(one.pid);
    seen = new Set(dead.filter((one) => !seen.has(nameOf(one))).map(nameOf));
    return seen.size > 0;
  };
  const lookUntilClean = async () => {
    if (isLooking) return;
    isLooking = true;
    do await clock.sleep(LOOK_MS); while (look());
    isLooking = false;
  };
  onChild(() => void lookUntilClean().catch(() => isLooking = false));
}

/** Gives the dead children of a process. */
export function orphansOf(rows: readonly ProcessRow[], parent: number): ProcessRow[] {
  return rows.filter((row) => row.parent === parent && row.state === "Z");
}

const nameOf = ({ pid, startTime }: ProcessRow) => `${pid} ${startTime}`;

function onSigchld(changed: () => void): void {
  Deno.addSignalListener("SIGCHLD", changed);
}

/** By the names it has with glibc and with musl. */
const LIBRARIES = ["libc.so.6", "libc.so", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];
const WITHOUT_WAITING = 1; // WNOHANG

function systemWait(): ((pid: number) => void) | undefined {
  for (const name of LIBRARIES) {
    try {
      const { symbols } = Deno.dlopen(
        name,
        { waitpid: { parameters: ["i32", "pointer", "i32"], result: "i32" } } as const,
      );
      return (pid) => void symbols.waitpid(pid, null, WITHOUT_WAITING);
    } catch {
      // Another name, another libc; or no permission for any.
    }
  }
  return undefined;
}
