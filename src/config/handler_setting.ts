import type { AspNetCoreConfig } from "./app_config.ts";
import type { Support } from "./schema.ts";

/** A name that `handlerSetting` takes. */
export interface HandlerSettingSchema {
  readonly name: string;
  /** As text. */
  readonly default: string;
  /** What it means, for the person who writes web.config. */
  readonly doc: string;
  readonly support?: Support;
}

const IN_PROCESS: Support = { level: "ignored", note: "it concerns in-process hosting only" };
const SHADOW_COPY: Support = { level: "never", note: "the application runs from its own folder" };
const DEBUG_LOG: Support = { level: "never", note: "the host's own log has its --log-level" };

/**
 * Every `handlerSetting` there is. The `doc` texts are the user's documentation.
 *
 * @see ANCM C-40 … C-48
 */
export const HANDLER_SETTINGS: readonly HandlerSettingSchema[] = [
  {
    name: "shutdownDelay",
    default: "1000",
    doc: "Milliseconds between the wish to stop and the moment the listeners close, so that load " +
      "balancers notice; 0 to 2147483647. Without it `ANCM_shutdownDelay` counts, first of the host's " +
      "environment, then of `environmentVariables`.",
  },
  {
    name: "adoptPort",
    default: "false",
    doc:
      "`true`: a backend that listens on another port than it was given is used there. Not in IIS.",
    support: { level: "later", note: "such a start fails and says so" },
  },
  {
    name: "upgradeProtocols",
    default: "",
    doc: "Protocols beside `websocket` that an upgrade may switch to, separated by commas; never " +
      "`h2c`. Not in IIS.",
    support: {
      level: "partial",
      note: "passed on by the `wire` transport only, on HTTP/1.1 connections",
    },
  },
  {
    name: "enableOutOfProcessConsoleRedirection",
    default: "true",
    doc: "`false`: the program's output is dropped, and no stdout log is written.",
    support: { level: "later", note: "the program's output always goes to the host's log" },
  },
  {
    name: "forwardResponseConnectionHeader",
    default: "false",
    doc: "`true` passes the backend's `Connection` field on under IIS.",
    support: { level: "never", note: "the field concerns one connection only" },
  },
  {
    name: "disallowRotationOnConfigChange",
    default: "false",
    doc: "`true`: a change of web.config does not recycle the application.",
    support: { level: "later", note: "a change of web.config is not noticed while the host runs" },
  },
  {
    name: "debugLevel",
    default: "",
    doc: "What the ASP.NET Core Module writes to its debug log.",
    support: DEBUG_LOG,
  },
  {
    name: "debugFile",
    default: "",
    doc: "Where the ASP.NET Core Module writes its debug log.",
    support: DEBUG_LOG,
  },
  {
    name: "enableShadowCopy",
    default: "false",
    doc: "`true` runs the application from a copy of its folder.",
    support: SHADOW_COPY,
  },
  {
    name: "experimentalEnableShadowCopy",
    default: "false",
    doc: "Older name of `enableShadowCopy`.",
    support: SHADOW_COPY,
  },
  {
    name: "shadowCopyDirectory",
    default: "",
    doc: "Where shadow copies are made.",
    support: { level: "ignored", note: "no shadow copies are made" },
  },
  {
    name: "cleanShadowCopyDirectory",
    default: "false",
    doc: "Whether old shadow copies are removed at the start.",
    support: { level: "ignored", note: "no shadow copies are made" },
  },
  {
    name: "handlerVersion",
    default: "",
    doc: "Which version of the module's request handler IIS loads.",
    support: { level: "ignored", note: "the host is one program" },
  },
  {
    name: "stackSize",
    default: "1048576",
    doc: "Stack of the in-process application's main thread, in bytes.",
    support: IN_PROCESS,
  },
  {
    name: "callStartupHook",
    default: "true",
    doc: "Whether the in-process start-up hook runs.",
    support: IN_PROCESS,
  },
  {
    name: "setCurrentDirectory",
    default: "true",
    doc: "Whether IIS changes its current directory to the application folder.",
    support: IN_PROCESS,
  },
  {
    name: "suppressRecycleOnStartupTimeout",
    default: "false",
    doc: "Whether IIS keeps its worker after an in-process start that timed out.",
    support: IN_PROCESS,
  },
];

/**
 * Gives a `handlerSetting` by its name, whatever its case: the first one of that name counts.
 *
 * @see ANCM C-32
 */
export function handlerSetting(
  config: Pick<AspNetCoreConfig, "handlerSettings">,
  name: string,
): string | undefined {
  const wanted = name.toLowerCase();
  return config.handlerSettings.find((setting) => setting.name.toLowerCase() === wanted)?.value;
}
