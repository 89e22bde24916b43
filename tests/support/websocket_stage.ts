import { systemClock } from "../../src/contract/clock.ts";
import { Deadlines } from "../../src/contract/deadlines.ts";
import type { Exchange } from "../../src/contract/exchange.ts";
import type { HostError } from "../../src/contract/host_error.ts";
import { forwarder } from "../../src/gateway/forward.ts";
import { InFlight } from "../../src/gateway/in_flight.ts";
import { wireTransport } from "../../src/gateway/wire_transport.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import { resetConnection } from "../../src/server/_reset.ts";
import { listen, type Listeners } from "../../src/server/listener.ts";
import { barePipeline } from "./bare_pipeline.ts";
import "./open_socket_calls.ts";
import { RawDirectory } from "./raw_directory.ts";
import { TEST_CERTIFICATE } from "./test_certificate.ts";

/** How clients come: plain, or over TLS. */
export type WebSocketScheme = "ws" | "wss";

/** The host between a client and a backend of WebSockets that a test plays itself. */
export class WebSocketStage implements AsyncDisposable {
  /** Where clients open a WebSocket. */
  readonly url: string;
  /** What they trust, with `wss`. */
  readonly ca: string | undefined;
  readonly #backend: Deno.TcpListener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #deadlines = new Deadlines(systemClock);
  readonly #transport = wireTransport({ deadlines: this.#deadlines, reset: resetConnection });
  readonly #directory = RawDirectory.ready(this.#backend.addr.port);
  readonly #inFlight = new InFlight({ directory: this.#directory, transport: this.#transport });
  readonly #listeners: Listeners;

  constructor(scheme: WebSocketScheme) {
    const page = (x: Exchange, error: HostError) =>
      errorReply(x, error, { disableStartUpErrorPage: false });
    const handler = forwarder({
      directory: this.#directory,
      transport: this.#transport,
      inFlight: this.#inFlight,
      clock: systemClock,
      deadlines: this.#deadlines,
      requestTimeoutMs: 0,
      startupTimeLimitMs: 10_000,
      shutdownTimeLimitMs: 10_000,
      offline: () => undefined,
      upgrades: new Set(["websocket"]),
    });
    this.#listeners = listen([`${scheme === "wss" ? "https" : "http"}://127.0.0.1:0`], {
      handler: barePipeline(handler, page),
      page,
      certificate: {
        ...TEST_CERTIFICATE,
        subject: "CN=localhost",
        fingerprint: "of the tests",
        validFrom: new Date(0),
        validTo: new Date(8.64e15),
      },
    });
    const { port } = new URL(this.#listeners.urls[0] ?? "");
    this.url = `${scheme}://127.0.0.1:${port}/chat`;
    this.ca = scheme === "wss" ? TEST_CERTIFICATE.cert : undefined;
  }

  /** Waits for the connection that the host opens next. */
  async accepted(): Promise<Deno.TcpConn> {
    const conn = await this.#backend.accept();
    conn.setNoDelay(true);
    return conn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listeners[Symbol.asyncDispose]();
    this.#inFlight[Symbol.dispose]();
    this.#transport[Symbol.dispose]();
    this.#deadlines[Symbol.dispose]();
    this.#backend.close();
  }
}
