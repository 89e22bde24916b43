import { basename, dirname, join } from "node:path";
import type { Clock } from "../contract/clock.ts";
import type { Report } from "../contract/event.ts";
import { fileFault } from "../contract/file_fault.ts";
import type { LogFile, LogFiles } from "../contract/log_file.ts";
import {
  IIS_NAME,
  iisName,
  isRotatedName,
  periodOf,
  rotatedName,
  type Rotation,
} from "./_access_log_names.ts";
import { openLogFile } from "./_log_file.ts";

/** What the files of an access log need. */
export interface AccessLogFilesOptions {
  readonly rotation: Rotation;
  /** How many are kept, the one that is written included; 0 is no limit. */
  readonly kept: number;
  /** Whether there are fields that IIS has none of. */
  readonly hasCustom: boolean;
  readonly header: (now: Date) => string;
  readonly clock: Clock;
  readonly report: Report;
}

/** One of them. */
interface PlacedFile extends LogFile {
  readonly number: number;
}

/** How many names that are taken are passed over. */
const MOST_TAKEN = 1_000;

/** Gives files in a folder, by the names that IIS gives them. @see IIS section 11.4 */
export function folderFiles(
  folder: string,
  options: AccessLogFilesOptions,
): LogFiles<PlacedFile> {
  const { clock, rotation, hasCustom, header } = options;
  const period = () => periodOf(clock.date(), rotation);
  let open = "";

  async function opened(inPeriod: string, number: number): Promise<PlacedFile> {
    const path = join(folder, iisName(inPeriod, number, hasCustom));
    const file = await openLogFile({
      path,
      header: header(clock.date()),
      isOver: () => period() !== inPeriod,
    });
    open = path;
    return { ...file, number };
  }

  return {
    async begin(last) {
      await Deno.mkdir(folder, { recursive: true });
      const now = period();
      const isFull = last !== undefined && !last.isOver?.();
      return await opened(now, isFull ? last.number + 1 : await newest(folder, now, hasCustom));
    },
    reopen: ({ number }) => opened(period(), number),
    prune: () => prune(folder, (name) => IIS_NAME.test(name), () => open, options),
  };
}

/** Gives the number of the last file of a period that is there; 1 where there is none. */
async function newest(folder: string, period: string, hasCustom: boolean): Promise<number> {
  for (let number = 1; number < MOST_TAKEN; number++) {
    if (!await isThere(join(folder, iisName(period, number + 1, hasCustom)))) return number;
  }
  return MOST_TAKEN;
}

/** Gives one file that keeps its name; what was in it gets another when it is full or old. */
export function namedFile(path: string, options: AccessLogFilesOptions): LogFiles<LogFile> {
  const { clock, rotation, header } = options;
  const folder = dirname(path);
  const name = basename(path);

  async function opened(): Promise<LogFile> {
    const now = clock.date();
    let period = "";
    const isOver = () => periodOf(clock.date(), rotation) !== period;
    const file = await openLogFile({ path, header: header(now), isOver });
    // What another run has left belongs to the time it was written in.
    period = periodOf(file.writtenAt ?? now, rotation);
    return file;
  }

  return {
    async begin(last) {
      await Deno.mkdir(folder, { recursive: true });
      // Somebody else may have moved it already.
      if (last && await isThere(path)) await Deno.rename(path, await freeName(path, clock.date()));
      return await opened();
    },
    reopen: opened,
    prune: () => prune(folder, (other) => isRotatedName(name, other), () => path, options),
  };
}

async function freeName(path: string, date: Date): Promise<string> {
  for (let number = 1; number < MOST_TAKEN; number++) {
    const free = join(dirname(path), rotatedName(basename(path), date, number));
    if (!await isThere(free)) return free;
  }
  throw new Error("Too many files were begun within a second");
}

/** Deletes the oldest files of a log beyond those that are kept. Others, and links, stay. */
async function prune(
  folder: string,
  isOurs: (name: string) => boolean,
  open: () => string,
  { kept, report }: AccessLogFilesOptions,
): Promise<void> {
  if (kept === 0) return;
  try {
    const closed: { path: string; at: number }[] = [];
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (!isFile || path === open() || !isOurs(name)) continue;
      closed.push({ path, at: (await Deno.lstat(path)).mtime?.getTime() ?? 0 });
    }
    closed.sort((a, b) => a.at - b.at || a.path.localeCompare(b.path, "en", { numeric: true }));
    for (const { path } of closed.slice(0, Math.max(0, closed.length + 1 - kept))) {
      await Deno.remove(path);
      const message = `Deleted the old access log "${basename(path)}"`;
      report({ level: "debug", name: "access-log-deleted", message, facts: { file: path } });
    }
  } catch (error) {
    const message = `Cannot delete old access logs in "${folder}": ${fileFault(error)}`;
    report({ level: "warning", name: "access-log-not-deleted", message });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
