import type { Reply } from "./exchange.ts";

/**
 * How an exchange ended.
 *
 * - `complete`: the whole answer was handed to the system
 * - `client-left`: the client, or the host's hard stop, ended it
 * - `dropped`: a module wanted the client to get no answer; the status is 0
 * - `broken`: the answer's content failed, and the client's connection was broken off
 */
export type ExchangeEnd = "complete" | "client-left" | "dropped" | "broken";

/** Which exchanges `httpLogging` lets into the access log, by their status. @see IIS M-LG-0 */
export type LoggedWhen = "always" | "success" | "error" | "never";

/**
 * What the access log and the metrics tell of one exchange beside the exchange itself. Made only where somebody
 * asks for it; whoever knows a thing writes it here as a plain value. Times are milliseconds of one clock.
 */
export class ExchangeRecord {
  /** When its head was there. */
  readonly startedAt: number;
  /** How long it took, to the last byte, the abort or the end of the tunnel. */
  tookMs = 0;
  /** How long it waited for a process that takes requests. */
  queueMs = 0;
  /** When it was handed to a process; negative where it never was. */
  sentAt = -1;
  /** How long that process took to the head of its answer; negative where none came. */
  firstByteMs = -1;
  /** Of that process; 0 where there was none. */
  generation = 0;
  /** Of that process, as in the directory; 0 where there was none. */
  target = 0;
  /** Status of the answer; 0 where there was none. */
  status = 0;
  end: ExchangeEnd = "complete";
  /** Of the request's content, as far as it was read; of a tunnel's way in. */
  bytesIn = 0;
  /** Of the answer's content; of a tunnel's way out. */
  bytesOut = 0;
  /** What the client got. */
  reply: Reply | undefined = undefined;
  loggedWhen: LoggedWhen = "always";

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }
}
