import type { Cancellation } from "../contract/cancellation.ts";
import type { Deadline, Deadlines } from "../contract/deadlines.ts";
import type { Target } from "../contract/directory.ts";
import { BackendConnection } from "./backend_connection.ts";
import { TransportFault } from "./transport.ts";

/** Idle connections are let go before Kestrel closes them (130 s), so that none is found dead. */
const IDLE_MS = 60_000;
/** How many connections rest at a time, over all targets. */
const MAX_IDLE = 1_024;

/** What a {@linkcode ConnectionPool} needs. */
export interface ConnectionPoolOptions {
  readonly deadlines: Deadlines;
  /** As {@linkcode BackendConnectionOptions.reset}. */
  readonly reset?: ((conn: Deno.TcpConn) => void) | undefined;
}

/** Every connection to the backend; those that rest are used again, the last one first. */
export class ConnectionPool implements Deadline, Disposable {
  /** Always over: a tick looks at all that rest. @see Deadline */
  readonly at = 0;

  readonly #options: ConnectionPoolOptions;
  readonly #open = new Set<BackendConnection>();
  readonly #resting = new Map<number, BackendConnection[]>();
  #targets: readonly Target[] = [];
  #restingCount = 0;
  /** Of the last tick: near enough for an idle limit, and costs an exchange nothing. */
  #now = 0;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
  }

  /** Gives a connection that rests, if one does. */
  take({ id }: Target): BackendConnection | undefined {
    const connection = this.#resting.get(id)?.pop();
    if (connection) {
      this.#restingCount--;
      connection.begin();
    }
    return connection;
  }

  /**
   * Makes a connection.
   *
   * @throws {TransportFault} `refused` when none can be had
   */
  async connect({ id, port }: Target, cancellation: Cancellation): Promise<BackendConnection> {
    const { signal } = cancellation;
    const conn = await Deno.connect({ hostname: "127.0.0.1", port, signal }).catch((cause) => {
      throw new TransportFault("refused", `the backend takes no connection on port ${port}`, {
        cause,
      });
    });
    // A connection from a free port of the ephemeral range to itself succeeds: nobody listens there.
    if (conn.localAddr.port === port) {
      conn.close();
      throw new TransportFault("refused", `nobody listens on port ${port}`);
    }
    conn.setNoDelay(true);
    const connection = new BackendConnection(conn, {
      targetId: id,
      reset: this.#options.reset,
      onClose: this.#onClose,
    });
    if (this.#open.size === 0) this.#watch();
    this.#open.add(connection);
    return connection;
  }

  /** Takes a connection back whose exchange is over and left nothing behind. */
  release(connection: BackendConnection): void {
    const { targetId } = connection;
    const isWanted = this.#targets.some(({ id }) => id === targetId);
    if (!isWanted || this.#restingCount >= MAX_IDLE) return connection.close();
    connection.restsSince = this.#now;
    const resting = this.#resting.get(targetId);
    if (resting) resting.push(connection);
    else this.#resting.set(targetId, [connection]);
    this.#restingCount++;
    connection.rest();
  }

  /** Lets go of what rests for other targets; what is in use for them is closed when it comes back. */
  retain(targets: readonly Target[]): void {
    this.#targets = targets;
    for (const [id, resting] of this.#resting) {
      if (targets.some((target) => target.id === id)) continue;
      for (const connection of [...resting]) connection.close();
      this.#resting.delete(id);
    }
  }

  /** @see Deadline */
  expired(now: number): void {
    this.#now = now;
    for (const resting of this.#resting.values()) {
      // Closing takes it out of the list.
      while (resting[0] && resting[0].restsSince + IDLE_MS <= now) resting[0].close();
    }
  }

  /** Closes every connection, also those in use. */
  [Symbol.dispose](): void {
    this.#targets = [];
    for (const connection of this.#open) connection.close();
  }

  #watch(): void {
    this.#now = this.#options.deadlines.now();
    this.#options.deadlines.add(this);
  }

  readonly #onClose = (connection: BackendConnection): void => {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#options.deadlines.delete(this);
    const resting = this.#resting.get(connection.targetId);
    const at = resting?.indexOf(connection) ?? -1;
    if (!resting || at < 0) return;
    resting.splice(at, 1);
    this.#restingCount--;
  };
}
