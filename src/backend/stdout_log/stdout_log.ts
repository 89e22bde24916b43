import type { AppConfig, AspNetCoreConfig } from "../../config/app_config.ts";
import { handlerSetting, handlerSettingNumber } from "../../config/handler_setting.ts";
import type { Clock } from "../../contract/clock.ts";
import type { HostEvent, Report } from "../../contract/event.ts";
import type { LogWords } from "../../contract/log_file.ts";
import { LogWriter } from "../../contract/log_writer.ts";
import { configuredPath } from "../watch/_configured_path.ts";
import { logFiles, type StdoutLogFile } from "./_stdout_log_files.ts";
import type { OutputLine } from "../process/child.ts";

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
    const stem = `${prefix}_${time}_${hostPid}`;
    const { begin, prune } = logFiles({ prefix, kept, open, report });
    const writer = new LogWriter<StdoutLogFile>({
      path: `${stem}.log`,
      words: WORDS,
      files: { begin: (last) => begin(stem, (last?.number ?? 0) + 1), prune },
      limits: {
        maxBytes: handlerSettingNumber(aspNetCore, "stdoutLogMaxSize"),
        maxAgeMs: handlerSettingNumber(aspNetCore, "stdoutLogMaxAge"),
      },
      clock,
      report,
    });
    return {
      take: ({ text }) => writer.take(text),
      [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
    };
  };
}

const WORDS: LogWords = {
  event: "stdout-log",
  log: "stdout log",
  lines: "the backend's output",
  gapLine: (lines) => `(ancm-host: lines missing here: ${lines}; the disk did not take them)`,
  notCreated,
  notRotatedId: 1004,
};

/** Makes the event for a log that there will not be. @see ANCM L-9, L-23 */
function notCreated(path: string, why: string): HostEvent {
  return {
    level: "warning",
    name: "stdout-log-not-created",
    eventId: 1004,
    message:
      `Cannot create the stdout log "${path}": ${why}. The backend's output goes to the host's log only`,
    facts: { file: path },
  };
}

/** Tells whether the host takes the output of the backend at all; else it goes nowhere. @see ANCM C-43 */
export function isOutputTaken(aspNetCore: Pick<AspNetCoreConfig, "handlerSettings">): boolean {
  const text = handlerSetting(aspNetCore, "enableOutOfProcessConsoleRedirection");
  return text?.toLowerCase() !== "false";
}
