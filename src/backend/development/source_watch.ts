import { basename, join } from "node:path";
import type { Clock } from "../../contract/clock.ts";
import { type FolderEvent, type FolderView, isAbsence, systemView } from "../watch/_folder_view.ts";
import { isSourceFolder } from "./source_files.ts";

/** Options of {@linkcode watchSources}. */
export interface SourceWatchOptions {
  /** Absolute; each is looked into with all that lies below it. */
  readonly folders: readonly string[];
  /** Tells which files count. */
  readonly isSource: (path: string) => boolean;
  readonly clock: Clock;
  /** Takes the files that have come, gone or changed, once all of them stay as they are. Never throws. */
  readonly changed: (paths: readonly string[]) => void;
  /** How long they must, milliseconds. @default 200 */
  readonly settleMs?: number;
  /** @default the real file system */
  readonly view?: FolderView;
}

/** What counts: the files, and the folders in which more may come. */
interface Tree {
  readonly signs: ReadonlyMap<string, string>;
  readonly folders: readonly string[];
}

/** So often everything is looked at, where nothing is heard: many mounts tell of nothing. Milliseconds. */
const POLL_MS = 2_000;
/** Between two looks, however much happens. Milliseconds. */
const GAP_MS = 50;
const SETTLE_MS = 200;
/** So many files are followed: what is more is no source tree that somebody edits. */
const MAX_FILES = 20_000;

/**
 * Follows the sources of an application for whoever develops it. Resolves once they were looked at: later changes are
 * told. A folder that cannot be read is taken for empty; while a whole look fails nothing has changed. Disposing of what
 * it gives ends it.
 */
export async function watchSources(options: SourceWatchOptions): Promise<Disposable> {
  const watch = new SourceWatch(options);
  await watch.begin();
  return watch;
}

class SourceWatch implements Disposable {
  readonly #options: SourceWatchOptions;
  readonly #view: FolderView;
  readonly #over = new AbortController();
  #nap = new AbortController();
  #wasHeard = false;
  #ears: Disposable | undefined;
  #heardFolders = "";

  constructor(options: SourceWatchOptions) {
    this.#options = options;
    this.#view = options.view ?? systemView;
  }

  async begin(): Promise<void> {
    const tree = await this.#look();
    this.#listen(tree);
    this.#follow(tree).catch(() => {}); // ends when it is disposed of
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    this.#nap.abort();
    this.#ears?.[Symbol.dispose]();
    this.#ears = undefined;
  }

  async #follow(first: Tree): Promise<never> {
    const { clock, changed, settleMs = SETTLE_MS } = this.#options;
    const { signal } = this.#over;
    let [told, seen, seenAt] = [first, first, clock.now()];
    for (;;) {
      await this.#rest(isSame(seen, told) ? POLL_MS : settleMs);
      await clock.sleep(GAP_MS, signal);
      const now = await this.#look().catch(() => seen);
      signal.throwIfAborted();
      if (!isSame(now, seen)) [seen, seenAt] = [now, clock.now()];
      else if (!isSame(seen, told) && clock.now() - seenAt >= settleMs) {
        const paths = differences(told, seen);
        told = seen;
        changed(paths);
      }
      this.#listen(now);
    }
  }

  /** Waits until something was heard, or for so long. */
  async #rest(ms: number): Promise<void> {
    this.#over.signal.throwIfAborted();
    if (!this.#wasHeard) {
      this.#nap = new AbortController();
      await this.#options.clock.sleep(ms, this.#nap.signal).catch(() => {});
    }
    this.#wasHeard = false;
  }

  async #look(): Promise<Tree> {
    const signs = new Map<string, string>();
    const folders: string[] = [];
    const known = new Set<string>();
    for (const folder of this.#options.folders) await this.#lookInto(folder, signs, folders, known);
    return { signs, folders };
  }

  /** @param known by identity: links may lead in circles */
  async #lookInto(
    folder: string,
    signs: Map<string, string>,
    folders: string[],
    known: Set<string>,
  ): Promise<void> {
    const identity = (await this.#view.stat(folder).catch(() => undefined))?.identity;
    if (identity === undefined || known.has(identity)) return;
    known.add(identity);
    folders.push(folder);
    for (const name of await this.#names(folder)) {
      if (signs.size >= MAX_FILES || this.#over.signal.aborted) return;
      const path = join(folder, name);
      const stat = await this.#view.stat(path).catch(() => undefined);
      if (!stat) continue;
      if (!stat.isFile) {
        if (isSourceFolder(name)) await this.#lookInto(path, signs, folders, known);
      } else if (this.#options.isSource(path)) {
        signs.set(path, `${stat.size} ${stat.modifiedMs} ${stat.identity}`);
      }
    }
  }

  async #names(folder: string): Promise<string[]> {
    try {
      return (await this.#view.names(folder)).sort();
    } catch (error) {
      if (isAbsence(error) || error instanceof Deno.errors.PermissionDenied) return [];
      throw error;
    }
  }

  #listen({ folders }: Tree): void {
    const key = folders.join("\n");
    if (this.#over.signal.aborted || (key === this.#heardFolders && this.#ears)) return;
    this.#ears?.[Symbol.dispose]();
    this.#heardFolders = key;
    try {
      const ears = this.#view.watch(folders, (event) => this.#hear(event), () => {
        if (this.#ears === ears) this.#ears = undefined; // the next look listens anew
      });
      this.#ears = ears;
    } catch {
      this.#ears = undefined; // the regular look has to do
    }
  }

  /** What is only written counts where it is a source; what comes or goes may be a folder. */
  #hear({ kind, paths, isOverflow }: FolderEvent): void {
    const matters = isOverflow || (kind !== "access" &&
      paths.some((path) =>
        this.#options.isSource(path) || (kind !== "modify" && isSourceFolder(basename(path)))
      ));
    if (!matters) return;
    this.#wasHeard = true;
    this.#nap.abort();
  }
}

function isSame({ signs }: Tree, other: Tree): boolean {
  return signs === other.signs || differences({ signs, folders: [] }, other).length === 0;
}

/** Gives every file that is in one only, or not the same in both. */
function differences(before: Tree, after: Tree): string[] {
  const gone = [...before.signs.keys()].filter((path) => !after.signs.has(path));
  const other = [...after.signs].filter(([path, sign]) => before.signs.get(path) !== sign);
  return [...gone, ...other.map(([path]) => path)];
}
