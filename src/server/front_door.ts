import type { Clock } from "../contract/clock.ts";
import type { Deadlines } from "../contract/deadlines.ts";
import type { ByteStream, Client, Exchange } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import { Admission, type Refusal } from "./_admission.ts";
import { readProxied } from "./_proxied.ts";
import { RequestReaders } from "./_request_readers.ts";
import { resetConnection } from "./_reset.ts";
import { Http1Connection } from "./http1_connection.ts";
import { Http2Front } from "./http2_front.ts";
import type { ConnectionOptions, FrontOptions } from "./front.ts";
import type { ServerLimits } from "./limits.ts";
import type { IsTrusted } from "./trusted_proxy.ts";
import { type RunningTunnel, tunnel } from "./tunnel.ts";

/** Options of a {@linkcode FrontDoor}. */
export interface FrontDoorOptions extends FrontOptions {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly limits: ServerLimits;
  /** Whose connections are those of many clients. @default nobody's */
  readonly isTrusted?: IsTrusted | undefined;
  /** Told of each connection that was not served. Does not throw. */
  readonly refused?: ((why: Refusal) => void) | undefined;
}

/** How long accepting rests when the system has no room for another connection. Milliseconds. */
const NO_ROOM_MS = 100;
const NOTHING = new Uint8Array(0);
const TOO_MANY = new TextEncoder().encode(
  "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n" +
    "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
);

