import type { DirectorySnapshot } from "./directory.ts";

/** What there is to know of the backend at one moment, for `status` and the status page. Holds no secret. */
export interface BackendStatus {
  readonly state: DirectorySnapshot["state"];
  /** Of the processes that serve, or of those that come next. */
  readonly generation: number;
  /** Every process that is not gone, those of past generations too. */
  readonly processes: readonly ProcessStatus[];
  /** How many starts of a process have begun since the host did. */
  readonly starts: number;
  /** How many processes ended without being asked to. */
  readonly crashes: number;
  /** How many recycles have put a new generation in the place of another. */
  readonly recycles: number;
  /** When the next start may be tried, ISO 8601; only while `refused`. */
  readonly retryAt?: string;
  /** The newest start that failed. */
  readonly lastFailure?: { readonly at: string; readonly code: string; readonly message: string };
}

/** One backend process. */
export interface ProcessStatus {
  /** As in the targets of the directory. */
  readonly id: number;
  readonly generation: number;
  /** Absent before it runs. */
  readonly pid?: number;
  /** Absent before one was chosen. */
  readonly port?: number;
  readonly state: "starting" | "ready" | "draining" | "stopping";
  /** When it was started, ISO 8601. */
  readonly startedAt: string;
}
