import type { AppConfig, AspNetCoreConfig } from "../config/app_config.ts";
import { handlerSetting, handlerSettingNumber } from "../config/handler_setting.ts";
import type { Clock } from "../contract/clock.ts";
import type { Report } from "../contract/event.ts";
import { configuredPath } from "./_configured_path.ts";
import { logFiles } from "./_stdout_log_files.ts";
import { notCreated, StdoutLogWriter } from "./_stdout_log_writer.ts";
import type { OutputLine } from "./child.ts";

/** The stdout log of one backend process. Disposing of it writes what is left, for a few seconds at most, and closes it. */
export interface StdoutLog extends AsyncDisposable {
  /** Takes a line of either stream. Never throws and never waits: what cannot be written in time is dropped, counted. */
  take(line: OutputLine): void;
}

/** What {@linkcode stdoutLogs} needs to know. */
export interface StdoutLogsOptions {
  /** Process id of the host. */
  readonly hostPid: number;
  readonly isWindows: boolean;
  readonly clock: Clock;
  readonly report: Report;
}

/** Opens the log of a process that is about to start; nothing where web.config asks for none, or for one that cannot be. */
export type OpenStdoutLog = (
  config: Pick<AppConfig, "root" | "aspNetCore">,
) => StdoutLog | undefined;

/**
 * Gives what opens the logs of a backend's processes. The two attempts of one process share a log; its name has the UTC time of
 * the start.
 *
 * @see ANCM L-1 … L-9
 */
export function stdoutLogs(
  { hostPid, isWindows, clock, report }: StdoutLogsOptions,
): OpenStdoutLog {
  const open = new Set<string>();
  return ({ root, aspNetCore }) => {
    if (!aspNetCore.stdoutLogEnabled || !isOutputTaken(aspNetCore)) return undefined;
    const prefix = configuredPath(root, aspNetCore.stdoutLogFile, isWindows);
    if (prefix === undefined) {
      const why = "it is a path of Windows; write one below the application folder";
      report(notCreated(aspNetCore.stdoutLogFile, why));
      return undefined;
    }
    const time = clock.date().toISOString().replace(/\D/g, "").slice(0, 14);
    const kept = handlerSettingNumber(aspNetCore, "stdoutLogFilesKept");
    return new StdoutLogWriter({
      stem: `${prefix}_${time}_${hostPid}`,
      files: logFiles({ prefix, kept, open, report }),
      limits: {
        maxBytes: handlerSettingNumber(aspNetCore, "stdoutLogMaxSize"),
        maxAgeMs: handlerSettingNumber(aspNetCore, "stdoutLogMaxAge"),
      },
      clock,
      report,
    });
  };
}

/** Tells whether the host takes the output of the backend at all; else it goes nowhere. @see ANCM C-43 */
export function isOutputTaken(aspNetCore: Pick<AspNetCoreConfig, "handlerSettings">): boolean {
  const text = handlerSetting(aspNetCore, "enableOutOfProcessConsoleRedirection");
  return text?.toLowerCase() !== "false";
}
