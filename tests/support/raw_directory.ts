import type {
  BackendDirectory,
  DirectorySnapshot,
  TargetSign,
} from "../../src/contract/directory.ts";

/** A directory that a test sets; nothing starts behind it. */
export class RawDirectory implements BackendDirectory {
  /** The faults that were reported. */
  readonly reports: { readonly id: number; readonly fault: "refused" | "broken" }[] = [];
  /** The targets that were reported to have served. */
  readonly served: number[] = [];
  readonly drainedGenerations: number[] = [];
  /** Called by `want()`. */
  onWant: () => void = () => {};
  /** Called by `report()` of a fault. */
  onReport: () => void = () => {};
  wanted = 0;
  /** How many follow it all the time: they are not counted among those that wait. */
  followers = 0;

  #now: DirectorySnapshot;
  readonly #waiters = new Set<() => void>();

  constructor(now: Partial<DirectorySnapshot> = {}) {
    this.#now = { generation: 0, state: "stopped", targets: [], retiring: [], starts: 0, ...now };
  }

  /** A directory with one target that is ready. */
  static ready(port: number, id = 1): RawDirectory {
    return new RawDirectory({ ...readyAt(port, id), starts: 1 });
  }

  /** How many wait for a change. */
  get waiting(): number {
    return this.#waiters.size - this.followers;
  }

  /** Resolves when somebody waits for a change. */
  async waited(): Promise<void> {
    while (this.waiting <= 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  set(change: Partial<DirectorySnapshot>): void {
    this.#now = { ...this.#now, ...change };
    for (const wake of [...this.#waiters]) wake();
  }

  current(): DirectorySnapshot {
    return this.#now;
  }

  changed(since: DirectorySnapshot, signal: AbortSignal): Promise<DirectorySnapshot> {
    const { promise, resolve, reject } = Promise.withResolvers<DirectorySnapshot>();
    const leave = () => {
      this.#waiters.delete(wake);
      reject(signal.reason);
    };
    const wake = () => {
      if (this.#now === since) return;
      this.#waiters.delete(wake);
      signal.removeEventListener("abort", leave);
      resolve(this.#now);
    };
    this.#waiters.add(wake);
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    else wake();
    return promise;
  }

  want(): void {
    this.wanted++;
    this.onWant();
  }

  report(id: number, sign: TargetSign): void {
    if (sign === "served") {
      this.served.push(id);
      return;
    }
    this.reports.push({ id, fault: sign });
    this.onReport();
  }

  drained(generation: number): void {
    this.drainedGenerations.push(generation);
  }
}

/** What a snapshot has when one process is ready. */
export function readyAt(port: number, id = 1) {
  return {
    state: "ready",
    generation: id,
    targets: [{ id, generation: id, port, token: `token-of-${id}` }],
  } as const;
}
