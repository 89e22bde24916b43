import { type Backend, createBackend } from "./backend/mod.ts";
import {
  type AppConfig,
  formatProblem,
  handlerMatch,
  handlerSetting,
  type Problem,
  readConfig,
} from "./config/mod.ts";
import { type Clock, systemClock } from "./contract/clock.ts";
import { Deadlines } from "./contract/deadlines.ts";
import type { HostEvent, Report } from "./contract/event.ts";
import type { ErrorPage } from "./contract/module.ts";
import { fetchTransport } from "./gateway/fetch_transport.ts";
import { forwarder } from "./gateway/forward.ts";
import { probe } from "./gateway/probe.ts";
import { wireTransport } from "./gateway/wire_transport.ts";
import { requestShutdown } from "./gateway/shutdown_request.ts";
import { listMembers } from "./http1/mod.ts";
import { moduleChain } from "./modules/mod.ts";
import { physicalKind } from "./modules/physical_kind.ts";
import {
  backendOutputEvent,
  brokenAnswerEvent,
  failedRequestEvent,
} from "./observe/request_events.ts";
import { errorReply } from "./pages/error_page.ts";
import { type ChosenLimits, serverLimits } from "./server/limits.ts";
import { isSecureUrl, listen, type Listeners, resetConnection } from "./server/listener.ts";
import {
  certificateDateEvent,
  type CertificateSource,
  developmentCertificate,
  developmentCertificateEvent,
  loadCertificate,
  type TlsMaterial,
} from "./server/tls_certificate.ts";
import { certificateFilesOf, watchCertificate } from "./server/tls_reload.ts";
import { parseTrustedProxies } from "./server/trusted_proxy.ts";
import { pipeline } from "./server/pipeline.ts";

export type { ChosenLimits } from "./server/limits.ts";
export { CertificateError, type CertificateSource } from "./server/tls_certificate.ts";
export { TrustedProxyError } from "./server/trusted_proxy.ts";
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
  /** How requests reach the backend. @default "wire" */
  readonly transport?: "wire" | "fetch";
  /** For https listeners. @default one made for this run, for development only */
  readonly certificate?: CertificateSource;
  /** Addresses and networks of proxies whose word about a client is taken, as `--trusted-proxy`. @default none */
  readonly trustedProxies?: readonly string[];
  /** Whether clients without TLS are sent to https. @default false */
  readonly redirectHttps?: boolean;
  /** Whether clients are told to use https from now on. @default false */
  readonly hsts?: boolean;
  /** What clients may take; what is absent is as the command line's defaults. */
  readonly limits?: Partial<HostLimits>;
  /** The host's own environment: inherited by the backend, and what `%NAME%` expands to. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Takes the host's events. @default they are lost */
  readonly report?: Report;
}

