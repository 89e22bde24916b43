import type {
  BackendDirectory,
  DirectorySnapshot,
  StartFailure,
  Target,
} from "../contract/directory.ts";

/** What changes a snapshot. */
export type DirectoryEvent =
  | { readonly is: "start" }
  | { readonly is: "ready"; readonly targets: readonly Target[] }
  /** The processes are no more, or the start was given up. */
  | { readonly is: "stopped" }
  | { readonly is: "failed"; readonly reason: StartFailure }
  | { readonly is: "closed" };

/** Before anything was started. The first set of processes is generation 1. */
export const FIRST_SNAPSHOT: DirectorySnapshot = Object.freeze({
  generation: 1,
  state: "stopped",
  targets: Object.freeze([]),
  starts: 0,
});

/** Gives the snapshot that follows. Pure; nothing follows `closed`. */
export function nextSnapshot(now: DirectorySnapshot, event: DirectoryEvent): DirectorySnapshot {
  if (now.state === "closed") return now;
  const next = { ...now, targets: Object.freeze<Target[]>([]) };
  const generation = now.generation + (now.targets.length > 0 ? 1 : 0);
  switch (event.is) {
    case "start":
      return Object.freeze({ ...next, generation, state: "starting", starts: now.starts + 1 });
    case "ready":
      return Object.freeze({ ...next, state: "ready", targets: Object.freeze([...event.targets]) });
    case "stopped":
      return Object.freeze({ ...next, generation, state: "stopped" });
    case "failed": {
      const failure = Object.freeze({ start: now.starts, reason: event.reason });
      return Object.freeze({ ...next, generation, state: "failed", failure });
    }
    case "closed":
      return Object.freeze({ ...next, generation, state: "closed" });
  }
}

/** What the directory asks of whoever runs the processes. */
export interface DirectoryOwner {
  start(): void;
  doubt(id: number, fault: "refused" | "broken"): void;
}

/** Shows the data plane what there is, and wakes those who wait for a change. */
export class Directory implements BackendDirectory {
  readonly #owner: DirectoryOwner;
  readonly #waiters = new Set<(snapshot: DirectorySnapshot) => void>();
  #current = FIRST_SNAPSHOT;

  constructor(owner: DirectoryOwner) {
    this.#owner = owner;
  }

  current(): DirectorySnapshot {
    return this.#current;
  }

  changed(since: DirectorySnapshot, signal: AbortSignal): Promise<DirectorySnapshot> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#current !== since) return Promise.resolve(this.#current);
    const { promise, resolve, reject } = Promise.withResolvers<DirectorySnapshot>();
    const leave = () => {
      this.#waiters.delete(wake);
      reject(signal.reason);
    };
    const wake = (snapshot: DirectorySnapshot) => {
      signal.removeEventListener("abort", leave);
      resolve(snapshot);
    };
    this.#waiters.add(wake);
    signal.addEventListener("abort", leave, { once: true });
    return promise;
  }

  want(): void {
    const { state } = this.#current;
    if (state === "stopped" || state === "failed") this.#owner.start();
  }

  report(id: number, fault: "refused" | "broken"): void {
    this.#owner.doubt(id, fault);
  }

  /** There is one set of processes at a time, and it is gone before the next: nobody waits for this. */
  drained(_generation: number): void {}

  /** Makes what follows the event current. */
  publish(event: DirectoryEvent): void {
    const next = nextSnapshot(this.#current, event);
    if (next === this.#current) return;
    this.#current = next;
    const waiting = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiting) wake(next);
  }
}
