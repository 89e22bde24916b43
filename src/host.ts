import { type Backend, createBackend } from "./backend/mod.ts";
import {
  type AppConfig,
  formatProblem,
  handlerMatch,
  type Problem,
  readConfig,
} from "./config/mod.ts";
import { type Clock, systemClock } from "./contract/clock.ts";
import type { HostEvent, Report } from "./contract/event.ts";
import type { ErrorPage } from "./contract/module.ts";
import { fetchTransport } from "./gateway/fetch_transport.ts";
import { forwarder } from "./gateway/forward.ts";
import { probe } from "./gateway/probe.ts";
import { requestShutdown } from "./gateway/shutdown_request.ts";
import { moduleChain } from "./modules/mod.ts";
import { physicalKind } from "./modules/physical_kind.ts";
import {
  backendOutputEvent,
  brokenAnswerEvent,
  failedRequestEvent,
} from "./observe/request_events.ts";
import { errorReply } from "./pages/error_page.ts";
import { listen, type Listeners } from "./server/listener.ts";
import { pipeline } from "./server/pipeline.ts";

export { ListenError } from "./server/listener.ts";

/** What {@linkcode startHost} is asked to do. */
export interface HostOptions {
  /** The application folder, with or without a web.config. */
  readonly appDir: string;
  /** Addresses to listen on, as `--listen` takes them. @default ["http://localhost:8080"] */
  readonly listen?: readonly string[];
  /** Virtual path of the application: `/`, or `/sub` without a slash at its end. @default "/" */
  readonly pathBase?: string;
  /** `ASPNETCORE_ENVIRONMENT` for the backend where it is not set already. */
  readonly environmentName?: string;
  /** Whether the backend is started at once. @default false */
  readonly preload?: boolean;
  /** How long exchanges in flight may take after a stop is asked, milliseconds. @default 15000 */
  readonly drainTimeMs?: number;
  /** The host's own environment: inherited by the backend, and what `%NAME%` expands to. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Takes the host's events. @default they are lost */
  readonly report?: Report;
}

/** A running host. Disposing of it stops everything at once. */
export interface Host extends AsyncDisposable {
  /** Of every listener, with the ports they really have. */
  readonly urls: readonly string[];
  /** What it was started with. */
  readonly config: AppConfig;
  /** Stops gracefully: exchanges in flight end, then the backend. Resolves when all is over. */
  stop(): Promise<void>;
}

/** The configuration cannot be used. */
export class ConfigError extends Error {
  /** For whoever prints it. */
  override readonly name = "ConfigError";
  /** Everything that was found, warnings too. */
  readonly problems: readonly Problem[];

  /** Makes one. @param problems at least one of them an error */
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}

/**
 * Serves an application folder: reads its configuration, listens, and starts the backend with the first
 * request. Resolves when every listener accepts.
 *
 * @throws {ConfigError} where the configuration cannot be used
 * @throws {ListenError} where an address cannot be had
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const report = options.report ?? (() => {});
  const pathBase = options.pathBase ?? "/";
  const config = await usableConfig(options, report);
  const backend = createBackend({
    // The runtime's client cannot pass an upgrade on, so the application shall not offer one (ANCM W-9).
    config: { ...config, webSocketEnabled: false },
    pathBase,
    environmentName: options.environmentName,
    hostEnvironment: options.environment ?? {},
    clock: systemClock,
    report,
    output: (line) => report(backendOutputEvent(line)),
    probe,
    requestShutdown: (target, signal) => requestShutdown(pathBase, target, signal),
  });
  const transport = fetchTransport();
  const { startupTimeLimitMs, requestTimeoutMs, disableStartUpErrorPage } = config.aspNetCore;
  const page: ErrorPage = (x, error) => {
    report(failedRequestEvent(x, error));
    return errorReply(x, error, { disableStartUpErrorPage });
  };
  const { modules, handler } = moduleChain({
    pathBase,
    match: handlerMatch(config, physicalKind(config.root)),
    aspNetCore: forwarder({
      directory: backend.directory,
      transport,
      clock: systemClock,
      requestTimeoutMs,
      startupTimeLimitMs,
    }),
  });
  const urls = options.listen?.length ? options.listen : ["http://localhost:8080"];
  const listeners = listen(urls, {
    handler: pipeline(modules, handler, page),
    page,
    finished: (x, { end, error }) => {
      if (end === "broken") report(brokenAnswerEvent(x, error));
    },
  });
  for (const url of listeners.urls) {
    report({ level: "info", name: "listening", message: `Listening on ${url}`, facts: { url } });
  }
  if (options.preload) backend.directory.want();
  return running({ config, backend, transport, listeners, clock: systemClock, report }, options);
}

/** Reads the configuration and tells what is good to know of it. */
async function usableConfig(options: HostOptions, report: Report): Promise<AppConfig> {
  const environment = options.environment ?? {};
  const { config, problems } = await readConfig(options.appDir, { environment });
  if (!config) throw new ConfigError(problems);
  for (const problem of problems) report(problemEvent(problem));
  return config;
}

/** Tells of something in the configuration; an error carries the status IIS would have answered with. */
export function problemEvent(problem: Problem): HostEvent {
  const { severity, subStatus } = problem;
  const level = severity === "note" ? "info" : severity;
  const event = { level, name: `config-${severity}`, message: formatProblem(problem) } as const;
  return subStatus === undefined ? event : { ...event, facts: { status: `500.${subStatus}` } };
}

interface Parts {
  readonly config: AppConfig;
  readonly backend: Backend;
  readonly transport: Disposable;
  readonly listeners: Listeners;
  readonly clock: Clock;
  readonly report: Report;
}

function running(parts: Parts, options: HostOptions): Host {
  const { config, backend, transport, listeners, clock } = parts;
  let stopped: Promise<void> | undefined;

  async function stop(): Promise<void> {
    // 1. Clients learn that this connection is not to be used again, while everything is still served.
    const drainTimeMs = options.drainTimeMs ?? 15_000;
    const drained = AbortSignal.timeout(drainTimeMs);
    listeners.announceClose();
    const delayMs = Math.min(config.aspNetCore.shutdownDelayMs, drainTimeMs);
    if (listeners.inFlight > 0) await clock.sleep(delayMs);
    // 2. No new connections; what is under way may end.
    await listeners.drain(drained);
    // 3. The backend: asked, then by signal, then by force.
    await backend.stop();
    transport[Symbol.dispose]();
    parts.report({ level: "info", name: "stopped", message: "Stopped" });
  }

  return {
    config,
    urls: listeners.urls,
    stop: () => stopped ??= stop(),
    async [Symbol.asyncDispose]() {
      backend.kill();
      await listeners[Symbol.asyncDispose]();
      await backend.stop();
      transport[Symbol.dispose]();
    },
  };
}
