import { basename, dirname, resolve } from "node:path";
import type { Clock } from "../../contract/clock.ts";
import type { Report } from "../../contract/event.ts";
import { FolderEars } from "./_folder_ears.ts";
import {
  findNamed,
  type FolderView,
  type Found,
  isAbsence,
  pathIn,
  systemView,
} from "./_folder_view.ts";

/** Options of {@linkcode watchFiles}. */
export interface FileWatchOptions {
  /** The application folder. */
  readonly root: string;
  readonly clock: Clock;
  readonly report: Report;
  /** @default the real file system */
  readonly view?: FolderView;
}

/** Files that belong together: what happens to one has happened to all. Neither function may throw. */
export interface FollowedFiles {
  /** Relative to the application folder, either slash, or absolute. The case of the last name does not count. */
  readonly files: readonly string[];
  /** How long all of them must stay as they are before they count as settled, milliseconds. @default 100 */
  readonly settleMs?: number;
  /** What {@linkcode signOfFiles} gave before. @default what is there now */
  readonly since?: string;
  /** Called as soon as something is seen to have changed, with every file that is there. */
  readonly seen?: (found: readonly Found[]) => void;
  /** Called once they stay as they are, if that is not what they were when it was called last. */
  readonly settled?: (found: readonly Found[]) => void;
}

/** Follows files of an application. Disposing of it ends all that was asked of it. */
export interface FileWatch extends Disposable {
  /**
   * Follows files from now on, whether or not they are there. Resolves once they were looked at: later changes are told.
   * Disposing of what it gives ends it.
   */
  follow(followed: FollowedFiles): Promise<Disposable>;
}

/** How often files are looked at where nothing is heard of them: many mounts tell of nothing. Milliseconds. */
const POLL_MS = 2_000;
/** Between two looks, however much happens. Milliseconds. */
const GAP_MS = 50;
const SETTLE_MS = 100;

/**
 * Follows files by name: told by the system where it tells, by a regular look everywhere. Renames, links that are
 * pointed elsewhere and folders that are replaced are seen as what they do to the file. A folder that cannot
 * be read says nothing: its files are taken for what they were.
 */
export function watchFiles(options: FileWatchOptions): FileWatch {
  return new Watch(options);
}

/** Tells files as they are now from files as they are at another time; nothing where that cannot be told. */
export async function signOfFiles(
  root: string,
  files: readonly string[],
  view: FolderView = systemView,
): Promise<string | undefined> {
  const found = await new Look(resolve(root), view).find(files);
  return found && signOfAll(found);
}

function signOfAll(found: readonly Found[]): string {
  return found.map(({ sign }) => sign).join("\n");
}

interface Entry extends FollowedFiles {
  /** What was seen last; nothing before the first look that could tell. */
  seenSign: string | undefined;
  /** What counts as known. */
  toldSign: string | undefined;
  /** When `seenSign` was first seen. */
  seenAt: number;
}

class Watch implements FileWatch {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #view: FolderView;
  readonly #ears: FolderEars;
  readonly #entries = new Set<Entry>();
  readonly #over = new AbortController();
  #nap = new AbortController();
  #wasHeard = false;
  #isRunning = false;

  constructor({ root, clock, report, view = systemView }: FileWatchOptions) {
    this.#root = resolve(root);
    this.#clock = clock;
    this.#view = view;
    this.#ears = new FolderEars({ clock, report, view, heard: () => this.#wake() });
  }

  async follow(followed: FollowedFiles): Promise<Disposable> {
    const entry: Entry = {
      ...followed,
      seenSign: followed.since,
      toldSign: followed.since,
      seenAt: this.#clock.now(),
    };
    this.#entries.add(entry);
    // Listens before it looks, lest something happens in between.
    await this.#listen();
    await this.#lookAt(entry, new Look(this.#root, this.#view));
    this.#wake(); // the pause may have to be a shorter one now
    void this.#run();
    return { [Symbol.dispose]: () => void this.#entries.delete(entry) };
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    this.#nap.abort();
    this.#entries.clear();
    this.#ears[Symbol.dispose]();
  }

  #wake(): void {
    this.#wasHeard = true;
    this.#nap.abort();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { signal } = this.#over;
    while (!signal.aborted && this.#entries.size > 0) {
      await this.#rest();
      await this.#listen();
      const look = new Look(this.#root, this.#view);
      for (const entry of [...this.#entries]) {
        if (!signal.aborted) await this.#lookAt(entry, look);
      }
      await this.#clock.sleep(GAP_MS, signal).catch(() => {});
    }
    this.#isRunning = false;
  }

  /** Waits until something was heard, a file may have settled, or it is time for the regular look. */
  async #rest(): Promise<void> {
    const now = this.#clock.now();
    let restMs = POLL_MS;
    for (const { seenSign, toldSign, seenAt, settleMs = SETTLE_MS } of this.#entries) {
      if (seenSign !== toldSign) restMs = Math.min(restMs, Math.max(0, seenAt + settleMs - now));
    }
    if (!this.#wasHeard && !this.#over.signal.aborted) {
      this.#nap = new AbortController();
      await this.#clock.sleep(restMs, this.#nap.signal).catch(() => {});
    }
    this.#wasHeard = false;
  }

  async #listen(): Promise<void> {
    const files = [...this.#entries].flatMap((entry) => entry.files);
    if (this.#over.signal.aborted) return;
    await this.#ears.listen(this.#root, files.map((file) => pathIn(this.#root, file)));
  }

  async #lookAt(entry: Entry, look: Look): Promise<void> {
    const found = await look.find(entry.files);
    if (!found || this.#over.signal.aborted) return;
    const sign = signOfAll(found);
    if (entry.seenSign === undefined) {
      entry.seenSign = entry.toldSign = sign;
    } else if (sign !== entry.seenSign) {
      entry.seenSign = sign;
      entry.seenAt = this.#clock.now();
      entry.seen?.(found);
    } else if (
      sign !== entry.toldSign &&
      this.#clock.now() - entry.seenAt >= (entry.settleMs ?? SETTLE_MS)
    ) {
      entry.toldSign = sign;
      entry.settled?.(found);
    }
  }
}

/** One look: each folder is read once. */
class Look {
  readonly #root: string;
  readonly #view: FolderView;
  readonly #folders = new Map<string, Promise<string[] | undefined>>();

  constructor(root: string, view: FolderView) {
    this.#root = root;
    this.#view = view;
  }

  /** Gives every file that is there, nothing where that cannot be told. */
  async find(files: readonly string[]): Promise<Found[] | undefined> {
    const all: Found[] = [];
    for (const file of files) {
      const path = pathIn(this.#root, file);
      const folder = dirname(path);
      const names = await this.#names(folder);
      if (!names) return undefined;
      all.push(...await findNamed(this.#view, folder, basename(path), names));
    }
    return all;
  }

  #names(folder: string): Promise<string[] | undefined> {
    const known = this.#folders.get(folder);
    if (known) return known;
    const names = this.#view.names(folder).catch((error) =>
      // A sub-folder may come later; without the root there is no application to tell anything of.
      isAbsence(error) && folder !== this.#root ? [] : undefined
    );
    this.#folders.set(folder, names);
    return names;
  }
}
