import { barePipeline } from "./bare_pipeline.ts";
import { systemClock } from "../../src/contract/clock.ts";
import { Deadlines } from "../../src/contract/deadlines.ts";
import type { Exchange } from "../../src/contract/exchange.ts";
import type { HostError } from "../../src/contract/host_error.ts";
import type { Handler } from "../../src/contract/module.ts";
import { fetchTransport } from "../../src/gateway/fetch_transport.ts";
import { forwarder, type ForwardOptions } from "../../src/gateway/forward.ts";
import { InFlight } from "../../src/gateway/in_flight.ts";
import { wireTransport } from "../../src/gateway/wire_transport.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import { resetConnection } from "../../src/server/_reset.ts";
import type { Outcome } from "../../src/server/front.ts";
import { listen, type Listeners } from "../../src/server/listener.ts";
import "./open_socket_calls.ts";
import { RawBackend, type Script } from "./raw_backend.ts";
import { RawClient } from "./raw_client.ts";
import { RawDirectory } from "./raw_directory.ts";

/** A whole way through the host: real front, real transport, scripted backend. */
export interface RawStage extends AsyncDisposable {
  readonly backend: RawBackend;
  readonly directory: RawDirectory;
  readonly inFlight: InFlight;
  /** What the front hands exchanges to, without pages. */
  readonly handler: Handler;
  readonly listeners: Listeners;
  readonly url: string;
  /** Every failure that became a page. */
  readonly errors: HostError[];
  readonly outcomes: Outcome[];
  /** The outcome of the exchange with that place in the order of ends, from 0. */
  outcome(index: number): Promise<Outcome>;
  client(): Promise<RawClient>;
}

/** The transports, as `--transport` names them. */
export const TRANSPORTS = ["wire", "fetch"] as const;

/** What a stage is set with. */
export interface RawStageOptions extends Partial<Omit<ForwardOptions, "transport" | "inFlight">> {
  /** @default "wire" */
  readonly transport?: typeof TRANSPORTS[number];
}

/** Sets the stage; the backend is ready. */
export function rawStage(script?: Script, options: RawStageOptions = {}): RawStage {
  const { transport: name = "wire", ...rest } = options;
  const backend = new RawBackend(script);
  const directory = RawDirectory.ready(backend.port);
  const deadlines = new Deadlines(systemClock, 5);
  const transport = name === "wire"
    ? wireTransport({ deadlines, reset: resetConnection })
    : fetchTransport();
  const inFlight = new InFlight({ directory, transport });
  directory.followers = 1;
  const errors: HostError[] = [];
  const outcomes: Outcome[] = [];
  const waiters = new Set<() => void>();
  const page = (x: Exchange, error: HostError) => {
    errors.push(error);
    return errorReply(x, error, { disableStartUpErrorPage: false });
  };
  const handler = forwarder({
    directory,
    transport,
    inFlight,
    clock: systemClock,
    deadlines,
    requestTimeoutMs: 0,
    startupTimeLimitMs: 10_000,
    shutdownTimeLimitMs: 10_000,
    offline: () => undefined,
    noticeMs: 50,
    ...rest,
  });
  const listeners = listen(["http://127.0.0.1:0"], {
    handler: barePipeline(handler, page),
    page,
    finished(_x, outcome) {
      outcomes.push(outcome);
      for (const wake of waiters) wake();
    },
  });
  const url = listeners.urls[0] ?? "";
  return {
    backend,
    directory,
    inFlight,
    handler,
    listeners,
    url,
    errors,
    outcomes,
    async outcome(index) {
      for (;;) {
        const outcome = outcomes[index];
        if (outcome) return outcome;
        const { promise, resolve } = Promise.withResolvers<void>();
        waiters.add(resolve);
        await promise;
        waiters.delete(resolve);
      }
    },
    client: () => RawClient.open(url),
    async [Symbol.asyncDispose]() {
      await listeners[Symbol.asyncDispose]();
      inFlight[Symbol.dispose]();
      transport[Symbol.dispose]();
      deadlines[Symbol.dispose]();
      await backend[Symbol.asyncDispose]();
    },
  };
}

/** Makes one test for each transport; what is called by it sets a stage with that one. */
export function onEachTransport(
  name: string,
  test: (stage: typeof rawStage, transport: typeof TRANSPORTS[number]) => Promise<void>,
): void {
  for (const transport of TRANSPORTS) {
    const stage: typeof rawStage = (script, options) => rawStage(script, { ...options, transport });
    Deno.test(`${name} [${transport}]`, () => test(stage, transport));
  }
}
