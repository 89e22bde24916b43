import type { Deadlines } from "../contract/deadlines.ts";
import type { ByteStream, Client, Exchange } from "../contract/exchange.ts";
import type { ExchangeEnd } from "../contract/exchange_record.ts";
import type { ErrorPage, Handler } from "../contract/module.ts";
import type { RequestReaders } from "./_request_readers.ts";
import type { Http1Connection } from "./http1_connection.ts";
import type { ServerLimits } from "./limits.ts";

/** How an exchange ended, told once, after its last byte or its abort. */
export interface Outcome {
  /** Status of the answer; 0 where there was none. */
  readonly status: number;
  readonly end: ExchangeEnd;
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
  /** Told of each exchange when its head is there, before anything else is done with it. Does not throw. */
  readonly began?: ((x: Exchange) => void) | undefined;
  /** Takes the outcome of each exchange. Does not throw. */
  readonly finished?: (x: Exchange, outcome: Outcome) => void;
}

/** What the connections of one front share. */
export interface ConnectionOptions extends FrontOptions {
  readonly limits: ServerLimits;
  readonly deadlines: Deadlines;
  readonly readers: RequestReaders;
  /** Whether answers are to say that the connection ends with them. */
  readonly isClosing: () => boolean;
  /** Joins both ends of a connection that has switched protocols; resolves when both are closed. */
  readonly tunnel: (
    client: ByteStream,
    backend: ByteStream,
    x: Exchange,
  ) => Promise<{ readonly bytesIn: number; readonly bytesOut: number }>;
  /** Serves HTTP/2 on a connection that begins with its preface. */
  readonly http2: (conn: Deno.Conn, unread: Uint8Array, client: Client) => Promise<void>;
  /** Told of each connection when it has ended. */
  readonly ended: (connection: Http1Connection) => void;
}
