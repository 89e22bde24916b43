import type { RecyclingConfig } from "../../config/app_config.ts";
import type { Clock } from "../../contract/clock.ts";
import type { BackendDirectory, DirectorySnapshot } from "../../contract/directory.ts";
import type { Report } from "../../contract/event.ts";
import type { Traffic } from "../../contract/traffic.ts";
import { idleLimit } from "./_idle_limit.ts";
import { limitsOf, type RecycleLimit } from "./_recycle_limit.ts";

/** Options of {@linkcode recycleLimits}. */
export interface RecycleLimitsOptions {
  readonly limits: RecyclingConfig;
  readonly clock: Clock;
  readonly report: Report;
  /** Says when a set of processes serves: nothing is looked at while none does. */
  readonly directory: Pick<BackendDirectory, "current" | "changed">;
  readonly traffic: Traffic;
  /** Resident memory of the processes that serve, bytes; nothing where it is not known. Not of those that end. */
  readonly memory: () => number | undefined;
  /** Replaces the processes. The reason completes "Recycles the backend: …". Must not throw, nor `rest`. */
  readonly recycle: (reason: string) => void;
  /** Stops them until the next request. */
  readonly rest: (reason: string) => void;
}

/** After a recycle that came to nothing, or while one is under way, nothing is asked for again for so long. Milliseconds. */
const HOLD_MS = 300_000;
/** Longest wait a timer can measure. */
const MAX_DELAY_MS = 2_147_483_647;

/**
 * Recycles the backend when it has run, served or grown beyond its limits, or at a time of day, and stops it when it idles: as IIS
 * does with its pools, but only what was asked for. Disposing of it ends that.
 *
 * @see IIS 11.3
 */
export function recycleLimits(options: RecycleLimitsOptions): Disposable {
  const { limits } = options;
  const isAsked = limits.idleTimeoutMs > 0 || limits.restartAfterMs > 0 ||
    limits.restartAfterRequests > 0 || limits.restartAtBytes > 0 || limits.restartDaily.length > 0;
  if (!isAsked) return { [Symbol.dispose]() {} };
  const watch = new LimitWatch(options);
  void watch.run();
  return { [Symbol.dispose]: () => watch.end() };
}

class LimitWatch {
  readonly #options: RecycleLimitsOptions;
  readonly #limits: readonly RecycleLimit[];
  readonly #idle: RecycleLimit | undefined;
  #nap = new AbortController();
  #isOver = false;
  /** Of the set that serves; nothing while none does. */
  #generation: number | undefined;
  #heldUntil = 0;
  #isMemoryUnknown = false;

  constructor(options: RecycleLimitsOptions) {
    this.#options = options;
    const { limits, clock, traffic } = options;
    this.#limits = limitsOf(limits, { clock, traffic, memory: () => this.#memory() });
    const { idleTimeoutMs } = limits;
    if (idleTimeoutMs > 0) this.#idle = idleLimit(idleTimeoutMs, { clock, traffic });
  }

  end(): void {
    this.#isOver = true;
    this.#nap.abort();
  }

  /** Ends with the host, or when it is disposed of. Never rejects. */
  async run(): Promise<void> {
    while (!this.#isOver) {
      const now = this.#options.directory.current();
      if (now.state === "closed") return;
      if (now.state === "ready") this.#look(now.generation);
      else this.#generation = undefined;
      await this.#rest(now);
    }
  }

  /** Waits until the directory shows something else, or for the next look where anything serves. */
  async #rest(seen: DirectorySnapshot): Promise<void> {
    if (this.#isOver) return;
    const { clock, directory } = this.#options;
    const nap = this.#nap = new AbortController();
    const wake = () => nap.abort();
    const changed = directory.changed(seen, nap.signal).then(wake, wake);
    if (seen.state === "ready") await clock.sleep(this.#waitMs(), nap.signal).catch(() => {});
    else await changed;
    nap.abort();
  }

  #look(generation: number): void {
    if (generation !== this.#generation) this.#begin(generation);
    this.#judge();
  }

  #begin(generation: number): void {
    // A recycle does not make an idle application less idle.
    if (this.#generation === undefined) this.#idle?.begin();
    this.#generation = generation;
    this.#heldUntil = 0;
    for (const limit of this.#limits) limit.begin();
  }

  #judge(): void {
    const { clock, recycle, rest } = this.#options;
    const idle = this.#idle?.exceeded(); // also while it is held: it sees requests only by looking
    if (clock.now() < this.#heldUntil) return;
    const reason = idle ?? firstOf(this.#limits);
    if (reason === undefined) return;
    this.#heldUntil = clock.now() + HOLD_MS;
    if (idle === undefined) recycle(reason);
    else rest(reason);
  }

  #waitMs(): number {
    const heldMs = this.#heldUntil - this.#options.clock.now();
    const waits = [...this.#limits, this.#idle].map((one) => one?.waitMs() ?? Infinity);
    return Math.min(Math.max(heldMs, Math.min(...waits)), MAX_DELAY_MS);
  }

  #memory(): number | undefined {
    const bytes = this.#options.memory();
    if (bytes === undefined && !this.#isMemoryUnknown) {
      this.#isMemoryUnknown = true;
      this.#options.report({
        level: "warning",
        name: "backend-memory-unknown",
        message: "The system does not tell how much memory the backend uses: " +
          "periodicRestartMemory has no effect",
      });
    }
    return bytes;
  }
}

function firstOf(limits: readonly RecycleLimit[]): string | undefined {
  for (const limit of limits) {
    const reason = limit.exceeded();
    if (reason !== undefined) return reason;
  }
  return undefined;
}
