import type { Listener, PortOwner } from "../process/child.ts";

/** A started process and all that came from it. */
export interface Family {
  /** Tells, at the cost of one small read, whether the started process itself lives. */
  isLeaderAlive(): boolean;
  /** Tells whether none of it lives. Once true it stays so: its number may then belong to somebody else. */
  isGone(): boolean;
  /** Signals all of it; does nothing where it is gone. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** Tells whose listener answers at 127.0.0.1 on the port; one that is shared with a stranger is the stranger's. */
  owner(port: number): PortOwner;
  /** Names who else would answer at 127.0.0.1 on the port, where the system shows that. */
  stranger(port: number): string | undefined;
  /** Gives what it listens on; empty where the system does not tell. */
  listeners(): Listener[];
  /** Tells whether a debugger is attached to any of it, where the system shows that. */
  isDebugged(): boolean;
}

/** How a started process is known. */
export interface FamilyParts {
  readonly leader: number;
  /** Whether the started process itself has not ended. */
  readonly isLeaderAlive: () => boolean;
  /** What all that comes from it bears in its environment. See {@linkcode birthmark}. */
  readonly mark: string | undefined;
}
