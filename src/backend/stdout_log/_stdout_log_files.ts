import { basename, dirname, join } from "node:path";
import type { Report } from "../../contract/event.ts";
import { fileFault } from "../../contract/file_fault.ts";
import type { LogFile } from "../../contract/log_file.ts";

/** A file of a stdout log that is being written. */
export interface StdoutLogFile extends LogFile {
  /** Which of the files of its stem it is, from 1. */
  readonly number: number;
}

/** The files of one stdout log. */
export interface StdoutLogFiles {
  /**
   * Begins `<stem>.log`, or `<stem>_2.log` and so on: the first from `number` on that was not there. Makes missing folders.
   *
   * @throws the system's error
   */
  begin(stem: string, number: number): Promise<StdoutLogFile>;
  /** Deletes the oldest files beyond those that are kept, never one that is being written. Never rejects. */
  prune(): Promise<void>;
}

/** What {@linkcode logFiles} needs to know. */
export interface LogFilesOptions {
  /** Absolute path with which all their names begin. */
  readonly prefix: string;
  /** How many are kept, those being written included; 0 is no limit. */
  readonly kept: number;
  /** Paths of the files being written; the logs of a backend's processes share it. */
  readonly open: Set<string>;
  readonly report: Report;
}

/** How many names that are taken are passed over. */
const MOST_TAKEN = 1000;
/** What comes behind the prefix, for a file to be one of the log. @see ANCM L-2 */
const OWN_ENDING = /^_\d{14}_\d+(?:_\d+)?\.log$/;

/** Tells whether a file of that path is one of the stdout log with that prefix. */
export function isStdoutLogFile(prefix: string, path: string): boolean {
  return path.startsWith(prefix) && OWN_ENDING.test(path.slice(prefix.length));
}

/** Gives the files on disk. What others put there under a like name is never opened, and no link is followed to delete. */
export function logFiles({ prefix, kept, open, report }: LogFilesOptions): StdoutLogFiles {
  const folder = dirname(`${prefix}_`);

  async function surplus(): Promise<string[]> {
    const closed: { path: string; at: number }[] = [];
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (!isFile || open.has(path) || !isStdoutLogFile(prefix, path)) continue;
      const { mtime } = await Deno.lstat(path);
      closed.push({ path, at: mtime?.getTime() ?? 0 });
    }
    closed.sort((a, b) => a.at - b.at || byNumber(a.path, b.path));
    const count = Math.max(0, closed.length + open.size - kept);
    return closed.slice(0, count).map(({ path }) => path);
  }

  return {
    async begin(stem, number) {
      await Deno.mkdir(dirname(stem), { recursive: true });
      const { file, path, taken } = await createFirst(stem, number);
      open.add(path);
      return {
        path,
        number: number + taken,
        write: (bytes) => file.write(bytes),
        close() {
          open.delete(path);
          file.close();
        },
      };
    },
    async prune() {
      if (kept === 0) return;
      try {
        for (const path of await surplus()) {
          await removeIfThere(path);
          const message = `Deleted the old stdout log "${basename(path)}"`;
          report({ level: "debug", name: "stdout-log-deleted", message, facts: { file: path } });
        }
      } catch (error) {
        const message = `Cannot delete old stdout logs in "${folder}": ${fileFault(error)}`;
        report({ level: "warning", name: "stdout-log-not-deleted", message });
      }
    },
  };
}

async function createFirst(stem: string, number: number) {
  for (let taken = 0;; taken++) {
    const path = number + taken === 1 ? `${stem}.log` : `${stem}_${number + taken}.log`;
    try {
      // Appending: whoever cuts the file from outside does not leave a hole in it.
      const options = { createNew: true, append: true, mode: 0o640 } as const;
      return { file: await Deno.open(path, options), path, taken };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists) || taken === MOST_TAKEN) throw error;
    }
  }
}

/** Another host with the same log may have been faster. */
async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
