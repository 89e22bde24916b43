import type { Backend } from "../backend/mod.ts";
import { type AppConfig, isHandlerSettingTrue, type Problem } from "../config/mod.ts";
import { systemClock } from "../contract/clock.ts";
import type { Deadlines } from "../contract/deadlines.ts";
import type { Report } from "../contract/event.ts";
import type { Awaitable, Exchange, Reply } from "../contract/exchange.ts";
import type { HostError } from "../contract/host_error.ts";
import type { RecycleResult } from "../contract/host_status.ts";
import type { Handler } from "../contract/module.ts";
import { forwarder } from "../gateway/forward.ts";
import type { InFlight } from "../gateway/in_flight.ts";
import type { Transport } from "../gateway/transport.ts";
import type { Accounts } from "../modules/authentication/accounts.ts";
import { type ErrorPageOptions, errorReply, statusReply } from "../pages/error_page.ts";
import { readHostConfig, reportProblems, upgradesOf } from "./configuration.ts";
import { ConfigError, type HostOptions } from "./options.ts";
import { developedConfig, type Development } from "./development.ts";
import { makeSite } from "./site.ts";

/** What a {@linkcode Serving} needs. */
export interface ServingParts {
  readonly options: HostOptions;
  readonly report: Report;
  /** Told of each failure that a page is made of. */
  readonly failed: (x: Exchange, error: HostError) => void;
  readonly deadlines: Deadlines;
  readonly transport: Transport;
  readonly inFlight: InFlight;
  readonly backend: Backend;
  /** Answers while app_offline.htm is there. */
  readonly offline: (x: Exchange) => Awaitable<Reply | undefined>;
  /** Who may log on; absent where there is no file of them. */
  readonly accounts?: Accounts | undefined;
  /** Present where it serves somebody who develops the application. */
  readonly development?: Development | undefined;
  /** Of the https listeners, once it is known. */
  readonly httpsPort: () => number | undefined;
}

const UNUSABLE: RecycleResult = Object.freeze({
  outcome: "kept",
  message: "The configuration cannot be used: the log says why",
});

/** The configuration in use with what answers requests under it, and how another takes its place. */
export class Serving {
  readonly #parts: ServingParts;
  #config: AppConfig;
  #handler: Handler;
  /** What is to be in use when the recycles under way have ended well. */
  #latest: AppConfig;
  /** Of recycles, as is `#newest`. */
  #turn = 0;
  #newest: Promise<RecycleResult> | undefined;
  #onConfig: (config: AppConfig) => void = () => {};

  /** @throws {ConfigError} where the modules cannot be made */
  constructor(config: AppConfig, parts: ServingParts) {
    this.#parts = parts;
    this.#config = this.#latest = config;
    const { handler, problems } = this.#make(config);
    if (hasErrors(problems)) throw new ConfigError(problems);
    reportProblems(problems, parts.report);
    this.#handler = handler;
  }

  get config(): AppConfig {
    return this.#config;
  }

  /** Answers an exchange as the configuration says that is in use when it begins. */
  readonly handle: Handler = (x) => this.#handler(x);

