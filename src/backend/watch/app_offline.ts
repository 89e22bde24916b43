import type { Clock } from "../../contract/clock.ts";
import type { Report } from "../../contract/event.ts";
import { findNamed, type FolderView, type Found, isAbsence, systemView } from "./_folder_view.ts";
import type { FileWatch } from "./file_watch.ts";

/** Options of {@linkcode watchAppOffline}. */
export interface AppOfflineOptions {
  /** The application folder. */
  readonly root: string;
  /** Over that folder. */
  readonly watch: FileWatch;
  readonly clock: Clock;
  readonly report: Report;
  /** Called when the file is there: at once where it is so from the beginning. Must not throw. */
  readonly appeared: () => void;
  /** Called when it is no longer there. Must not throw. */
  readonly gone: () => void;
  /** @default the real file system */
  readonly view?: FolderView;
}

/** Whether app_offline.htm takes the application offline. Disposing of it ends the watch. */
export interface AppOffline extends Disposable {
  /** Whether the file was there when it was looked for last. */
  readonly isOffline: boolean;
  /**
   * Gives what is to be answered: the bytes of the file, none where it is empty or was never readable. The file is looked at again
   * at most every 200 ms. Gives nothing once it is gone; `gone()` has been called then, and the request is to be
   * served. Never rejects.
   *
   * @see ANCM O-5 … O-7
   */
  page(): Promise<Uint8Array | undefined>;
}

const FILE = "app_offline.htm";
/** Between two looks that requests cause, milliseconds. @see ANCM O-7 */
const LOOK_MS = 200;
/** How long a request waits for such a look; then it gets what is known. Milliseconds. */
const PATIENCE_MS = 2_000;
/** Largest page that is read; beyond, the answer is empty. Bytes. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/**
 * Follows app_offline.htm in the application folder, in any case of letters: a regular file, or a link to one. It counts as soon as
 * it is there, without a request; it counts as gone when a request finds it gone, or once it has been so for a moment.
 *
 * @see ANCM O-1 … O-9
 */
export async function watchAppOffline(options: AppOfflineOptions): Promise<AppOffline> {
  const offline = new Offline(options);
  await offline.begin();
  return offline;
}

class Offline implements AppOffline {
  readonly #options: AppOfflineOptions;
  readonly #view: FolderView;
  #isOffline = false;
  #isOver = false;
  #watched: Disposable | undefined;
  #page: Uint8Array = new Uint8Array();
  /** Of the file as it was when it was read, or could not be. */
  #pageSign = "";
  #isUnreadableTold = false;
  #looking: Promise<void> | undefined;
  #lookAgainAt = 0;

  constructor(options: AppOfflineOptions) {
    this.#options = options;
    this.#view = options.view ?? systemView;
  }

  get isOffline(): boolean {
    return this.#isOffline;
  }

  async begin(): Promise<void> {
    this.#watched = await this.#options.watch.follow({
      files: [FILE],
      seen: (found) => {
        if (found.some(({ isFile }) => isFile)) this.#appear(found);
      },
      settled: (found) => {
        if (!found.some(({ isFile }) => isFile)) this.#vanish();
      },
    });
    await this.#look();
  }

  async page(): Promise<Uint8Array | undefined> {
    if (this.#looking || this.#options.clock.now() >= this.#lookAgainAt) {
      await this.#bounded(this.#looking ??= this.#look());
    }
    return this.#isOffline ? this.#page : undefined;
  }

  /** A mount that does not answer holds up no request for long. */
  async #bounded(look: Promise<void>): Promise<void> {
    const over = new AbortController();
    const late = this.#options.clock.sleep(PATIENCE_MS, over.signal).catch(() => {});
    await Promise.race([look, late]);
    over.abort();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#watched?.[Symbol.dispose]();
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    try {
      // What goes between the two looks at it, at its name and into it, is looked for once more.
      if (!await this.#lookOnce()) await this.#lookOnce();
    } catch {
      // A folder that cannot be read says nothing: it stays as it was.
    } finally {
      this.#lookAgainAt = this.#options.clock.now() + LOOK_MS;
      this.#looking = undefined;
    }
  }

  /** Gives whether the file was still there, if it was, when it was read. */
  async #lookOnce(): Promise<boolean> {
    const { root } = this.#options;
    const found = await findNamed(this.#view, root, FILE, await this.#view.names(root));
    const file = found.find(({ isFile }) => isFile);
    if (file) {
      this.#appear(found);
      return await this.#read(file);
    }
    this.#vanish();
    return true;
  }

  async #read({ path, sign }: Found): Promise<boolean> {
    if (sign === this.#pageSign) return true;
    try {
      this.#page = await this.#view.read(path, MAX_PAGE_BYTES);
      this.#isUnreadableTold = false;
    } catch (error) {
      if (isAbsence(error)) return false;
      // What was read before is still the best there is (ANCM O-6).
      if (!this.#isUnreadableTold) this.#tellUnreadable(path, error);
      this.#isUnreadableTold = true;
    }
    this.#pageSign = sign;
    return true;
  }

  #appear(found: readonly Found[]): void {
    if (this.#isOffline || this.#isOver) return;
    this.#isOffline = true;
    if (found.length > 1) this.#tellSecond(found);
    this.#options.appeared();
  }

  #vanish(): void {
    if (!this.#isOffline || this.#isOver) return;
    this.#isOffline = false;
    this.#page = new Uint8Array();
    this.#pageSign = "";
    this.#isUnreadableTold = false;
    this.#options.gone();
  }

  #tellSecond(found: readonly Found[]): void {
    const names = found.map(({ path }) => `"${path}"`).join(" and ");
    this.#options.report({
      level: "error",
      name: "app-offline-twice",
      message: `There are ${names}; keep one: its name counts in any case of letters`,
    });
  }

  #tellUnreadable(path: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#options.report({
      level: "warning",
      name: "app-offline-unreadable",
      message: `Cannot read "${path}" (${why}): the last page that could be read is answered; ` +
        `let the host's user read it, and keep it below ${MAX_PAGE_BYTES} bytes`,
    });
  }
}
