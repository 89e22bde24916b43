import type { AspNetCoreConfig } from "./app_config.ts";
import type { AttributeSchema, Support } from "./schema.ts";
import { readValue } from "./values.ts";

/** A name that `handlerSetting` takes. */
export interface HandlerSettingSchema {
  readonly name: string;
  /** As text. */
  readonly default: string;
  /** What it means, for the person who writes web.config. */
  readonly doc: string;
  /** How its text is read, and judged at load; absent where any text will do. An empty text is the default. */
  readonly value?: AttributeSchema;
  readonly support?: Support;
}

const IN_PROCESS: Support = { level: "ignored", note: "it concerns in-process hosting only" };
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
    value: { type: "boolean", doc: "" },
    doc:
      "`true`: a backend that listens on another port than it was given, and on that one only, is used there; " +
      "seen after two seconds. Not in IIS.",
  },
  {
    name: "affinity",
    default: "false",
    doc:
      "`true`: where there are several processes, a cookie (`ancm-affinity`) keeps a client with the " +
      "one that answered it first, while that lives. Not in IIS.",
  },
  {
    name: "allowSlowPatterns",
    default: "false",
    value: { type: "boolean", doc: "" },
    doc:
      "`true`: regular expressions that can take very long, and that no other engine takes, are used with a " +
      "warning instead of being refused. Not in IIS.",
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
    doc:
      "`false`: the program's output goes nowhere: neither to the host's log nor to the stdout log, and the " +
      "page of a failed start cannot show it.",
  },
  {
    name: "stdoutLogMaxSize",
    default: "10485760",
    value: { type: "uint", doc: "", unit: "bytes" },
    doc:
      "Bytes after which the stdout log goes on in another file (`…_2.log`, `…_3.log`). It is written in " +
      "pieces of up to 64 KiB, which are not divided. 0 is no limit. Not in IIS.",
  },
  {
    name: "stdoutLogMaxAge",
    default: "00:00:00",
    value: { type: "timeSpan", doc: "", maxMs: 365 * 24 * 3_600_000 },
    doc:
      "Age of a file of the stdout log after which the next output begins another one, as `hh:mm:ss` or " +
      "`d.hh:mm:ss`. `00:00:00` is no limit. Not in IIS.",
  },
  {
    name: "stdoutLogFilesKept",
    default: "20",
    value: { type: "uint", doc: "", unit: "files", max: 100_000 },
    doc:
      "How many files of the stdout log are kept, those being written included: whenever a file is begun, the " +
      "oldest ones beyond that are deleted. 0 is no limit. Not in IIS.",
  },
  {
    name: "forwardResponseConnectionHeader",
    default: "false",
    doc: "`true` passes the backend's `Connection` field on under IIS.",
    support: { level: "never", note: "the field concerns one connection only" },
  },
  {
    name: "recycle",
    default: "overlapped",
    value: { type: "enum", doc: "", values: ["overlapped", "stop-first"] },
    doc:
      "How a recycle goes. `overlapped`: the old processes serve until the new ones do. `stop-first`: requests " +
      "wait until the old ones are gone and new ones serve, for an application that holds exclusive locks. A fixed " +
      "`ASPNETCORE_PORT` makes it `stop-first`. Not in IIS.",
  },
  {
    name: "disallowRotationOnConfigChange",
    default: "false",
    doc:
      "`true`: a change of web.config does not recycle the application; the file as it was stays in use.",
  },
  {
    name: "idleTimeout",
    default: "00:00:00",
    value: { type: "timeSpan", doc: "", maxMs: 365 * 24 * 3_600_000 },
    doc:
      "Time without requests and WebSockets, as `hh:mm:ss`, after which the backend is stopped until the " +
      "next request. `00:00:00` is never. As `processModel/@idleTimeout` of an IIS application pool, but off unless " +
      "asked for. An option of `ancm-host run` wins.",
  },
  {
    name: "periodicRestartTime",
    default: "00:00:00",
    value: { type: "timeSpan", doc: "", maxMs: 365 * 24 * 3_600_000 },
    doc: "Time, as `hh:mm:ss`, after which the backend is recycled. `00:00:00` is never. As " +
      "`periodicRestart/@time` of an IIS application pool, but off unless asked for. An option of `ancm-host run` wins.",
  },
  {
    name: "periodicRestartRequests",
    default: "0",
    value: { type: "uint", doc: "" },
    doc:
      "Requests after which the backend is recycled. 0 is never. As `periodicRestart/@requests` of an " +
      "IIS application pool. An option of `ancm-host run` wins.",
  },
  {
    name: "periodicRestartMemory",
    default: "0",
    value: { type: "uint", doc: "", unit: "kilobytes" },
    doc:
      "Kilobytes of resident memory, of all its processes together, beyond which the backend is recycled. " +
      "0 is never. As `periodicRestart/@privateMemory` of an IIS application pool. An option of `ancm-host run` wins.",
    support: { level: "partial", note: "Linux only: elsewhere it has no effect, with a warning" },
  },
  {
    name: "periodicRestartSchedule",
    default: "",
    doc: "Local times of day, as `03:00:00;15:00:00`, at which the backend is recycled. As " +
      "`periodicRestart/schedule` of an IIS application pool. An option of `ancm-host run` wins.",
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
    doc:
      "`true` runs the application from a copy of its folder, so that its files can be replaced while it " +
      "runs. When a `*.dll` directly in the folder has changed and all have stayed as they are for 5 seconds, another " +
      "copy is made and the application recycled to it.",
  },
  {
    name: "experimentalEnableShadowCopy",
    default: "false",
    doc: "Older name of `enableShadowCopy`; one `true` is enough.",
  },
  {
    name: "shadowCopyDirectory",
    default: "ShadowCopyDirectory",
    doc:
      "Where the copies are made, as folders `0`, `1` and so on: relative to the application folder, or " +
      "absolute. A copy is deleted when nothing runs from it any more.",
  },
  {
    name: "cleanShadowCopyDirectory",
    default: "false",
    doc:
      "`true`: before the first copy is made, those that an earlier host has left there are deleted. Not for " +
      "a folder that another running host uses, too.",
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

/** Tells whether a `handlerSetting` says `true`, whatever its case; what nobody wrote does not. @see ANCM C-32 */
export function isHandlerSettingTrue(
  config: Pick<AspNetCoreConfig, "handlerSettings">,
  name: string,
): boolean {
  return handlerSetting(config, name)?.toLowerCase() === "true";
}

/**
 * Gives the number that a `handlerSetting` means (a time in milliseconds): the one written, else its default.
 *
 * @throws {Error} where the schema knows no number of that name, or the text was not judged at load
 */
export function handlerSettingNumber(
  config: Pick<AspNetCoreConfig, "handlerSettings">,
  name: string,
): number {
  const schema = HANDLER_SETTINGS.find((setting) => setting.name === name);
  const text = handlerSetting(config, name) || schema?.default;
  const reading = schema?.value && readValue(schema.value, text ?? "");
  if (!reading || !("value" in reading)) throw new Error(`No number: handlerSetting "${name}"`);
  return Number(reading.value);
}
