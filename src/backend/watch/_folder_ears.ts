import { basename, dirname } from "node:path";
import type { Clock } from "../../contract/clock.ts";
import type { Report } from "../../contract/event.ts";
import type { FolderEvent, FolderView } from "./_folder_view.ts";

/** What {@linkcode FolderEars} need. */
export interface FolderEarsParts {
  readonly clock: Clock;
  readonly report: Report;
  readonly view: FolderView;
  /** Called when something may have happened to a file that is listened for. */
  readonly heard: () => void;
}

/** So many events that matter to no file, and the folder is not worth listening to. */
const MAX_NOISE = 1_000;
/** For how long it is not, milliseconds. */
const DEAF_MS = 60_000;

/** Listens to folders for as long as the system tells of them; where it does not, nothing is heard. */
export class FolderEars implements Disposable {
  readonly #parts: FolderEarsParts;
  #names: ReadonlySet<string> = new Set();
  /** The folders and which ones they were: one that is replaced is another. */
  #key = "";
  #watcher: Disposable | undefined;
  #noise = 0;
  #deafUntil = 0;
  #isSilenceTold = false;
  #isOver = false;

  constructor(parts: FolderEarsParts) {
    this.#parts = parts;
  }

  /** Listens in this folder and those of the files, for these files. Cheap where it does so already. */
  async listen(root: string, files: readonly string[]): Promise<void> {
    const { view, clock } = this.#parts;
    this.#names = new Set(files.map((file) => basename(file).toLowerCase()));
    this.#noise = 0;
    if (clock.now() < this.#deafUntil) return;
    const there = new Map<string, string>();
    for (const folder of new Set([root, ...files.map((file) => dirname(file))])) {
      const identity = (await view.stat(folder).catch(() => undefined))?.identity;
      if (identity !== undefined) there.set(folder, identity);
    }
    const key = [...there].map((one) => one.join(" ")).join("\n");
    if (this.#isOver || (key === this.#key && this.#watcher)) return;
    this.#close();
    this.#key = key;
    if (there.size > 0) this.#open([...there.keys()]);
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#close();
  }

  #open(folders: readonly string[]): void {
    try {
      const watcher = this.#parts.view.watch(folders, (event) => this.#hear(event), () => {
        if (this.#watcher === watcher) this.#watcher = undefined; // the regular look listens anew
      });
      this.#watcher = watcher;
    } catch (error) {
      this.#tellSilence(folders[0] ?? "", error);
    }
  }

  #close(): void {
    this.#watcher?.[Symbol.dispose]();
    this.#watcher = undefined;
  }

  #hear(event: FolderEvent): void {
    if (this.#isOver) return;
    if (this.#matters(event)) return this.#parts.heard();
    this.#noise++;
    if (this.#noise <= MAX_NOISE) return;
    // Such as a log that is written there. The regular look has to do for a while.
    this.#close();
    this.#deafUntil = this.#parts.clock.now() + DEAF_MS;
  }

  /** What comes, goes or is renamed may be what a file's link leads through; what is only written must be the file. */
  #matters({ kind, paths, isOverflow }: FolderEvent): boolean {
    if (isOverflow) return true;
    if (kind === "access") return false; // the looks themselves are heard, too
    return kind !== "modify" || paths.some((path) => this.#names.has(basename(path).toLowerCase()));
  }

  #tellSilence(folder: string, error: unknown): void {
    if (this.#isSilenceTold) return;
    this.#isSilenceTold = true;
    const why = error instanceof Error ? error.message : String(error);
    this.#parts.report({
      level: "info",
      name: "files-polled",
      message: `The system does not tell of changes in "${folder}" (${why}): ` +
        `they are looked for every few seconds`,
      facts: { folder },
    });
  }
}
