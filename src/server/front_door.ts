import { type Clock, systemClock } from "../contract/clock.ts";
import { Deadlines } from "../contract/deadlines.ts";
import type { ByteStream, Client, Exchange } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import { Http1Connection } from "./http1_connection.ts";
import type { ConnectionOptions, FrontOptions } from "./front.ts";
import { SERVER_LIMITS, type ServerLimits } from "./limits.ts";

/** Options of a {@linkcode FrontDoor}. */
export interface FrontDoorOptions extends FrontOptions {
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default SERVER_LIMITS */
  readonly limits?: ServerLimits;
}

/** How long accepting rests when the system has no room for another connection. Milliseconds. */
const NO_ROOM_MS = 100;

const TOO_MANY = new TextEncoder().encode(
  "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n" +
    "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
);

/** All connections of the host: takes them from the listeners, and knows them until they end. */
export class FrontDoor implements Disposable {
  readonly #clock: Clock;
  readonly #limits: ServerLimits;
  readonly #deadlines: Deadlines;
  readonly #connections = new Set<Http1Connection>();
  readonly #options: ConnectionOptions;
  #isClosing = false;
  #isDraining = false;
  #empty: PromiseWithResolvers<void> | undefined;

  constructor(options: FrontDoorOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#limits = options.limits ?? SERVER_LIMITS;
    this.#deadlines = new Deadlines(this.#clock);
    this.#options = {
      ...options,
      limits: this.#limits,
      deadlines: this.#deadlines,
      isClosing: () => this.#isClosing,
      tunnel: (client, backend, x) => this.#tunnel(client, backend, x),
    };
  }

  /** Connections that are open. */
  get open(): number {
    return this.#connections.size;
  }

  /** Takes connections until the listener is closed. Never rejects. */
  async accept(listener: Deno.Listener): Promise<void> {
    for (;;) {
      try {
        this.#take(await listener.accept());
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || this.#isDraining) return;
        if (error instanceof Deno.errors.Interrupted) return;
        // A connection that broke before it was taken, or no descriptor left: others may go on.
        await this.#clock.sleep(NO_ROOM_MS);
      }
    }
  }

  /** From now on answers carry `Connection: close`. */
  announceClose(): void {
    this.#isClosing = true;
  }

  /** Closes idle connections, and resolves when the others have ended. */
  drain(): Promise<void> {
    this.#isClosing = this.#isDraining = true;
    for (const connection of this.#connections) {
      if (!connection.isBusy) connection.close();
    }
    if (this.#connections.size === 0) return Promise.resolve();
    return (this.#empty ??= Promise.withResolvers()).promise;
  }

  /** Ends every connection at once. */
  abort(): void {
    const reason = new HostError("host-stopping", "The host stops now");
    for (const connection of this.#connections) connection.close(reason);
  }

  [Symbol.dispose](): void {
    this.abort();
    this.#deadlines[Symbol.dispose]();
  }

  #take(conn: Deno.Conn): void {
    if (this.#connections.size >= this.#limits.connections) {
      void refuse(conn);
      return;
    }
    if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
    const connection = new Http1Connection(conn, clientOf(conn), this.#options);
    this.#connections.add(connection);
    connection.serve(NOTHING).finally(() => {
      this.#connections.delete(connection);
      if (this.#connections.size === 0) this.#empty?.resolve();
    });
  }

  async #tunnel(client: ByteStream, backend: ByteStream, _x: Exchange): Promise<void> {
    client.close();
    backend.close();
    await Promise.resolve();
  }
}

const NOTHING = new Uint8Array(0);

/** Says in a few bytes that there is no room, without waiting for anything. */
async function refuse(conn: Deno.Conn): Promise<void> {
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
function clientOf({ remoteAddr }: Deno.Conn): Client {
  if (!("hostname" in remoteAddr)) return { address: "", port: 0, secure: false };
  const { hostname, port } = remoteAddr;
  const address = hostname.replace(/^::ffff:(?=\d+\.)/i, "");
  return { address, port, secure: false };
}
