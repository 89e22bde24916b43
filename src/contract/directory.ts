import type { FailureCode } from "./host_error.ts";

/** Where one backend process can be reached: always `http://127.0.0.1:port`. */
export interface Target {
  /** Unique within this host process. */
  readonly id: number;
  /** The set of processes it belongs to. A process that died and its replacement share it. */
  readonly generation: number;
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
 * How the backend of an application is.
 *
 * - `stopped`: nothing runs; `want()` starts it
 * - `starting`: a start is under way, `targets` is empty
 * - `ready`: `targets` has at least one entry
 * - `failed`: the newest start failed, `failure` says why; `want()` tries again
 * - `refused`: too many failures in a minute; nothing is started before `retryAt` (ANCM R-8)
 * - `stopping`: everything is being ended before `offline` or the next start: requests wait (ANCM O-4)
 * - `offline`: app_offline.htm is there; `want()` has it looked at again (ANCM O-7)
 * - `closed`: the host stops, nothing will be started any more
 */
export type BackendState =
  | "stopped"
  | "starting"
  | "ready"
  | "failed"
  | "refused"
  | "stopping"
  | "offline"
  | "closed";

/** What the data plane knows of the backend at one moment. Frozen. */
export interface DirectorySnapshot {
  /** Of the targets, or of those that come next. Goes up by one with each new set of processes. */
  readonly generation: number;
  readonly state: BackendState;
  /** Those that take new requests. A connection to a target that is not among them is used for no new request. */
  readonly targets: readonly Target[];
  /**
   * Generations that are to end: their exchanges may finish, their tunnels are told to close. Each is answered
   * by `drained()`, at once where nothing of it is in flight.
   */
  readonly retiring: readonly number[];
  /** How many starts have begun since the host did; a waiter compares it to share one result. */
  readonly starts: number;
  /** The newest failed start, and which of `starts` it was. */
  readonly failure?: { readonly start: number; readonly reason: StartFailure };
  /** Milliseconds of the clock before which no start is tried again; only while `refused`. */
  readonly retryAt?: number;
}

/**
 * What the data plane saw of a target: it answered its first request (told once a target), it refused a connection,
 * or it broke one.
 */
export type TargetSign = "served" | "refused" | "broken";

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
  /** Tells what was seen of a target. A fault has its process looked at. */
  report(id: number, sign: TargetSign): void;
  /** Tells that nothing of a retiring generation is in flight any more. */
  drained(generation: number): void;
}
