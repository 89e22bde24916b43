import type { SectionElement } from "./section.ts";

/** What the `aspNetCore` section says, defaults filled in, `%NAME%` expanded where IIS expands it. */
export interface AspNetCoreConfig {
  /** The program to start. */
  readonly processPath: string;
  /** One raw string in Windows quoting; `%PORT%`, `%ASPNETCORE_PORT%`, `%HTTP_PLATFORM_PORT%` still in it. */
  readonly arguments: string;
  /** `arguments` before any `%NAME%` was expanded: what may be shown, for a variable may be a password. */
  readonly writtenArguments: string;
  /** As written; `inprocess` is served out of process all the same. @see ANCM C-71 */
  readonly hostingModel: "inprocess" | "outofprocess";
  /** How long one try of a start may take, milliseconds. @default 120000 */
  readonly startupTimeLimitMs: number;
  /** How long a backend that was asked to stop may take, milliseconds. @default 10000 */
  readonly shutdownTimeLimitMs: number;
  /** How often the backend may crash in a minute, 0 to 100. @default 10 */
  readonly rapidFailsPerMinute: number;
  /** 0 is no limit. */
  readonly requestTimeoutMs: number;
  /** Whether the backend's output goes to a file, too. @default false */
  readonly stdoutLogEnabled: boolean;
  /** What that file's name begins with. @default ".\\aspnetcore-stdout" */
  readonly stdoutLogFile: string;
  /** How many backend processes there are, 1 to 100. @default 1 */
  readonly processesPerApplication: number;
  /** Without effect: there is no Windows authentication here. @default true */
  readonly forwardWindowsAuthToken: boolean;
  /** Whether a failed start is a bare 502.3. @default false */
  readonly disableStartUpErrorPage: boolean;
  /** In order, values expanded; where a name repeats (whatever its case) the last one counts. */
  readonly environmentVariables: readonly { readonly name: string; readonly value: string }[];
  /** In order, for look-up by {@linkcode handlerSetting}. */
  readonly handlerSettings: readonly { readonly name: string; readonly value: string }[];
  /** `handlerSetting name="shutdownDelay"`, milliseconds. @default 1000 */
  readonly shutdownDelayMs: number;
  /** Whether a change of web.config leaves the application as it is. @default false @see ANCM O-44 */
  readonly disallowRotationOnConfigChange: boolean;
  /** Files whose change recycles the application: relative to its folder, either slash, or absolute. Expanded. */
  readonly recycleOnFileChange: readonly string[];
  /** When it is recycled or stopped without anybody asking. */
  readonly recycling: RecyclingConfig;
}

/** When the backend is replaced, or stopped until the next request. What is 0 or empty never happens. @see IIS 11.3 */
export interface RecyclingConfig {
  /** Stopped after so long without requests and WebSockets, milliseconds. @default 0 */
  readonly idleTimeoutMs: number;
  /** Replaced when it has served for so long, milliseconds. @default 0 */
  readonly restartAfterMs: number;
  /** Replaced after so many requests. @default 0 */
  readonly restartAfterRequests: number;
  /** Replaced when its processes together have more resident memory, bytes. @default 0 */
  readonly restartAtBytes: number;
  /** Replaced at these local times, seconds after midnight, rising. @default [] */
  readonly restartDaily: readonly number[];
}

/** One `<add>` of the `handlers` section. */
export interface HandlerMapping {
  /** Its key. */
  readonly name: string;
  /** One pattern, such as `*`, `*.php` or `api/*`. */
  readonly path: string;
  /** `*`, or methods separated by commas. */
  readonly verb: string;
  /** Names of IIS modules; the first that the host has answers. */
  readonly modules: readonly string[];
  /** What must lie at the path in the application folder. */
  readonly resourceType: "Unspecified" | "File" | "Directory" | "Either";
  /** The access that `accessPolicy` does not grant it: its requests are refused. Absent where it is granted all. */
  readonly denied?: "execute" | "read" | "write";
}

/** A configuration file that was read. */
export interface ConfigFile {
  /** Relative to the application folder, slashes on every platform. */
  readonly file: string;
  /** The folder it speaks for, below the application; empty for the application itself. */
  readonly path: string;
}

/** The settings of one place in the URL space that differ from the place above it. */
export interface LocationConfig {
  /** Path below the application, without slashes at its ends; empty for the application itself. */
  readonly path: string;
  /** In the order they are tried. */
  readonly handlers: readonly HandlerMapping[];
  /** The effective sections of the schemas that `readConfig` was given, by name; all there, defaults filled in. */
  readonly sections: Readonly<Record<string, SectionElement>>;
  /** Whether a file that speaks for it is wrong: its requests are answered with 500.19. */
  readonly isBroken?: true;
}

/** Everything the host has read about one application. Frozen. */
export interface AppConfig {
  /** Absolute path of the application folder, links resolved, without a trailing separator. */
  readonly root: string;
  /** Where it was read from: a web.config, or the runtimeconfig.json it was inferred from. */
  readonly source: { readonly kind: "web.config" | "inferred"; readonly file: string };
  /** Every file that says something: web.config, those of sub-folders, those that `configSource` names. */
  readonly files: readonly ConfigFile[];
  /** The `aspNetCore` section. */
  readonly aspNetCore: AspNetCoreConfig;
  /** The application itself first, then deeper places; never empty. */
  readonly locations: readonly LocationConfig[];
  /** IIS names of the modules that `<modules>` takes away from the host. @default [] @see IIS M-MO-2 */
  readonly removedModules: readonly string[];
  /** `webSocket/@enabled`, unless its module is taken away. @default true */
  readonly webSocketEnabled: boolean;
  /** Which kinds of authentication are enabled, for `ASPNETCORE_IIS_HTTPAUTH`. @see ANCM E-13 */
  readonly authentication: {
    readonly windows: boolean;
    readonly basic: boolean;
    readonly anonymous: boolean;
  };
}
