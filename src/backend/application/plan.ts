import type { AppConfig } from "../../config/app_config.ts";
import { handlerSetting } from "../../config/handler_setting.ts";
import type { HostEvent } from "../../contract/event.ts";
import type { Plan } from "./application.ts";
import { configuredVariables, lookUp, type Variables } from "../launch/environment.ts";
import { RAPID_FAIL_WINDOW_MS } from "./rapid_fail.ts";

/** What {@linkcode planOf} needs beside the configuration. */
export interface PlanOptions {
  /** The host's own variables. */
  readonly hostEnvironment: Variables;
  /** Whether the backend is to run although nobody has asked for it. @default false */
  readonly preload?: boolean | undefined;
  /** How long failures count, milliseconds. @default 60000 */
  readonly rapidFailWindowMs?: number | undefined;
}

/** Gives what the life of an application depends on. */
export function planOf(config: AppConfig, revision: number, options: PlanOptions): Plan {
  const { aspNetCore } = config;
  const isPortFixed = hasFixedPort(config, options);
  const asked = handlerSetting(aspNetCore, "recycle")?.toLowerCase() === "stop-first";
  return {
    revision,
    processes: isPortFixed ? 1 : aspNetCore.processesPerApplication,
    rapidFails: aspNetCore.rapidFailsPerMinute,
    windowMs: options.rapidFailWindowMs ?? RAPID_FAIL_WINDOW_MS,
    drainMs: aspNetCore.shutdownTimeLimitMs,
    stopFirst: isPortFixed ? "fixed port" : asked ? "asked" : "no",
    isPreloaded: options.preload ?? false,
  };
}

/** Gives what is to be said of a configuration whose processes cannot be had. @see ANCM P-14 */
export function planEvent(config: AppConfig, options: PlanOptions): HostEvent | undefined {
  const { processesPerApplication: wanted } = config.aspNetCore;
  if (wanted === 1 || !hasFixedPort(config, options)) return undefined;
  return {
    level: "warning",
    name: "backend-one-process",
    message: `Runs one backend process in place of processesPerApplication="${wanted}": ` +
      "ASPNETCORE_PORT of web.config is one port; remove it, and each process gets its own",
  };
}

function hasFixedPort(config: AppConfig, { hostEnvironment }: PlanOptions): boolean {
  return Boolean(lookUp(configuredVariables(config, hostEnvironment), "ASPNETCORE_PORT"));
}
