import { basename, dirname } from "node:path";
import type { FileStat, FolderEvent, FolderView } from "../../src/backend/watch/_folder_view.ts";

interface FakeFile {
  bytes: Uint8Array;
  modifiedMs: number;
  identity: string;
  isFile: boolean;
  /** What every attempt to read it gives. */
  fault?: Error;
}

/** Folders in memory, that a test changes. Nothing is told of a change but by {@linkcode tell}. */
export class FakeFolders implements FolderView {
  readonly #files = new Map<string, FakeFile>();
  readonly #folders = new Map<string, string>();
  readonly #watches = new Set<{ happened: (event: FolderEvent) => void; ended: () => void }>();
  /** The folders that were listened to, each time that began. */
  readonly listened: string[][] = [];
  /** How often a folder was read. */
  looks = 0;
  /** How often a file was read. */
  reads = 0;
  /** Thrown by whatever asks for the names in a folder. */
  folderFault: Error | undefined;
  /** Thrown by whatever wants to listen. */
  watchFault: Error | undefined;
  /** Called before a file is read. */
  beforeRead: () => void = () => {};
  #last = 0;

  constructor(...folders: string[]) {
    for (const folder of folders) this.addFolder(folder);
  }

  /** Makes a folder, another one where there is one. */
  addFolder(folder: string): void {
    this.#folders.set(folder, `folder ${++this.#last}`);
  }

  removeFolder(folder: string): void {
    this.#folders.delete(folder);
  }

  /** Writes a file in its place, or a new one. */
  write(path: string, text: string, more: Partial<FakeFile> = {}): void {
    const identity = this.#files.get(path)?.identity ?? `file ${++this.#last}`;
    const bytes = new TextEncoder().encode(text);
    this.#files.set(path, { bytes, modifiedMs: ++this.#last, identity, isFile: true, ...more });
  }

  /** Puts another file of the same size and time in its place. */
  replace(path: string): void {
    const file = this.#files.get(path);
    if (file) file.identity = `file ${++this.#last}`;
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  /** How many listen. */
  get listeners(): number {
    return this.#watches.size;
  }

  tell(kind: string, path: string, isOverflow = false): void {
    for (const { happened } of [...this.#watches]) happened({ kind, paths: [path], isOverflow });
  }

  /** Ends what listens, as the system may. */
  endWatches(): void {
    for (const { ended } of [...this.#watches]) ended();
    this.#watches.clear();
  }

  names(folder: string): Promise<string[]> {
    this.looks++;
    if (this.folderFault) return Promise.reject(this.folderFault);
    if (!this.#folders.has(folder)) return Promise.reject(new Deno.errors.NotFound(folder));
    const paths = [...this.#files.keys()].filter((path) => dirname(path) === folder);
    return Promise.resolve(paths.map((path) => basename(path)));
  }

  stat(path: string): Promise<FileStat | undefined> {
    const folder = this.#folders.get(path);
    if (folder) {
      return Promise.resolve({ isFile: false, size: 0, modifiedMs: 0, identity: folder });
    }
    const file = this.#files.get(path);
    if (!file) return Promise.resolve(undefined);
    const { bytes, modifiedMs, identity, isFile } = file;
    return Promise.resolve({ isFile, size: bytes.length, modifiedMs, identity });
  }

  read(path: string, maxBytes: number): Promise<Uint8Array> {
    this.reads++;
    this.beforeRead();
    const file = this.#files.get(path);
    if (!file) return Promise.reject(new Deno.errors.NotFound(path));
    if (file.fault) return Promise.reject(file.fault);
    if (file.bytes.length > maxBytes) return Promise.reject(new RangeError("larger"));
    return Promise.resolve(file.bytes);
  }

  watch(
    folders: readonly string[],
    happened: (event: FolderEvent) => void,
    ended: () => void,
  ): Disposable {
    if (this.watchFault) throw this.watchFault;
    this.listened.push([...folders]);
    const watch = { happened, ended };
    this.#watches.add(watch);
    return { [Symbol.dispose]: () => void this.#watches.delete(watch) };
  }
}
