import type { Deadline, Deadlines } from "../contract/deadlines.ts";
import { resetConnection } from "./_reset.ts";
import type { TlsMaterial } from "./tls_certificate.ts";
import { acceptWithoutDelay, preferSecondListener } from "./tls_sockets.ts";

/** Options of {@linkcode listenTls}. */
export interface TlsListenOptions {
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly material: TlsMaterial;
  readonly deadlines: Deadlines;
  /**
   * Takes a connection whose handshake is done, and the protocol both sides have agreed on: HTTP/1.1 where the
   * client asks for none. Does not throw.
   */
  readonly accepted: (conn: Deno.TlsConn, protocol: "h2" | "http/1.1") => void;
  /** Told of each handshake that failed or took too long, and of what was not accepted. Does not throw. */
  readonly refused?: ((why: "handshake" | "accept") => void) | undefined;
}

/** Listens for TLS connections. */
export interface TlsListener {
  readonly addr: Deno.NetAddr;
  /** Handshakes under way. */
  readonly pendingHandshakes: number;
  /**
   * Uses another certificate for connections to come; those that are open go on.
   *
   * @throws where the new listener cannot be opened; the old one goes on then, but on systems without `reusePort`
   */
  replace(material: TlsMaterial): void;
  /** Stops accepting, and ends handshakes under way. Connections that were handed over go on. */
  close(): void;
}

/** How long a handshake may take. Milliseconds. */
const HANDSHAKE_MS = 10_000;
/** Handshakes at once; one more ends the oldest, so that silent clients keep nobody out. */
const MAX_HANDSHAKES = 1_000;
/** How long a listener that gets no more connections is kept for those on their way to it. Milliseconds. */
const RETIRE_MS = 2_000;
/** How long accepting rests when the system has no room for another connection. Milliseconds. */
const NO_ROOM_MS = 100;
/** Where two sockets may listen on one port, and share what comes. */
const CAN_SHARE = Deno.build.os === "linux";

/**
 * Listens, offering `h2` and `http/1.1`. Handshakes run beside each other: none holds up another.
 *
 * @throws what `Deno.listenTls` throws
 */
export function listenTls(options: TlsListenOptions): TlsListener {
  return new Listener(options);
}

class Listener implements TlsListener {
  readonly #options: TlsListenOptions;
  readonly #handshakes = new Set<Handshake>();
  #listener: Deno.TlsListener;
  /** The listener before this one, for as long as connections may be on their way to it. */
  #retiring: Deadline | undefined;
  #isClosed = false;

  constructor(options: TlsListenOptions) {
    this.#options = options;
    this.#listener = this.#listen(options.port, options.material);
  }

  get addr(): Deno.NetAddr {
    return this.#listener.addr;
  }

  get pendingHandshakes(): number {
    return this.#handshakes.size;
  }

  replace(material: TlsMaterial): void {
    if (this.#isClosed) return;
    this.#retiring?.expired(0);
    const old = this.#listener;
    if (!CAN_SHARE) old.close();
    this.#listener = this.#listen(old.addr.port, material);
    if (!CAN_SHARE) return;
    const at = this.#options.deadlines.now() + (preferSecondListener(old) ? RETIRE_MS : 0);
    this.#retiring = { at, expired: () => this.#retire(old) };
    this.#options.deadlines.add(this.#retiring);
  }

  #retire(old: Deno.TlsListener): void {
    if (this.#retiring) this.#options.deadlines.delete(this.#retiring);
    this.#retiring = undefined;
    old.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#retiring?.expired(0);
    this.#listener.close();
    for (const handshake of [...this.#handshakes]) handshake.end();
  }

  #listen(port: number, { cert, key }: TlsMaterial): Deno.TlsListener {
    const listener = Deno.listenTls({
      hostname: this.#options.hostname,
      port,
      cert,
      key,
      alpnProtocols: ["h2", "http/1.1"],
      reusePort: CAN_SHARE,
    });
    acceptWithoutDelay(listener);
    void this.#accept(listener);
    return listener;
  }

  /** Never rejects. */
  async #accept(listener: Deno.TlsListener): Promise<void> {
    for (;;) {
      try {
        this.#begin(await listener.accept());
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || this.#isClosed) return;
        // Too many open files, or a client that left before it was accepted.
        this.#options.refused?.("accept");
        await new Promise((resolve) => setTimeout(resolve, NO_ROOM_MS));
      }
    }
  }

  #begin(conn: Deno.TlsConn): void {
    if (this.#isClosed) return closeQuietly(conn);
    const [oldest] = this.#handshakes;
    if (oldest && this.#handshakes.size >= MAX_HANDSHAKES) oldest.end();
    const handshake = new Handshake(conn, this.#options.deadlines);
    this.#handshakes.add(handshake);
    handshake.done.finally(() => this.#handshakes.delete(handshake)).then(
      (protocol) => void this.#options.accepted(conn, protocol),
      () => this.#options.refused?.("handshake"),
    );
  }
}

/** One handshake, which has an end. */
class Handshake implements Deadline {
  readonly at: number;
  /** The protocol agreed on. Rejects when it fails, takes too long or is ended; the connection is closed then. */
  readonly done: Promise<"h2" | "http/1.1">;
  readonly #conn: Deno.TlsConn;
  readonly #deadlines: Deadlines;
  readonly #ended = Promise.withResolvers<never>();

  constructor(conn: Deno.TlsConn, deadlines: Deadlines) {
    this.#conn = conn;
    this.#deadlines = deadlines;
    this.at = deadlines.now() + HANDSHAKE_MS;
    deadlines.add(this);
    this.done = this.#run();
  }

  expired(): void {
    this.end();
  }

  end(): void {
    this.#ended.reject(new Error("The handshake was ended"));
  }

  async #run(): Promise<"h2" | "http/1.1"> {
    try {
      const { alpnProtocol } = await Promise.race([this.#conn.handshake(), this.#ended.promise]);
      return alpnProtocol === "h2" ? "h2" : "http/1.1";
    } catch (error) {
      // While it is under way, closing alone leaves the socket open, and the handshake never settles.
      resetConnection(this.#conn);
      closeQuietly(this.#conn);
      throw error;
    } finally {
      this.#deadlines.delete(this);
    }
  }
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}
