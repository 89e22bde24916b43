import { type Limits, REQUEST_LIMITS } from "../http1/mod.ts";

/** What one client, and all together, may take of the host. */
export interface ServerLimits {
  /** Of a request's head and framing. */
  readonly request: Limits;
  /** From the first byte of a head to its end, and from a new connection to its first head; then 408. Milliseconds. */
  readonly headMs: number;
  /** Between two requests of a connection; then it is closed. Milliseconds. */
  readonly idleMs: number;
  /** Slowest content of a request, bytes a second; below it: 408. */
  readonly contentRate: number;
  /** For how long a content may be slower than that, in all. Milliseconds. */
  readonly contentGraceMs: number;
  /** How long a client may take nothing of an answer; then its connection is reset. Milliseconds. */
  readonly writeMs: number;
  /** Connections in all; one more gets 503 and is closed. */
  readonly connections: number;
}

/** The limits where nothing else is said. */
export const SERVER_LIMITS: ServerLimits = {
  request: REQUEST_LIMITS,
  headMs: 30_000,
  idleMs: 120_000,
  contentRate: 240,
  contentGraceMs: 5_000,
  writeMs: 60_000,
  connections: 10_000,
};
