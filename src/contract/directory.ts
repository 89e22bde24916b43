import type { FailureCode } from "./host_error.ts";

/** Where one backend process can be reached: always `http://127.0.0.1:port`. */
export interface Target {
  /** Unique within this host process. */
  readonly id: number;
  readonly port: number;
  /** The pairing token of that process. Secret. */
  readonly token: string;
}

/** Why a start failed, as plain data: a snapshot may cross to another thread. */
export interface StartFailure {
  readonly code: FailureCode;
  readonly message: string;
  /** What helps whoever runs the host, one fact a line; for local clients and the log only. */
  readonly details: readonly string[];
}

/**
 * What the data plane knows of the backend at one moment. Frozen.
 *
 * - `stopped`: nothing runs; `want()` starts it
 * - `starting`: a start is under way, `targets` is empty
 * - `ready`: `targets` has at least one entry
 * - `failed`: the newest start failed, `failure` says why; `want()` tries again
 * - `closed`: the host stops, nothing will be started any more
 */
export interface DirectorySnapshot {
  /** Goes up by one with each set of processes: pooled connections of another generation are stale. */
  readonly generation: number;
  readonly state: "stopped" | "starting" | "ready" | "failed" | "closed";
  readonly targets: readonly Target[];
  /** How many starts have begun since the host did; a waiter compares it to share one result. */
  readonly starts: number;
  /** The newest failed start, and which of `starts` it was. */
  readonly failure?: { readonly start: number; readonly reason: StartFailure };
  /** Milliseconds of the clock before which no start is tried again. */
  readonly retryAt?: number;
}

/** All the data plane knows of the backend. */
export interface BackendDirectory {
  current(): DirectorySnapshot;
  /**
   * Resolves with the snapshot that is current once it is another than `since`.
   * @throws the signal's reason as soon as it is aborted
   */
  changed(since: DirectorySnapshot, signal: AbortSignal): Promise<DirectorySnapshot>;
  /** Please start: does nothing where a start is under way, the backend is ready, or the host stops. */
  want(): void;
  /** Tells that a target refused a connection or broke one: its process is looked at. */
  report(id: number, fault: "refused" | "broken"): void;
  /** Tells that the last exchange of a past generation has ended. */
  drained(generation: number): void;
}
