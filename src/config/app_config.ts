/** What the `aspNetCore` section says, defaults filled in, `%NAME%` expanded where IIS expands it. */
export interface AspNetCoreConfig {
  readonly processPath: string;
  /** One raw string in Windows quoting; `%PORT%`, `%ASPNETCORE_PORT%`, `%HTTP_PLATFORM_PORT%` still in it. */
  readonly arguments: string;
  /** As written; `inprocess` is served out of process all the same. @see ANCM C-71 */
  readonly hostingModel: "inprocess" | "outofprocess";
  readonly startupTimeLimitMs: number;
  readonly shutdownTimeLimitMs: number;
  readonly rapidFailsPerMinute: number;
  /** 0 is no limit. */
  readonly requestTimeoutMs: number;
  readonly stdoutLogEnabled: boolean;
  readonly stdoutLogFile: string;
  readonly processesPerApplication: number;
  readonly forwardWindowsAuthToken: boolean;
  readonly disableStartUpErrorPage: boolean;
  /** In order, values expanded; where a name repeats (whatever its case) the last one counts. */
  readonly environmentVariables: readonly { readonly name: string; readonly value: string }[];
  /** In order, for look-up by {@linkcode handlerSetting}. */
  readonly handlerSettings: readonly { readonly name: string; readonly value: string }[];
  /** `handlerSetting name="shutdownDelay"`, milliseconds. @default 1000 */
  readonly shutdownDelayMs: number;
}

/** One `<add>` of the `handlers` section. */
export interface HandlerMapping {
  readonly name: string;
  readonly path: string;
  readonly verb: string;
  readonly modules: readonly string[];
  readonly resourceType: "Unspecified" | "File" | "Directory" | "Either";
}

/** The settings of one place in the URL space that differ from the place above it. */
export interface LocationConfig {
  /** Path below the application, without slashes at its ends; empty for the application itself. */
  readonly path: string;
  /** In the order they are tried. */
  readonly handlers: readonly HandlerMapping[];
}

/** Everything the host has read about one application. Frozen. */
export interface AppConfig {
  /** Absolute path of the application folder, links resolved, without a trailing separator. */
  readonly root: string;
  /** Where it was read from: a web.config, or the runtimeconfig.json it was inferred from. */
  readonly source: { readonly kind: "web.config" | "inferred"; readonly file: string };
  readonly aspNetCore: AspNetCoreConfig;
  /** The application itself first, then deeper places; never empty. */
  readonly locations: readonly LocationConfig[];
  /** `webSocket/@enabled`. @default true */
  readonly webSocketEnabled: boolean;
  /** Which kinds of authentication are enabled, for `ASPNETCORE_IIS_HTTPAUTH`. @see ANCM E-13 */
  readonly authentication: {
    readonly windows: boolean;
    readonly basic: boolean;
    readonly anonymous: boolean;
  };
}
