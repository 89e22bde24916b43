import type { Backend } from "../backend/mod.ts";
import { type AppConfig, handlerSetting, type Problem } from "../config/mod.ts";
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
import { failedRequestEvent } from "../observe/request_events.ts";
import { errorReply } from "../pages/error_page.ts";
import { readHostConfig, reportProblems, upgradesOf } from "./configuration.ts";
import { ConfigError, type HostOptions } from "./options.ts";
import { makeSite } from "./site.ts";

/** What a {@linkcode Serving} needs. */
export interface ServingParts {
  readonly options: HostOptions;
  readonly report: Report;
  readonly deadlines: Deadlines;
  readonly transport: Transport;
  readonly inFlight: InFlight;
  readonly backend: Backend;
  /** Answers while app_offline.htm is there. */
  readonly offline: (x: Exchange) => Awaitable<Reply | undefined>;
  /** Of the https listeners, once it is known. */
  readonly httpsPort: () => number | undefined;
}

/** The configuration in use with what answers requests under it, and how another takes its place. */
export class Serving {
  readonly #parts: ServingParts;
  #config: AppConfig;
  #handler: Handler;

  /** @throws {ConfigError} where the modules cannot be made */
  constructor(config: AppConfig, parts: ServingParts) {
    this.#parts = parts;
    this.#config = config;
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
    this.#parts.report(failedRequestEvent(x, error));
    const { disableStartUpErrorPage } = this.#config.aspNetCore;
    return errorReply(x, error, { disableStartUpErrorPage });
  }

  /** Reads the configuration again and replaces the backend; a broken configuration leaves everything as it is. */
  async reload(reason: string): Promise<RecycleResult> {
    const { config, problems } = await readHostConfig(this.#parts.options);
    if (config) return this.recycle(reason, config, problems);
    reportProblems(problems, this.#parts.report);
    return { outcome: "kept", message: "The configuration cannot be used: the log says why" };
  }

  /** Replaces the backend, with another configuration if one is given: it counts as soon as the new one serves. */
  async recycle(
    reason: string,
    config = this.#config,
    problems: readonly Problem[] = [],
  ): Promise<RecycleResult> {
    const { report, backend } = this.#parts;
    reportProblems(problems, report);
    if (config === this.#config) return await backend.recycle({ reason });
    const site = this.#make(config);
    reportProblems(site.problems, report);
    if (hasErrors(site.problems)) {
      return { outcome: "kept", message: "The configuration cannot be used: the log says why" };
    }
    const result = await backend.recycle({ reason, config: backendConfig(config, this.#parts) });
    if (result.outcome !== "kept" && result.outcome !== "given-up") {
      this.#config = config;
      this.#handler = site.handler;
    }
    return result;
  }

  #make(config: AppConfig) {
    const { options, httpsPort } = this.#parts;
    return makeSite(config, {
      pathBase: options.pathBase ?? "/",
      hsts: options.hsts,
      redirectTo: options.redirectHttps ? httpsPort : undefined,
      clock: systemClock,
      aspNetCore: this.#forwarder(config),
      page: (x, error) => this.page(x, error),
    });
  }

  #forwarder(config: AppConfig): Handler {
    const { options, backend } = this.#parts;
    const { requestTimeoutMs, startupTimeLimitMs, shutdownTimeLimitMs } = config.aspNetCore;
    const isAffine = handlerSetting(config.aspNetCore, "affinity")?.toLowerCase() === "true";
    const maxWaiting = options.limits?.waiting;
    return forwarder({
      ...this.#parts,
      directory: backend.directory,
      clock: systemClock,
      requestTimeoutMs,
      startupTimeLimitMs,
      shutdownTimeLimitMs,
      upgrades: switchable(config, this.#parts),
      ...(isAffine ? { affinityPath: options.pathBase ?? "/" } : {}),
      ...(maxWaiting === undefined ? {} : { maxWaiting }),
    });
  }
}

/** Gives the configuration as the backend shall see it: it offers nothing that the transport cannot pass on (ANCM W-9). */
export function backendConfig(
  config: AppConfig,
  parts: Pick<ServingParts, "options">,
): AppConfig {
  return { ...config, webSocketEnabled: switchable(config, parts).has("websocket") };
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
