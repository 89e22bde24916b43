import type { BackendState } from "./directory.ts";

/** What there is to know of the backend at one moment, for `status` and the status page. Holds no secret. */
export interface BackendStatus {
  /** Of the application as a whole. */
  readonly state: BackendState;
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
  readonly lastFailure?: {
    /** When, ISO 8601. */
    readonly at: string;
    /** Such as `start-exited`. */
    readonly code: string;
    /** One sentence for a person, without a full stop. */
    readonly message: string;
  };
}

/** One backend process. */
export interface ProcessStatus {
  /** As in the targets of the directory. */
  readonly id: number;
  /** The set of processes it belongs to. */
  readonly generation: number;
  /** Absent before it runs. */
  readonly pid?: number;
  /** Absent before one was chosen. */
  readonly port?: number;
  /** `draining`: takes no new requests, those under way may end. */
  readonly state: "starting" | "ready" | "draining" | "stopping";
  /** When it was started, ISO 8601. */
  readonly startedAt: string;
}
