import type { AspNetCoreConfig } from "../../config/app_config.ts";
import { isHandlerSettingTrue } from "../../config/handler_setting.ts";
import {
  type CopiedConfig,
  ShadowCopyFolders,
  type ShadowCopyFoldersOptions,
} from "./_shadow_copy_folders.ts";

/** What one backend process has of its generation's copy. Disposing of the last share deletes the copy, within 10 s. */
export interface CopyShare extends AsyncDisposable {
  /**
   * Gives the folder to run from: the copy, made now if nobody has asked yet, or the application's own folder where
   * web.config asks for no copies.
   *
   * @throws {StartFault} start-no-copy; who asks again has it tried again
   */
  folder(): Promise<string>;
}

/** Gives a process its share; those of one generation run from one copy. */
export type JoinCopy = (config: CopiedConfig, generation: number) => CopyShare;

/** How long the deletion of a copy is waited for; it goes on. Milliseconds. */
const DELETE_MS = 10_000;

/**
 * Lets every generation run from a copy of the application, so that its own files can be replaced.
 *
 * @see ANCM C-47
 */
export function shadowCopies(options: ShadowCopyFoldersOptions): JoinCopy {
  const folders = new ShadowCopyFolders(options);
  const copies = new Map<number, SharedCopy>();
  return (config, generation) => {
    if (!isShadowCopied(config.aspNetCore)) return ownFolder(config.root);
    const copy = copies.get(generation) ?? new SharedCopy(folders, config);
    copies.set(generation, copy);
    copy.shares++;
    let ended: Promise<void> | undefined;
    const leave = async () => {
      if (--copy.shares > 0) return;
      copies.delete(generation);
      const over = new AbortController();
      const deleted = copy.end().then(() => over.abort());
      await Promise.race([deleted, options.clock.sleep(DELETE_MS, over.signal).catch(() => {})]);
    };
    return {
      folder: () => copy.folder(),
      [Symbol.asyncDispose]: () => ended ??= leave(),
    };
  };
}

/** Tells whether the application is to run from a copy of its folder. */
export function isShadowCopied(aspNetCore: Pick<AspNetCoreConfig, "handlerSettings">): boolean {
  return isHandlerSettingTrue(aspNetCore, "enableShadowCopy") ||
    isHandlerSettingTrue(aspNetCore, "experimentalEnableShadowCopy");
}

function ownFolder(root: string): CopyShare {
  return {
    folder: () => Promise.resolve(root),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

class SharedCopy {
  shares = 0;
  readonly #folders: ShadowCopyFolders;
  readonly #config: CopiedConfig;
  readonly #over = new AbortController();
  #folder: Promise<string> | undefined;

  constructor(folders: ShadowCopyFolders, config: CopiedConfig) {
    this.#folders = folders;
    this.#config = config;
  }

  folder(): Promise<string> {
    return this.#folder ??= this.#make();
  }

  /** Ends the copying if it is still under way. Never rejects. */
  async end(): Promise<void> {
    this.#over.abort();
    const folder = await this.#folder?.catch(() => undefined);
    if (folder !== undefined) await this.#folders.release(folder);
  }

  async #make(): Promise<string> {
    try {
      return await this.#folders.next(this.#config, this.#over.signal);
    } catch (error) {
      this.#folder = undefined;
      throw error;
    }
  }
}
