import { join } from "node:path";
import type { AppConfig } from "../../config/app_config.ts";
import { handlerSetting, isHandlerSettingTrue } from "../../config/handler_setting.ts";
import type { Clock } from "../../contract/clock.ts";
import type { Report } from "../../contract/event.ts";
import { configuredPath } from "../watch/_configured_path.ts";
import { fileFault } from "../../contract/file_fault.ts";
import { copyFolder, isWithin } from "./_folder_copy.ts";
import { isStdoutLogFile } from "../stdout_log/_stdout_log_files.ts";
import { StartFault } from "../process/failure.ts";

/** What {@linkcode ShadowCopyFolders} need to know. */
export interface ShadowCopyFoldersOptions {
  readonly isWindows: boolean;
  readonly clock: Clock;
  readonly report: Report;
}

/** The part of a configuration that says what is copied where. */
export type CopiedConfig = Pick<AppConfig, "root" | "aspNetCore">;

/** Tells our copies from what else may lie in the folder: only they are ever deleted. */
const MARK = ".ancm-host-shadow-copy";
const MARK_TEXT = "A copy made by ancm-host to run from; it may be deleted while no host runs.\n";
const DEFAULT_FOLDER = "ShadowCopyDirectory";

/** Makes and deletes copies of an application: numbered folders in the folder that web.config names. @see ANCM C-47 */
export class ShadowCopyFolders {
  readonly #options: ShadowCopyFoldersOptions;
  readonly #made = new Set<string>();
  #isFirst = true;

  constructor(options: ShadowCopyFoldersOptions) {
    this.#options = options;
  }

  /**
   * Makes another copy and gives its folder.
   *
   * @param signal ends the copying
   * @throws {StartFault} start-no-copy, and nothing of the copy is left
   */
  async next(config: CopiedConfig, signal?: AbortSignal): Promise<string> {
    const { clock, report } = this.#options;
    const since = clock.now();
    const directory = await this.#directory(config);
    const isCleaned = isHandlerSettingTrue(config.aspNetCore, "cleanShadowCopyDirectory");
    if (this.#isFirst && isCleaned) await this.#clean(directory, config.root);
    this.#isFirst = false;
    const folder = await this.#begin(directory);
    try {
      const { files, bytes } = await this.#copy(config, directory, folder, signal);
      const message = `Copied the application to "${folder}"`;
      const facts = { folder, files, bytes, durationMs: Math.round(clock.now() - since) };
      report({ level: "info", name: "shadow-copy-made", message, facts });
      return folder;
    } catch (error) {
      await this.release(folder);
      throw noCopy(folder, error);
    }
  }

  /** Deletes a copy that nobody uses any more. Never rejects; any other folder is left alone. */
  async release(folder: string): Promise<void> {
    if (this.#made.delete(folder)) await this.#delete(folder);
  }

  /** @throws {StartFault} */
  async #directory({ root, aspNetCore }: CopiedConfig): Promise<string> {
    const written = handlerSetting(aspNetCore, "shadowCopyDirectory") || DEFAULT_FOLDER;
    const path = configuredPath(root, written, this.#options.isWindows);
    if (path === undefined) {
      throw noCopy(written, new Error("it is a path of Windows; write one of this system"));
    }
    try {
      await Deno.mkdir(path, { recursive: true });
      const directory = await Deno.realPath(path);
      if (directory !== root) return directory;
    } catch (error) {
      throw noCopy(path, error);
    }
    throw noCopy(path, new Error("it is the application folder; name another in it, or outside"));
  }

  /** Makes the folder with the next number that is free, whoever else makes some there. */
  async #begin(directory: string): Promise<string> {
    try {
      const numbers = await numbered(directory);
      for (let number = Math.max(-1, ...numbers) + 1;; number++) {
        const folder = join(directory, String(number));
        if (!await isNew(folder)) continue;
        this.#made.add(folder);
        await Deno.writeTextFile(join(folder, MARK), MARK_TEXT);
        return folder;
      }
    } catch (error) {
      throw noCopy(directory, error);
    }
  }

  async #copy(
    { root, aspNetCore }: CopiedConfig,
    directory: string,
    folder: string,
    signal: AbortSignal | undefined,
  ) {
    const log = configuredPath(root, aspNetCore.stdoutLogFile, this.#options.isWindows);
    const isInside = isWithin(root, directory);
    return await copyFolder({
      from: root,
      to: folder,
      signal,
      isOmitted: (path) =>
        (isInside && isWithin(directory, path)) ||
        (log !== undefined && isStdoutLogFile(log, path)),
    });
  }

  async #clean(directory: string, root: string): Promise<void> {
    for (const number of await numbered(directory).catch(() => [])) {
      const folder = join(directory, String(number));
      const isOurs = await Deno.lstat(join(folder, MARK)).then(() => true, () => false);
      const isInUse = this.#made.has(folder) || isWithin(folder, root);
      if (isOurs && !isInUse) await this.#delete(folder);
    }
  }

  async #delete(folder: string): Promise<void> {
    const { report } = this.#options;
    try {
      await Deno.remove(folder, { recursive: true });
      const message = `Deleted the application's copy "${folder}"`;
      report({ level: "debug", name: "shadow-copy-deleted", message, facts: { folder } });
    } catch (error) {
      const message = `Cannot delete the application's copy "${folder}": ${
        fileFault(error)
      }. Delete it by hand`;
      report({ level: "warning", name: "shadow-copy-not-deleted", message, facts: { folder } });
    }
  }
}

async function numbered(directory: string): Promise<number[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  return entries.filter(({ name, isDirectory }) => isDirectory && /^(?:0|[1-9]\d{0,8})$/.test(name))
    .map(({ name }) => Number(name));
}

async function isNew(folder: string): Promise<boolean> {
  try {
    await Deno.mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

function noCopy(folder: string, error: unknown): StartFault {
  const message = `Cannot copy the application to "${folder}"`;
  return new StartFault("start-no-copy", `${message}: ${fileFault(error)}`);
}
