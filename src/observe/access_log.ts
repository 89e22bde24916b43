import { resolve } from "node:path";
import type { Clock } from "../contract/clock.ts";
import type { Report } from "../contract/event.ts";
import type { Exchange } from "../contract/exchange.ts";
import type { ExchangeRecord } from "../contract/exchange_record.ts";
import { fileFault } from "../contract/file_fault.ts";
import type { LogFile, LogFiles, LogWords } from "../contract/log_file.ts";
import { LogWriter } from "../contract/log_writer.ts";
import { folderFiles, namedFile } from "./_access_log_files.ts";
import type { Rotation } from "./_access_log_names.ts";
import { headed } from "./_log_file.ts";
import { type AccessFormat, AccessLogError } from "./access_format.ts";
import { jsonFormat } from "./json_format.ts";
import { w3cFormat } from "./w3c_format.ts";

export type { Rotation } from "./_access_log_names.ts";
export { AccessLogError } from "./access_format.ts";

/** Where the access log goes and what is in it. */
export interface AccessLogOptions {
  /** A file, a folder that is there or whose name ends with a slash, or `-` for standard output. */
  readonly to: string;
  /** How it is written. @default "w3c" */
  readonly format?: "w3c" | "json";
  /** Names of fields; `default` among them stands for the usual ones. @default ["default"] */
  readonly fields?: readonly string[];
  /** How often a new file is begun. @default "daily" in a folder, else "none" */
  readonly rotation?: Rotation;
  /** What a file may grow to, bytes; 0 is no limit. @default 0 */
  readonly maxBytes?: number;
  /** How many files are kept; 0 is no limit. @default 0 */
  readonly kept?: number;
  /** Whether of the client's address only its network is written. @default false */
  readonly anonymize?: boolean;
}

/** What an {@linkcode AccessLog} needs. */
export interface AccessLogParts {
  readonly clock: Clock;
  readonly report: Report;
  /** Takes the lines where they go to no file. */
  readonly standardOutput: Pick<LogFile, "write">;
}

/** Lines leave together, this long after the first of them. */
const GATHER_MS = 1_000;

/** Writes a line for each exchange. Disposing of it writes what is left, for two seconds at most. */
export class AccessLog implements AsyncDisposable {
  readonly #format: AccessFormat;
  readonly #writer: LogWriter;
  readonly #clock: Clock;

  constructor(format: AccessFormat, writer: LogWriter, clock: Clock) {
    this.#format = format;
    this.#writer = writer;
    this.#clock = clock;
  }

  /** How many lines were lost, because the disk or a reader did not take them. */
  get lost(): number {
    return this.#writer.lost;
  }

  /** Takes an exchange that is over. Never throws and never waits. */
  take(x: Exchange, record: ExchangeRecord): void {
    if (record.loggedWhen !== "always" && !isLogged(record)) return;
    this.#writer.take(this.#format.line(x, record, this.#clock.date()));
  }

  /** Begins its file again: another program has moved the one it had. */
  reopen(): Promise<void> {
    return this.#writer.reopen();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#writer[Symbol.asyncDispose]();
  }
}

/**
 * Opens the access log.
 *
 * @throws {AccessLogError} where a field is not known, or its file cannot be had
 */
export async function openAccessLog(
  options: AccessLogOptions,
  { clock, report, standardOutput }: AccessLogParts,
): Promise<AccessLog> {
  const format = options.format === "json" ? jsonFormat(options) : w3cFormat(options);
  const { to, maxBytes = 0 } = options;
  const isStream = to === "-";
  const files = isStream
    ? streamFiles(format, standardOutput, clock)
    : await filesOf(options, { format, clock, report });
  const writer = new LogWriter({
    path: to,
    words: { ...WORDS, gapLine: format.gapLine },
    files,
    first: await firstOf(to, files),
    limits: { maxBytes: isStream ? 0 : maxBytes, maxAgeMs: 0 },
    gatherMs: GATHER_MS,
    clock,
    report,
  });
  return new AccessLog(format, writer, clock);
}

const WORDS: Omit<LogWords, "gapLine"> = {
  event: "access-log",
  log: "access log",
  lines: "the access log",
  notCreated: (path, why) => ({
    level: "error",
    name: "access-log-not-created",
    message: `Cannot create the access log "${path}": ${why}`,
  }),
};

/** @see IIS M-LG-0 */
function isLogged({ loggedWhen, status }: ExchangeRecord): boolean {
  if (loggedWhen === "never") return false;
  return loggedWhen === "success" ? status < 400 : status >= 400;
}

async function firstOf(to: string, files: LogFiles<LogFile>): Promise<LogFile> {
  try {
    return await files.begin();
  } catch (error) {
    throw new AccessLogError(
      `Cannot write the access log "${to}": ${
        fileFault(error)
      }; name another place with --access-log`,
      { cause: error, isUsage: false },
    );
  }
}

/** Where nothing is ever rotated. */
function streamFiles(
  format: AccessFormat,
  { write }: Pick<LogFile, "write">,
  clock: Clock,
): LogFiles<LogFile> {
  const stream = { path: "standard output", write, close: () => {} };
  return {
    begin: () => Promise.resolve(headed(stream, () => format.header(clock.date()))),
    prune: () => Promise.resolve(),
  };
}

async function filesOf(
  { to, rotation, kept = 0 }: AccessLogOptions,
  { format, clock, report }: { format: AccessFormat } & Pick<AccessLogParts, "clock" | "report">,
): Promise<LogFiles<LogFile>> {
  const path = resolve(to);
  const isFolder = /[\\/]$/.test(to) || await isDirectory(path);
  const { header, hasCustom } = format;
  const parts = { kept, hasCustom, header, clock, report };
  if (!isFolder) return namedFile(path, { ...parts, rotation: rotation ?? "none" });
  return folderFiles(path, { ...parts, rotation: rotation ?? "daily" });
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false;
  }
}
