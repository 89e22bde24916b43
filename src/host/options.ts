import {
  type AppConfig,
  formatProblem,
  type Problem,
  type RecyclingConfig,
} from "../config/mod.ts";
import type { Report } from "../contract/event.ts";
import type { HostStatus, RecycleResult } from "../contract/host_status.ts";
import type { AccessLogOptions } from "../observe/access_log.ts";
import type { ChosenLimits } from "../server/limits.ts";
import type { CertificateSource } from "../server/tls_certificate.ts";

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
  /** Whether web.config may not use what IIS locks, as `--strict-iis`. @default false */
  readonly strictIis?: boolean;
  /** Whether the web.config files of sub-folders are left alone, as `--root-config-only`. @default false */
  readonly rootConfigOnly?: boolean;
  /** How long exchanges in flight may take after a stop is asked, milliseconds. @default 15000 */
  readonly drainTimeMs?: number;
  /** How requests reach the backend. @default "wire" */
  readonly transport?: "wire" | "fetch";
  /** For https listeners. @default one made for this run, for development only */
  readonly certificate?: CertificateSource;
  /** Who may log on where web.config asks for `basicAuthentication`, as `--basic-auth-file`. @default nobody */
  readonly basicAuthFile?: string;
  /** Addresses and networks of proxies whose word about a client is taken, as `--trusted-proxy`. @default none */
  readonly trustedProxies?: readonly string[];
  /** Whether clients without TLS are sent to https. @default false */
  readonly redirectHttps?: boolean;
  /** Whether clients are told to use https from now on. @default false */
  readonly hsts?: boolean;
  /** When the backend is recycled or stopped by itself; what is absent is as web.config says. @default {} */
  readonly recycling?: Partial<RecyclingConfig>;
  /** What clients may take; what is absent is as the command line's defaults. */
  readonly limits?: Partial<HostLimits>;
  /** Where health, status and control are answered, as `--admin`; or `off`. @default a socket of the application */
  readonly admin?: string | undefined;
  /** Without which an `admin` on TCP answers only health. Secret. @default none */
  readonly adminToken?: string;
  /** Where each request is written to, as `--access-log`. @default nowhere */
  readonly accessLog?: AccessLogOptions;
  /** Whether requests without a valid `traceparent` get one, as `--traceparent`. @default false */
  readonly traceparent?: boolean;
  /** Gives how many events `report` has lost, for the metrics. @default it is not known */
  readonly lostEvents?: () => number;
  /** The host's own environment: inherited by the backend, and what `%NAME%` expands to. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it serves somebody who develops the application, as `--watch`. @default it does not */
  readonly development?: DevelopmentOptions | undefined;
  /** Takes the host's events. @default they are lost */
  readonly report?: Report;
}

/** How an application is served to whoever develops it. */
export interface DevelopmentOptions {
  /** Of `Properties/launchSettings.json`, as `--launch-profile`. @default the first whose commandName is Project */
  readonly launchProfile?: string | undefined;
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
  /** Where commands are taken; absent where nowhere. */
  readonly admin?: string | undefined;
  /** What it was started with. */
  readonly config: AppConfig;
  /** Resolves with who asked when a stop was asked of the admin listener. It has begun by then. */
  readonly stopAsked: Promise<string>;
  /** Tells how the host is. */
  status(): HostStatus;
  /**
   * Replaces the backend by a new one, without losing a request, and resolves when that is over.
   *
   * @param reason for the log: who asked, or what has changed
   */
  recycle(reason: string): Promise<RecycleResult>;
  /** Begins the files of the access log again, after another program has moved them. */
  reopenLogs(): Promise<void>;
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
