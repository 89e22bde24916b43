import type { Cancellation } from "./cancellation.ts";
import type { ExchangeRecord } from "./exchange_record.ts";
import type { HostError } from "./host_error.ts";

/** A value now or later: a stage that needs no waiting costs no promise. */
export type Awaitable<T> = T | Promise<T>;

/**
 * The fields of a message in the order they were received, names in the case they came in, repeats kept.
 * Values are latin1 text: one character is one byte. Never changed in place: an edit gives a new list.
 *
 * @see RFC 9110 §5
 */
export interface Fields extends Iterable<readonly [name: string, value: string]> {
  /** How many field lines there are, repeats counted. */
  readonly size: number;
  /** Tells whether there is a field of this name, whatever its case. */
  has(name: string): boolean;
  /** Gives the value of the first field line of this name. */
  get(name: string): string | undefined;
  /** Gives the value of every field line of this name, in order. */
  getAll(name: string): string[];
  /** Gives these fields less the named ones. */
  without(names: Iterable<string>): Fields;
  /** Gives these fields that `keep` is true for; `name` comes in lower case. */
  filter(keep: (name: string, value: string) => boolean): Fields;
  /** Gives these fields with one of this name: in the place of the first there was, else at the end. */
  with(name: string, value: string): Fields;
  /** Gives these fields with one more at the end. */
  appended(name: string, value: string): Fields;
  /** Gives these fields with more at the end, all in one step. */
  appendedAll(lines: readonly (readonly [name: string, value: string])[]): Fields;
}

/** The HTTP versions a client may speak to the host. */
export type HttpVersion = "HTTP/1.0" | "HTTP/1.1" | "HTTP/2";

/** A request without its content. */
export interface RequestHead {
  /** Any token, case kept. */
  readonly method: string;
  /** The request target as it came, latin1 text: never decoded, never normalised. */
  readonly target: string;
  readonly version: HttpVersion;
  readonly fields: Fields;
}

/** A response without its content. */
export interface ResponseHead {
  /** Three digits, 100 to 999. */
  readonly status: number;
  /** The reason phrase; may be empty. */
  readonly reason: string;
  readonly fields: Fields;
}

/**
 * The content of a message, pulled by whoever sends it on.
 * Who is handed a content reads it to its end or cancels it.
 */
export interface Content {
  /** Bytes in all, where that is known before reading. */
  readonly length?: number | undefined;
  /**
   * Names the file, and the version of it, that the host serves whole in this content: the same name, the same
   * bytes. Absent on everything else.
   */
  readonly file?: string;
  /**
   * Gives the next bytes, or null at the end. The bytes are valid until the next `read()`.
   * Rejects when the sender broke off: content that ends early never looks complete.
   */
  read(): Promise<Uint8Array | null>;
  /**
   * Tells what `read()` would give without waiting: `bytes`, the `end`, or nothing yet (`waiting`). What is said
   * holds until the next `read()`. Lets who sends put a head and what follows it into one piece.
   * Absent: not known.
   */
  state?(): "bytes" | "end" | "waiting";
  /** Says that nobody reads on. May be called at any time and more than once. */
  cancel(reason?: unknown): void;
  /** Gives the trailer fields; meaningful once `read()` gave null. */
  trailers?(): Fields | undefined;
}

/** Who sent the request. */
export interface Client {
  /** IP address without brackets, or the empty string behind a Unix socket. */
  readonly address: string;
  /** 0 behind a Unix socket. */
  readonly port: number;
  /** Whether the client's own connection is TLS. */
  readonly secure: boolean;
  /** The host's own end of the connection; absent behind a Unix socket. */
  readonly local?: { readonly address: string; readonly port: number } | undefined;
}

/** One request on its way through the host. */
export interface Exchange {
  /** Short, unique within this host process; on error pages and in the log. */
  readonly id: string;
  /** As the client sent it; never replaced. */
  readonly received: RequestHead;
  /** As the next module shall see it. */
  request: RequestHead;
  /** Of the request, as the next module shall see it. */
  content: Content;
  /** The other end of the connection, or whom trusted proxies name in its place. */
  client: Client;
  /** Over when the client leaves or the host stops at once. */
  readonly cancellation: Cancellation;
  /** The same as a signal; costs more, and is made only when asked for. */
  readonly signal: AbortSignal;
  /** The name under which the client has shown who it is; absent on anonymous requests. @see IIS M-AU-2 */
  user?: string;
  /** The request target that the log shows in the place of the received one. @see IIS M-RW-63 */
  loggedTarget?: string;
  /** For the access log and the metrics; absent where nobody asks. */
  record?: ExchangeRecord;
  /**
   * What is to be done once the exchange is over: after the last byte, the abort or the end of the tunnel. Each is
   * called once and must not throw; whoever adds one keeps those that are there.
   */
  atEnd?: (() => void)[];
  /**
   * The exchange whose error page this one fetches, within the host; absent on what a client asked for.
   * @see IIS M-HE-8
   */
  readonly parent?: Exchange;
  /** Sends an interim response (1xx) to a client that can take one; absent where the front cannot. */
  interim?(head: ResponseHead): Promise<void>;
}

/** What goes back to the client. */
export interface Reply {
  readonly head: ResponseHead;
  readonly content: Content;
  /** The failure that this is the host's own answer to; absent on what a backend or a file gave. */
  readonly error?: HostError;
  /** The IIS sub-status where an answer that is no failure has one, for the log. @see IIS M-RW-60 */
  readonly subStatus?: number;
  /** Whether a module made it and the mapped handler did not: its redirects get `redirectHeaders`. @see IIS M-HP-5 */
  readonly isOfModule?: true;
  /** Whether the connection ends behind it, where the version of HTTP gives the choice. @see IIS M-HP-1 */
  readonly endsConnection?: true;
  /**
   * Whether nothing of this is to be sent: the connection is closed, over HTTP/2 the stream reset.
   * @see IIS M-RW-61
   */
  readonly isDropped?: true;
  /** Only with status 101: the other end of the tunnel that the connection becomes. */
  readonly switched?: ByteStream;
}

/** A connection after it has switched protocols: bytes both ways. */
export interface ByteStream {
  /** Bytes that came behind the head and were read with it; part of the stream, before `read()`. */
  readonly unread: Uint8Array;
  /** Reads into the buffer; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes all of it. */
  write(bytes: Uint8Array): Promise<void>;
  /** Says that no more is written; reading goes on. */
  closeWrite(): Promise<void>;
  /** Ends both ways at once. May be called more than once. */
  close(): void;
  /**
   * Calls back once when this end is about to go away, at once where it is already, with the milliseconds in which
   * the stream is to end. Absent: that never happens.
   */
  onGoingAway?(listener: (limitMs: number) => void): void;
}
