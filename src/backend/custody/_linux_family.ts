import { birthmarkOf } from "./_birthmark.ts";
import { isDebugged } from "../process/_debugger.ts";
import type { Family, FamilyParts } from "./_family.ts";
import {
  familyOf,
  isAlive,
  type ListenRow,
  listenRows,
  processRow,
  processRows,
  programName,
  socketInodes,
} from "./_proc.ts";
import { sendSignal } from "./_send_signal.ts";
import type { Listener, PortOwner } from "../process/child.ts";
import { visible } from "../process/output_lines.ts";

/** The group and session of the leader, and descendants that left both: seen while their parents lived, or by their mark. */
export class LinuxFamily implements Family {
  readonly #leader: number;
  readonly #mark: string | undefined;
  /** When the leader was started: nothing that is older comes from it. */
  readonly #since: number;
  /** Pid and start time of descendants in other groups, which no longer show whose they are once their parent ends. */
  readonly #strays = new Map<number, number>();
  #gone = false;

  constructor({ leader, mark }: FamilyParts) {
    this.#leader = leader;
    this.#mark = mark;
    this.#since = this.#readable(() => processRow(leader)?.startTime, undefined) ?? Infinity;
  }

  isLeaderAlive(): boolean {
    return this.#readable(() => isAlive(processRow(this.#leader)), true);
  }

  isGone(): boolean {
    return this.#readable(() => {
      this.#gone ||= this.#members().length === 0 && this.#marked().length === 0;
      return this.#gone;
    }, false);
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (this.isGone()) return;
    this.#readable(() => this.#marked(), []);
    sendSignal(-this.#leader, name);
    for (const pid of this.#strays.keys()) sendSignal(pid, name);
  }

  isDebugged(): boolean {
    return this.#readable(() => this.#members().some(isDebugged), false);
  }

  owner(port: number): PortOwner {
    return this.#readable(() => this.#ownerByTable(port), "unknown");
  }

  stranger(port: number): string | undefined {
    return this.#readable(() => {
      const wanted = new Set(
        answering(listenRows().filter((row) => row.port === port))
          .map(({ inode }) => inode),
      );
      const own = new Set(this.#members());
      const holds = (pid: number) => [...socketInodes(pid) ?? []].some((one) => wanted.has(one));
      const found = processRows().find(({ pid }) => !own.has(pid) && holds(pid));
      return found && `process ${found.pid} ("${visible(programName(found.pid))}")`;
    }, undefined);
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
    const rows = answering(listenRows().filter((row) => row.port === port));
    if (rows.length === 0) return "nobody";
    const first = ownership(rows, this.#members());
    // What left the family before it was seen still bears its mark.
    return first === "foreign" && this.#marked().length > 0
      ? ownership(rows, this.#members())
      : first;
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
    return [...pids].sort((a, b) => Number(b === this.#leader) - Number(a === this.#leader));
  }

  /**
   * Takes up what has left group and session and lost its parent before anybody looked, as daemons do: every process
   * keeps the environment it was started with. One look at all processes: not for every turn.
   */
  #marked(): number[] {
    if (this.#gone || this.#mark === undefined) return [];
    const found = processRows().filter((row) =>
      isAlive(row) && row.startTime >= this.#since && row.group !== this.#leader &&
      !this.#strays.has(row.pid) && birthmarkOf(row.pid) === this.#mark
    );
    for (const { pid, startTime } of found) this.#strays.set(pid, startTime);
    return found.map(({ pid }) => pid);
  }
}

/** Which listening address the system prefers for a connection to 127.0.0.1. */
const PREFERENCE = ["127.0.0.1", "0.0.0.0", "::"];

/** Gives the sockets among which the system chooses for a connection to 127.0.0.1. */
export function answering(rows: readonly ListenRow[]): ListenRow[] {
  for (const wanted of PREFERENCE) {
    const fitting = rows.filter(({ address }) => address === wanted);
    if (fitting.length > 0) return fitting;
  }
  return [];
}

/** Sockets that share a port share its connections: all of them have to be held by the members. */
function ownership(rows: readonly ListenRow[], members: readonly number[]): PortOwner {
  const missing = new Set(rows.map(({ inode }) => inode));
  let isCertain = true;
  for (const pid of members) {
    const inodes = socketInodes(pid);
    if (inodes === undefined) isCertain = false;
    for (const inode of inodes ?? []) missing.delete(inode);
    if (missing.size === 0) return "own";
  }
  return isCertain ? "foreign" : "unknown";
}
