import type { Clock } from "../../contract/clock.ts";
import type { FileWatch } from "./file_watch.ts";

/** Options of {@linkcode watchConfig}. */
export interface ConfigWatchOptions<Config, Problems> {
  /** Over the application folder. */
  readonly watch: FileWatch;
  readonly clock: Clock;
  /** Relative to the application folder. @default [CONFIG_FILE] */
  readonly files?: readonly string[];
  /** What `signOfFiles(root, files)` gave before the configuration in use was read. */
  readonly since?: string | undefined;
  /** Reads the configuration as it is now; without one where it cannot be used. Never rejects. */
  readonly read: () => Promise<{ readonly config?: Config; readonly problems: Problems }>;
  /** Takes a new configuration: the file was changed, or only touched. Must not throw. @see ANCM O-40 */
  readonly changed: (config: Config, problems: Problems) => void;
  /** Takes what is wrong with one that stays unusable; the last good one stays in use. Must not throw. */
  readonly broken: (problems: Problems) => void;
}

/** Name of the file, to be found in any case of letters. @see ANCM C-63 */
export const CONFIG_FILE = "web.config";
/** How long a file that cannot be used is given to become whole: a copy over a slow network pauses. Milliseconds. */
const PATIENCE_MS = 1_000;

/**
 * Follows the application's web.config, or other files of its configuration: each change is read once they stay as they
 * are. A file that comes or goes is a change, too. Disposing of what it gives ends it.
 */
export async function watchConfig<Config, Problems>(
  options: ConfigWatchOptions<Config, Problems>,
): Promise<Disposable> {
  const { watch, clock, files = [CONFIG_FILE], since, read, changed, broken } = options;
  if (files.length === 0) return { [Symbol.dispose]() {} };
  /** Of the newest change: what an earlier one began is given up. */
  let reading = new AbortController();

  async function take(signal: AbortSignal): Promise<void> {
    let result = await read();
    if (result.config === undefined) {
      await clock.sleep(PATIENCE_MS, signal).catch(() => {});
      if (!signal.aborted) result = await read();
    }
    if (signal.aborted) return;
    if (result.config === undefined) broken(result.problems);
    else changed(result.config, result.problems);
  }

  const followed = await watch.follow({
    files,
    ...(since === undefined ? {} : { since }),
    settled() {
      reading.abort();
      reading = new AbortController();
      void take(reading.signal);
    },
  });
  return {
    [Symbol.dispose]() {
      reading.abort();
      followed[Symbol.dispose]();
    },
  };
}
