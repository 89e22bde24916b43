/** How the requests of clients have ended, counted since the host started. Numbers only go up. */
export interface RequestTotals {
  /** Requests that are over, however they ended. */
  readonly ended: number;
  /** Those of them that were answered with 500 or above. */
  readonly failed: number;
  /** Upper bounds of the durations that are counted together, rising. Milliseconds. */
  readonly boundsMs: readonly number[];
  /** How many took up to the bound of the same place and no less; one number more, for those above all bounds. */
  readonly counts: readonly number[];
}

/** A kind of failure that the host has answered, or broke off with. Holds no secret. */
export interface FailedRequest {
  /** When it happened last, ISO 8601. */
  readonly at: string;
  /** How often, while it was remembered. */
  readonly count: number;
  /** Of the last request it happened to, as in the log. */
  readonly id: string;
  /** With its sub-status, such as `502.5`. */
  readonly status: string;
  /** Stable name, such as `start-exited`. */
  readonly code: string;
  /** Whose fault it is. */
  readonly side: "client" | "host" | "backend";
  /** Of the request. */
  readonly method: string;
  /** Without the query, which may hold secrets; cut where it is long. */
  readonly path: string;
  /** One sentence without a full stop. */
  readonly message: string;
  /** What to do, without a full stop. */
  readonly advice: string;
}

/** A line that the backend wrote. The pairing token in it is masked. */
export interface OutputLine {
  /** When it came, ISO 8601. */
  readonly at: string;
  /** Of the process. */
  readonly pid: number;
  /** Where it was written to. */
  readonly stream: "stdout" | "stderr";
  /** Without its end; cut where it is long. */
  readonly text: string;
}

/** Lines of a backend that were not read yet. */
export interface OutputPiece {
  /** Oldest first. */
  readonly lines: readonly OutputLine[];
  /** How many before them are remembered no more. */
  readonly missed: number;
  /** Where to read on. */
  readonly next: number;
}

/** What of a running host may be looked at again and again. Nothing in it waits. */
export interface RecentEvents {
  /** Goes up whenever `failures()` gives something else. */
  readonly failuresVersion: number;
  /** The failures that are remembered, newest first. */
  failures(): readonly FailedRequest[];
  /** Gives the lines of the backend's output from a place on; 0 is the first line ever. */
  outputSince(place: number): OutputPiece;
}
