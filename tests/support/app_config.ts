import type { AppConfig, AspNetCoreConfig } from "../../src/config/app_config.ts";
import { NO_RECYCLING } from "../../src/config/recycling.ts";

/** Gives the configuration of an app folder as if a web.config said only what is given here. */
export function appConfig(
  root: string,
  aspNetCore: Partial<AspNetCoreConfig>,
  rest: Partial<AppConfig> = {},
): AppConfig {
  return {
    root,
    source: { kind: "web.config", file: `${root}/web.config` },
    aspNetCore: { ...DEFAULTS, writtenArguments: aspNetCore.arguments ?? "", ...aspNetCore },
    locations: [{ path: "", handlers: [], sections: {} }],
    files: [{ file: "web.config", path: "" }],
    removedModules: [],
    webSocketEnabled: true,
    authentication: { windows: false, basic: false, anonymous: true },
    ...rest,
  };
}

const DEFAULTS: AspNetCoreConfig = {
  processPath: "dotnet",
  arguments: "",
  writtenArguments: "",
  hostingModel: "outofprocess",
  startupTimeLimitMs: 120_000,
  shutdownTimeLimitMs: 10_000,
  rapidFailsPerMinute: 10,
  requestTimeoutMs: 120_000,
  stdoutLogEnabled: false,
  stdoutLogFile: ".\\aspnetcore-stdout",
  processesPerApplication: 1,
  forwardWindowsAuthToken: true,
  disableStartUpErrorPage: false,
  environmentVariables: [],
  handlerSettings: [],
  shutdownDelayMs: 1000,
  disallowRotationOnConfigChange: false,
  recycleOnFileChange: [],
  recycling: NO_RECYCLING,
};
