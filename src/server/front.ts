import type { Deadlines } from "../contract/deadlines.ts";
import type { ByteStream, Exchange } from "../contract/exchange.ts";
import type { ServerLimits } from "./limits.ts";
import type { ErrorPage, Handler } from "../contract/module.ts";

/** How an exchange ended, told once, after its last byte or its abort. */
export interface Outcome {
  /** Status of the answer; 0 where there was none. */
  readonly status: number;
  /**
   * - `complete`: the whole answer was handed to the system
   * - `client-left`: the client, or the host's hard stop, ended it
   * - `broken`: the answer's content failed, and the client's connection was broken off
   */
  readonly end: "complete" | "client-left" | "broken";
  /** Of the request's content, as far as it was read. */
  readonly bytesIn: number;
  /** Of the answer's content. */
  readonly bytesOut: number;
  /** What broke it. */
  readonly error?: unknown;
}

/** What a front does with the requests it takes. */
export interface FrontOptions {
  /** The whole pipeline. Does not reject. */
  readonly handler: Handler;
  /** For requests that are refused before the pipeline, and answers that cannot be sent. */
  readonly page: ErrorPage;
  /** Takes the outcome of each exchange. Does not throw. */
  readonly finished?: (x: Exchange, outcome: Outcome) => void;
}

/** What one connection needs of the front that took it. */
export interface ConnectionOptions extends FrontOptions {
  readonly limits: ServerLimits;
  readonly deadlines: Deadlines;
  /** Whether answers are to say that the connection ends with them. */
  readonly isClosing: () => boolean;
  /** Joins both ends of a connection that has switched protocols; resolves when both are closed. */
  readonly tunnel: (
    client: ByteStream,
    backend: ByteStream,
    x: Exchange,
  ) => Promise<{ readonly bytesIn: number; readonly bytesOut: number }>;
  /** Serves HTTP/2 on a connection that begins with its preface. */
  readonly http2: (unread: Uint8Array) => Promise<void>;
}
