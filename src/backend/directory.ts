import type { BackendDirectory, DirectorySnapshot, TargetSign } from "../contract/directory.ts";

/** What the directory asks of whoever runs the processes. */
export type DirectoryOwner = Pick<BackendDirectory, "want" | "report" | "drained">;

/** Shows the data plane what there is, and wakes those who wait for a change. */
export class Directory implements BackendDirectory {
  readonly #owner: DirectoryOwner;
  readonly #waiters = new Set<(snapshot: DirectorySnapshot) => void>();
  #current: DirectorySnapshot;

  constructor(first: DirectorySnapshot, owner: DirectoryOwner) {
    this.#current = first;
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
    this.#owner.want();
  }

  report(id: number, sign: TargetSign): void {
    this.#owner.report(id, sign);
  }

  drained(generation: number): void {
    this.#owner.drained(generation);
  }

  /** Makes a snapshot current; does nothing where it says what the current one says. */
  publish(next: DirectorySnapshot): void {
    const now = this.#current;
    const targets = isSameList(now.targets, next.targets) ? now.targets : next.targets;
    const retiring = isSameList(now.retiring, next.retiring) ? now.retiring : next.retiring;
    if (targets === now.targets && retiring === now.retiring && isSameRest(now, next)) return;
    // Who compares lists by identity sees a change only where there is one.
    this.#current = Object.freeze({ ...next, targets, retiring });
    const waiting = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiting) wake(this.#current);
  }
}

function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, i) => item === other[i]);
}

function isSameRest(now: DirectorySnapshot, next: DirectorySnapshot): boolean {
  return now.state === next.state && now.generation === next.generation &&
    now.starts === next.starts && now.retryAt === next.retryAt &&
    now.failure?.start === next.failure?.start && now.failure?.reason === next.failure?.reason;
}
