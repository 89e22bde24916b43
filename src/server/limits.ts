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
  /** How long a connection that has switched protocols may rest; 0 is for ever. Milliseconds. */
  readonly tunnelIdleMs: number;
  /** Connections in all; one more gets 503 and is closed. */
  readonly connections: number;
  /** Connections of one address, those of trusted proxies left out; one more gets 503 and is closed. 0: no limit. */
  readonly connectionsPerAddress: number;
}

/** The limits where nothing else is said. */
export const SERVER_LIMITS: ServerLimits = {
  request: REQUEST_LIMITS,
  headMs: 30_000,
  idleMs: 120_000,
  contentRate: 240,
  contentGraceMs: 5_000,
  writeMs: 60_000,
  tunnelIdleMs: 0,
  connections: 10_000,
  connectionsPerAddress: 0,
};

/** The limits that somebody may choose, flat: as the options `--limit-…` of the command line. */
export interface ChosenLimits {
  /** Connections in all. @default 10000 */
  readonly connections: number;
  /** Connections of one address, those of trusted proxies left out; 0: no limit. @default 0 */
  readonly connectionsPerAddress: number;
  /** Bytes of a request's head. @default 32768 */
  readonly headBytes: number;
  /** Bytes of a request's target. @default 16384 */
  readonly targetBytes: number;
  /** Fields of a request. @default 200 */
  readonly fields: number;
  /** For a request's head to arrive, milliseconds. @default 30000 */
  readonly headMs: number;
  /** Between two requests of a connection, milliseconds. @default 120000 */
  readonly idleMs: number;
  /** Slowest content of a request, bytes a second. @default 240 */
  readonly contentRate: number;
  /** In which a client must take something of its answer, milliseconds. @default 60000 */
  readonly writeMs: number;
  /** How long a WebSocket may rest, milliseconds; 0 is for ever. @default 0 */
  readonly tunnelIdleMs: number;
}

/** Gives limits with some of them chosen. */
export function serverLimits(chosen: Partial<ChosenLimits>): ServerLimits {
  const { headBytes, targetBytes, fields, ...others } = chosen;
  const request = {
    ...REQUEST_LIMITS,
    ...(headBytes === undefined ? {} : { headBytes }),
    ...(targetBytes === undefined ? {} : { targetBytes }),
    ...(fields === undefined ? {} : { fields }),
  };
  return { ...SERVER_LIMITS, ...others, request };
}
