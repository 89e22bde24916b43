import { barePipeline } from "./bare_pipeline.ts";
import { systemClock } from "../../src/contract/clock.ts";
import { Deadlines } from "../../src/contract/deadlines.ts";
import type { Exchange } from "../../src/contract/exchange.ts";
import type { HostError } from "../../src/contract/host_error.ts";
import { fetchTransport } from "../../src/gateway/fetch_transport.ts";
import { forwarder, type ForwardOptions } from "../../src/gateway/forward.ts";
import { InFlight } from "../../src/gateway/in_flight.ts";
import { wireTransport } from "../../src/gateway/wire_transport.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import type { Outcome } from "../../src/server/front.ts";
import { listen } from "../../src/server/listener.ts";
import { resetConnection } from "../../src/server/_reset.ts";
import type { Answer, LaneClient, RequestToSend } from "./conformance_client.ts";
import { Http1Client } from "./conformance_http1.ts";
import type { Lane } from "./conformance_lanes.ts";
import "./open_socket_calls.ts";
import { eventually } from "./eventually.ts";
import { RawBackend, type Script } from "./raw_backend.ts";
import { RawDirectory } from "./raw_directory.ts";

/** What a case may change about the host; the rest is as the host has it. */
export interface StageOptions
  extends Partial<Pick<ForwardOptions, "requestTimeoutMs" | "upgrades">> {
  /** Whether the host listens on `::1` instead of `127.0.0.1`. */
  readonly isIpv6?: boolean;
}

/** Deadlines are looked at so often here, milliseconds, so that no case waits a second for one. */
const TICK_MS = 5;

/** The whole way through the host on one lane: real front, real transport, scripted backend. */
export class Stage implements AsyncDisposable {
  readonly lane: Lane;
  readonly backend = new RawBackend();
  readonly directory: RawDirectory = RawDirectory.ready(this.backend.port);
  /** Every failure that became a page. */
  readonly errors: HostError[] = [];
  readonly #outcomes: Outcome[] = [];
  readonly #clients: LaneClient[] = [];
  readonly #url: string;
  readonly #parts: (Disposable | AsyncDisposable)[];

  constructor(lane: Lane, { isIpv6, ...options }: StageOptions = {}) {
    const clock = systemClock;
    const deadlines = new Deadlines(clock, TICK_MS);
    const transport = lane.transport === "wire"
      ? wireTransport({ deadlines, reset: resetConnection })
      : fetchTransport();
    const inFlight = new InFlight({ directory: this.directory, transport });
    this.directory.followers = 1;
    const handler = forwarder({
      directory: this.directory,
      transport,
      inFlight,
      clock,
      deadlines,
      requestTimeoutMs: 0,
      startupTimeLimitMs: 10_000,
      shutdownTimeLimitMs: 10_000,
      offline: () => undefined,
      noticeMs: 50,
      ...options,
      // As host.ts has it: fetch passes no upgrade on.
      ...(lane.transport === "fetch" ? { upgrades: new Set<string>() } : {}),
    });
    const page = (x: Exchange, error: HostError) => {
      this.errors.push(error);
      return errorReply(x, error, { disableStartUpErrorPage: false });
    };
    const listeners = listen([isIpv6 ? lane.url.replace("127.0.0.1", "[::1]") : lane.url], {
      ...lane.listenOptions,
      handler: barePipeline(handler, page),
      page,
      finished: (_x, outcome) => this.#outcomes.push(outcome),
    });
    this.lane = lane;
    this.#url = listeners.urls[0] ?? "";
    this.#parts = [listeners, inFlight, transport, deadlines, this.backend];
  }

  /** Says what the backend does with each request from now on. */
  set script(script: Script) {
    this.backend.script = script;
  }

  /** Connects; closed with the stage. */
  async client(): Promise<LaneClient> {
    const client = await this.lane.open(this.#url);
    this.#clients.push(client);
    return client;
  }

  /** Connects on a lane that speaks HTTP/1.1, for cases that are about its bytes. */
  async http1(): Promise<Http1Client> {
    const client = await this.client();
    if (client instanceof Http1Client) return client;
    throw new Error(`The lane "${this.lane.name}" does not speak HTTP/1.1`);
  }

  /** Sends one request on a connection of its own and reads the answer. */
  async exchange(request?: RequestToSend): Promise<Answer> {
    return await (await this.client()).exchange(request);
  }

  /** Waits for the end of an exchange, by its place in the order of ends. */
  async outcome(index = 0): Promise<Outcome> {
    return await eventually(() => this.#outcomes[index], `Exchange ${index} never ended`);
  }

  /** The code of each failure that became a page. */
  get codes(): string[] {
    return this.errors.map(({ code }) => code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const part of this.#parts) {
      if (Symbol.asyncDispose in part) await part[Symbol.asyncDispose]();
      else part[Symbol.dispose]();
    }
  }
}