/** All connections of the host: takes them from the listeners, and knows them until they end. */
export class FrontDoor {
  readonly #options: FrontDoorOptions;
  /** What every connection is given. */
  readonly #shared: ConnectionOptions;
  readonly #admission: Admission;
  readonly #http2: Http2Front;
  readonly #connections = new Set<Http1Connection>();
  readonly #tunnels = new Set<RunningTunnel>();
  #isClosing = false;
  #isDraining = false;
  #empty: PromiseWithResolvers<void> | undefined;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
    this.#admission = new Admission(options.limits, options.isTrusted);
    this.#http2 = new Http2Front(options);
    this.#shared = {
      ...options,
      readers: new RequestReaders(options.limits.request),
      isClosing: () => this.#isClosing,
      tunnel: (client, backend, x) => this.#tunnel(client, backend, x),
      http2: (conn, unread, client) => this.#serveHttp2(conn, unread, client),
      ended: (connection) => this.#ended(connection),
    };
  }

  /** Connections that are open. */
  get open(): number {
    return this.#admission.open;
  }

  /**
   * Takes plain connections until the listener is closed. Never rejects.
   *
   * @param isProxied whether each begins with a PROXY header
   */
  async accept(listener: Deno.Listener, isProxied: boolean): Promise<void> {
    for (;;) {
      try {
        const conn = await listener.accept();
        if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
        const client = clientOf(conn, false);
        if (isProxied) this.#takeProxied(conn, client);
        else this.take(conn, client, NOTHING);
      } catch (error) {
        if (this.#isDraining || error instanceof Deno.errors.BadResource) return;
        if (error instanceof Deno.errors.Interrupted) return;
        // A connection that broke before it was taken, or no descriptor left: others may go on.
        this.#options.refused?.("accept");
        await this.#options.clock.sleep(NO_ROOM_MS);
      }
    }
  }

  /** Takes a connection whose handshake is done. */
  takeTls(conn: Deno.TlsConn, protocol: "h2" | "http/1.1"): void {
    const client = clientOf(conn, true);
    if (protocol === "http/1.1") return this.take(conn, client, NOTHING);
    const refusal = this.#admission.enter(client.address);
    if (refusal) {
      this.#options.refused?.(refusal);
      return conn.close();
    }
    this.#serveHttp2(conn, NOTHING, client)
      .finally(() => this.#admission.leave(client.address));
  }

  /** Serves a connection until it ends. */
  take(conn: Deno.Conn, client: Client, unread: Uint8Array): void {
    const refusal = this.#admission.enter(client.address);
    if (refusal) return this.#refuse(conn, refusal);
    const connection = new Http1Connection(conn, client, this.#shared);
    this.#connections.add(connection);
    connection.serve(unread);
  }

  /**
   * From now on answers carry `Connection: close`, and open WebSockets are told to go.
   *
   * @param limitMs how long those may take
   */
  announceClose(limitMs: number): void {
    this.#isClosing = true;
    this.#http2.announceClose();
    for (const running of this.#tunnels) running.drain(limitMs);
  }

  /** Closes idle connections, and resolves when the others have ended. */
  async drain(): Promise<void> {
    this.#isClosing = this.#isDraining = true;
    const http2 = this.#http2.drain();
    for (const connection of this.#connections) {
      if (!connection.isBusy) connection.close();
    }
    if (this.#connections.size > 0) await (this.#empty ??= Promise.withResolvers()).promise;
    await http2;
  }

  /** Ends every connection at once. */
  abort(): void {
    const reason = new HostError("host-stopping", "The host stops now");
    for (const connection of this.#connections) connection.close(reason);
    this.#http2.abort();
  }

  #ended(connection: Http1Connection): void {
    this.#admission.leave(connection.client.address);
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#empty?.resolve();
  }

  #refuse(conn: Deno.Conn, why: Refusal): void {
    this.#options.refused?.(why);
    void sayTooMany(conn);
  }

  async #takeProxied(conn: Deno.Conn, peer: Client): Promise<void> {
    // Whose address counts is not known yet.
    const refusal = this.#admission.enter("");
    if (refusal) return this.#refuse(conn, refusal);
    const { deadlines, limits, refused } = this.#options;
    const proxied = await readProxied(conn, peer, deadlines, limits.headMs);
    this.#admission.leave("");
    if (proxied) this.take(conn, proxied.client, proxied.unread);
    else refused?.("proxy-header");
  }

  async #serveHttp2(conn: Deno.Conn, unread: Uint8Array, client: Client): Promise<void> {
    await this.#http2.serve(
      {
        read: (into) => conn.read(into),
        write: (bytes) => conn.write(bytes),
        closeWrite: () => conn.closeWrite(),
        close: () => conn.close(),
        reset: () => void resetConnection(conn),
      },
      unread,
      client,
    );
  }

  async #tunnel(client: ByteStream, backend: ByteStream, x: Exchange) {
    const { deadlines, limits } = this.#options;
    const protocol = x.request.fields.get("upgrade")?.trim().toLowerCase();
    const running = tunnel(client, backend, {
      deadlines,
      isWebSocket: protocol === "websocket",
      idleMs: limits.tunnelIdleMs === 0 ? undefined : limits.tunnelIdleMs,
      stallMs: limits.writeMs,
      cancellation: x.cancellation,
    });
    this.#tunnels.add(running);
    backend.onGoingAway?.((limitMs) => running.drain(limitMs));
    try {
      return await running.ended;
    } finally {
      this.#tunnels.delete(running);
    }
  }
}

/** Says in a few bytes that there is no room, without waiting for anything. */
async function sayTooMany(conn: Deno.Conn): Promise<void> {
  try {
    await conn.write(TOO_MANY);
    await conn.closeWrite();
  } catch {
    // It has gone already.
  } finally {
    conn.close();
  }
}

/** Names the other end; an IPv4 address within IPv6 by its own name. */
function clientOf({ remoteAddr, localAddr }: Deno.Conn, secure: boolean): Client {
  const peer = endOf(remoteAddr);
  if (!peer) return { address: "", port: 0, secure };
  return { ...peer, secure, local: endOf(localAddr) };
}

function endOf(addr: Deno.Addr): { address: string; port: number } | undefined {
  if (!("hostname" in addr)) return undefined;
  return { address: addr.hostname.replace(/^::ffff:(?=\d+\.)/i, ""), port: addr.port };
}