  /** Makes the host's own answer out of a failure, and tells it. */
  page(x: Exchange, error: HostError): Reply {
    this.#parts.failed(x, error);
    return errorReply(x, error, this.#pageOptions(this.#config));
  }

  /** Reads the configuration again and replaces the backend; a broken configuration leaves everything as it is. */
  async reload(reason: string): Promise<RecycleResult> {
    const { config, problems } = await readHostConfig(this.#parts.options);
    if (config) return this.recycle(reason, config, problems);
    reportProblems(problems, this.#parts.report);
    return UNUSABLE;
  }

  /** Calls back whenever another configuration is in use. */
  onConfig(listener: (config: AppConfig) => void): void {
    this.#onConfig = listener;
  }

  /** Answers by another configuration from now on, which differs from the one in use for places below only. */
  take(config: AppConfig, problems: readonly Problem[]): void {
    // The backend is being replaced for the sake of another configuration: this one is newer.
    if (this.#latest !== this.#config) {
      return void this.recycle("web.config of a sub-folder has changed", config, problems);
    }
    reportProblems(problems, this.#parts.report);
    const handler = this.#handlerOf(config);
    if (handler) this.#use(config, handler);
  }

  /**
   * Replaces the backend, with another configuration if one is given: it counts as soon as the new one serves.
   * Where another recycle takes its place, the result is that one's.
   */
  async recycle(
    reason: string,
    config = this.#latest,
    problems: readonly Problem[] = [],
  ): Promise<RecycleResult> {
    const { report } = this.#parts;
    reportProblems(problems, report);
    const handler = config === this.#config ? this.#handler : this.#handlerOf(config);
    if (!handler) return UNUSABLE;
    this.#latest = config;
    let newest = this.#newest = this.#replace(reason, config, handler, ++this.#turn);
    for (;;) {
      const result = await newest;
      if (result.outcome !== "given-up" || newest === this.#newest) return result;
      newest = this.#newest;
    }
  }

  async #replace(
    reason: string,
    config: AppConfig,
    handler: Handler,
    turn: number,
  ): Promise<RecycleResult> {
    if (config === this.#config) return await this.#ask({ reason }, turn);
    const result = await this.#ask({ reason, config: backendConfig(config, this.#parts) }, turn);
    if (result.outcome === "kept" && this.#latest === config) this.#latest = this.#config;
    if (result.outcome === "kept" || result.outcome === "given-up") return result;
    this.#use(config, handler);
    return result;
  }

  #use(config: AppConfig, handler: Handler): void {
    if (this.#latest === this.#config) this.#latest = config;
    this.#config = config;
    this.#handler = handler;
    this.#onConfig(config);
  }

  /** Makes what answers requests under a configuration; nothing where that cannot be, which is told. */
  #handlerOf(config: AppConfig): Handler | undefined {
    const { handler, problems } = this.#make(config);
    reportProblems(problems, this.#parts.report);
    return hasErrors(problems) ? undefined : handler;
  }

  async #ask(asked: Parameters<Backend["recycle"]>[0], turn: number): Promise<RecycleResult> {
    const { backend } = this.#parts;
    const result = await backend.recycle(asked);
    // app_offline.htm has appeared meanwhile: what was asked for is to count at the next start all the same.
    const isOffline = result.outcome === "given-up" && turn === this.#turn;
    return isOffline ? await backend.recycle(asked) : result;
  }

  #make(config: AppConfig) {
    const { options, httpsPort, accounts, backend } = this.#parts;
    const pages = this.#pageOptions(config);
    return makeSite(config, {
      pathBase: options.pathBase ?? "/",
      hsts: options.hsts,
      redirectTo: options.redirectHttps ? httpsPort : undefined,
      clock: systemClock,
      aspNetCore: this.#forwarder(config),
      page: (x, error) => this.page(x, error),
      statusPage: (x, status, isDetailed) => statusReply(x, status, isDetailed, pages),
      environment: options.environment,
      report: this.#parts.report,
      accounts,
      directory: backend.directory,
    });
  }

  #pageOptions({ root, aspNetCore }: AppConfig): ErrorPageOptions {
    const { disableStartUpErrorPage } = aspNetCore;
    return { disableStartUpErrorPage, root, pathBase: this.#parts.options.pathBase };
  }

  #forwarder(config: AppConfig): Handler {
    const { options, backend, development, inFlight } = this.#parts;
    const { requestTimeoutMs, startupTimeLimitMs, shutdownTimeLimitMs } = config.aspNetCore;
    const isAffine = isHandlerSettingTrue(config.aspNetCore, "affinity");
    const maxWaiting = options.limits?.waiting;
    const { directory } = backend;
    const limits = {
      startupTimeLimitMs,
      shutdownTimeLimitMs,
      ...(maxWaiting === undefined ? {} : { maxWaiting }),
    };
    const forward = forwarder({
      ...this.#parts,
      ...limits,
      directory,
      clock: systemClock,
      requestTimeoutMs,
      upgrades: switchable(config, this.#parts),
      ...(isAffine ? { affinityPath: options.pathBase ?? "/" } : {}),
    });
    return development?.waiting(forward, directory, { ...limits, queue: inFlight }) ?? forward;
  }
}

/** Gives the configuration as the backend shall see it: it offers nothing that the transport cannot pass on (ANCM W-9). */
export function backendConfig(
  config: AppConfig,
  parts: Pick<ServingParts, "options">,
): AppConfig {
  const offered = { ...config, webSocketEnabled: switchable(config, parts).has("websocket") };
  return parts.options.development ? developedConfig(offered) : offered;
}

function switchable(
  config: AppConfig,
  { options }: Pick<ServingParts, "options">,
): ReadonlySet<string> {
  return options.transport === "fetch" ? new Set() : upgradesOf(config);
}

function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === "error");
}
