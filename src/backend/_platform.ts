import {
  ephemeralFrom,
  familyOf,
  isAlive,
  listenRows,
  processRow,
  processRows,
  socketInodes,
} from "./_proc.ts";
import type { Listener, PortOwner } from "./child.ts";

/** A started process and all that came from it. */
export interface Family {
  /** Tells, at the cost of one small read, whether the started process itself lives. */
  isLeaderAlive(): boolean;
  /** Tells whether none of it lives. Once true it stays so: its number may then belong to somebody else. */
  isGone(): boolean;
  /** Signals all of it; does nothing where it is gone. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** Tells whose listener answers at 127.0.0.1 on the port. */
  owner(port: number): PortOwner;
  /** Gives what it listens on; empty where the system does not tell. */
  listeners(): Listener[];
}

/** What differs between operating systems. Only Linux has been run; the others are type-checked. */
export interface Platform {
  readonly isWindows: boolean;
  /** The first port the system gives to outgoing connections, where it tells. */
  ephemeralFrom(): number | undefined;
  /** @param isLeaderAlive whether the started process itself has not ended */
  family(leader: number, isLeaderAlive: () => boolean): Family;
}

/** Gives the platform of this system. */
export function platformOf(os: typeof Deno.build.os): Platform {
  if (os === "linux" || os === "android") {
    return { isWindows: false, ephemeralFrom, family: (leader) => new LinuxFamily(leader) };
  }
  const isWindows = os === "windows";
  return {
    isWindows,
    ephemeralFrom: () => undefined,
    family: (leader, isLeaderAlive) =>
      isWindows ? windowsFamily(leader, isLeaderAlive) : groupFamily(leader, isLeaderAlive),
  };
}

/** The group and session of the leader, and descendants that left both while their parents lived. */
class LinuxFamily implements Family {
  readonly #leader: number;
  /** Pid and start time of descendants in other groups, which no longer show whose they are once their parent ends. */
  readonly #strays = new Map<number, number>();
  #gone = false;

  constructor(leader: number) {
    this.#leader = leader;
  }

  isLeaderAlive(): boolean {
    return this.#readable(() => isAlive(processRow(this.#leader)), true);
  }

  isGone(): boolean {
    return this.#readable(() => this.#members().length === 0, false);
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    this.#readable(() => this.#members(), []);
    if (this.#gone) return;
    kill(-this.#leader, name);
    if (name === "SIGKILL") { for (const pid of this.#strays.keys()) kill(pid, name); }
  }

  owner(port: number): PortOwner {
    return this.#readable(() => this.#ownerByTable(port), "unknown");
  }

  listeners(): Listener[] {
    const own = () => new Set(this.#members().flatMap((pid) => [...socketInodes(pid) ?? []]));
    return this.#readable(() => {
      const inodes = own();
      return listenRows().filter((row) => inodes.has(row.inode))
        .map(({ address, port }) => ({ address, port }));
    }, []);
  }

  #ownerByTable(port: number): PortOwner {
    const rows = listenRows().filter((row) => row.port === port && isReachable(row.address));
    if (rows.length === 0) return "nobody";
    let isCertain = true;
    for (const pid of this.#members()) {
      const inodes = socketInodes(pid);
      if (inodes === undefined) isCertain = false;
      else if (rows.some((row) => inodes.has(row.inode))) return "own";
    }
    return isCertain ? "foreign" : "unknown";
  }

  /** `/proc` cannot be read where this process has too many files open: then nothing is known. */
  #readable<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch {
      return otherwise;
    }
  }

  /** The living, the leader first. */
  #members(): number[] {
    if (this.#gone) return [];
    const rows = familyOf(processRows(), this.#leader);
    for (const { pid, group, startTime } of rows) {
      if (group !== this.#leader) this.#strays.set(pid, startTime);
    }
    const pids = new Set(rows.map((row) => row.pid));
    for (const [pid, startTime] of this.#strays) {
      const row = pids.has(pid) ? undefined : processRow(pid);
      if (row?.startTime === startTime && isAlive(row)) pids.add(pid);
      else if (!pids.has(pid)) this.#strays.delete(pid);
    }
    this.#gone = pids.size === 0;
    return [...pids].sort((a, b) => Number(b === this.#leader) - Number(a === this.#leader));
  }
}

const isReachable = (address: string) => ["127.0.0.1", "0.0.0.0", "::"].includes(address);

/** Where there is no `/proc`: the process group, and no word about sockets. */
function groupFamily(leader: number, isLeaderAlive: () => boolean): Family {
  let gone = false;
  return {
    isLeaderAlive,
    isGone() {
      gone ||= !kill(-leader, 0);
      return gone;
    },
    signal(name) {
      if (!gone) kill(-leader, name);
    },
    owner: () => "unknown",
    listeners: () => [],
  };
}

/** There is no SIGTERM: what did not take the shutdown request is ended at once. @see ANCM O-24 */
function windowsFamily(leader: number, isLeaderAlive: () => boolean): Family {
  return {
    isLeaderAlive,
    isGone: () => !isLeaderAlive(),
    signal() {
      if (!isLeaderAlive()) return;
      const args = ["/PID", String(leader), "/T", "/F"];
      new Deno.Command("taskkill", { args, stdout: "null", stderr: "null" }).outputSync();
    },
    owner: () => "unknown",
    listeners: () => [],
  };
}

/** Gives false where there is nobody to signal. Signal 0 only asks. */
function kill(pid: number, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
  try {
    // Deno takes numbers too, its type does not say so.
    Deno.kill(pid, signal as Deno.Signal);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