/** How much clients may take of the host: as the options `--limit-…` of the command line. */
export interface HostLimits extends ChosenLimits {
  /** Requests that may wait for a start of the backend. @default 1000 */
  readonly waiting: number;
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
  const deadlines = new Deadlines(systemClock);
  const isWire = options.transport !== "fetch";
  const transport = isWire
    ? wireTransport({ deadlines, reset: resetConnection })
    : fetchTransport();
  const upgrades = isWire ? upgradesOf(config) : new Set<string>();
  const urls = options.listen?.length ? options.listen : ["http://localhost:8080"];
  const isTrusted = parseTrustedProxies(options.trustedProxies ?? []);
  const certificate = await certificateFor(urls, options.certificate, report);
  let httpsPort: number | undefined = undefined;
  const backend = createBackend({
    // The application shall not offer what the transport cannot pass on (ANCM W-9).
    config: { ...config, webSocketEnabled: upgrades.has("websocket") },
    pathBase,
    environmentName: options.environmentName,
    // Known once it is listened on, which is before anything is started.
    get httpsPort() {
      return httpsPort;
    },
    hostEnvironment: options.environment ?? {},
    clock: systemClock,
    report,
    output: (line) => report(backendOutputEvent(line)),
    probe,
    requestShutdown: (target, signal) => requestShutdown(pathBase, target, signal),
  });
  const { startupTimeLimitMs, requestTimeoutMs, disableStartUpErrorPage } = config.aspNetCore;
  const page: ErrorPage = (x, error) => {
    report(failedRequestEvent(x, error));
    return errorReply(x, error, { disableStartUpErrorPage });
  };
  const { waiting, ...chosen } = options.limits ?? {};
  const { modules, handler } = moduleChain({
    pathBase,
    hsts: options.hsts,
    redirectTo: options.redirectHttps ? () => httpsPort : undefined,
    match: handlerMatch(config, physicalKind(config.root)),
    aspNetCore: forwarder({
      directory: backend.directory,
      transport,
      clock: systemClock,
      deadlines,
      requestTimeoutMs,
      startupTimeLimitMs,
      upgrades,
      ...(waiting === undefined ? {} : { maxWaiting: waiting }),
    }),
  });
  const listeners = listen(urls, {
    handler: pipeline(modules, handler, page),
    page,
    limits: serverLimits(chosen),
    isTrusted,
    ...(certificate ? { certificate } : {}),
    finished: (x, { end, error }) => {
      if (end === "broken") report(brokenAnswerEvent(x, error));
    },
  });
  httpsPort = onlyPort(listeners.urls);
  const rest: Disposable[] = [transport, deadlines];
  if (certificate && options.certificate) {
    rest.push(watchCertificate({
      current: certificate,
      files: certificateFilesOf(options.certificate),
      clock: systemClock,
      report,
      changed: (material) => listeners.replaceCertificate(material),
    }));
  }
  for (const url of listeners.urls) {
    report({ level: "info", name: "listening", message: `Listening on ${url}`, facts: { url } });
  }
  if (options.preload) backend.directory.want();
  return running({ config, backend, rest, listeners, clock: systemClock, report }, options);
}

/** Gives the certificate of the https listeners, where there are any. */
async function certificateFor(
  urls: readonly string[],
  source: CertificateSource | undefined,
  report: Report,
): Promise<TlsMaterial | undefined> {
  if (!urls.some(isSecureUrl)) return undefined;
  const now = systemClock.date();
  const material = source ? await loadCertificate(source) : await developmentCertificate(now);
  const event = source
    ? certificateDateEvent(material, now)
    : developmentCertificateEvent(material);
  if (event) report(event);
  return material;
}

/** Gives the port of the https listeners, where they have one and no other. @see ANCM E-17 */
function onlyPort(urls: readonly string[]): number | undefined {
  const ports = new Set(
    urls.filter((url) => url.startsWith("https://")).map((url) => Number(url.split(":").at(-1))),
  );
  return ports.size === 1 ? [...ports][0] : undefined;
}

/** The protocols a request may ask to switch to. @see ANCM W-9 */
function upgradesOf({ webSocketEnabled, aspNetCore }: AppConfig): ReadonlySet<string> {
  const named = handlerSetting(aspNetCore, "upgradeProtocols") ?? "";
  const upgrades = new Set(listMembers([named.toLowerCase()]));
  if (webSocketEnabled) upgrades.add("websocket");
  return upgrades;
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
  /** Disposed of last. */
  readonly rest: readonly Disposable[];
  readonly listeners: Listeners;
  readonly clock: Clock;
  readonly report: Report;
}

function running(parts: Parts, options: HostOptions): Host {
  const { config, backend, rest, listeners, clock } = parts;
  const disposeRest = () => rest.forEach((one) => one[Symbol.dispose]());
  let stopped: Promise<void> | undefined;

  async function stop(): Promise<void> {
    // 1. Clients learn that this connection is not to be used again, while everything is still served.
    const drainTimeMs = options.drainTimeMs ?? 15_000;
    const drained = AbortSignal.timeout(drainTimeMs);
    listeners.announceClose(drainTimeMs);
    const delayMs = Math.min(config.aspNetCore.shutdownDelayMs, drainTimeMs);
    if (listeners.open > 0) await clock.sleep(delayMs);
    // 2. No new connections; what is under way may end.
    await listeners.drain(drained);
    // 3. The backend: asked, then by signal, then by force.
    await backend.stop();
    disposeRest();
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
      disposeRest();
    },
  };
}
