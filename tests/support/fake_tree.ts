import { dirname } from "node:path";
import type { FileStat, FolderEvent, FolderView } from "../../src/backend/watch/_folder_view.ts";

/** Folders within folders in memory; a file is its time of change. Nothing is told of a change but by `tell`. */
export class FakeTree implements FolderView {
  readonly #files: Map<string, number>;
  readonly #watches = new Set<(event: FolderEvent) => void>();
  /** The folders that were listened to, each time that began. */
  readonly listened: string[][] = [];
  /** Thrown by whatever asks for the names in a folder. */
  fault: Error | undefined;

  constructor(files: Readonly<Record<string, number>>) {
    this.#files = new Map(Object.entries(files));
  }

  set(path: string, modifiedMs: number): void {
    this.#files.set(path, modifiedMs);
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  /** How many listen. */
  get listeners(): number {
    return this.#watches.size;
  }

  tell(kind: string, path: string): void {
    for (const happened of [...this.#watches]) happened({ kind, paths: [path], isOverflow: false });
  }

  names(folder: string): Promise<string[]> {
    if (this.fault) return Promise.reject(this.fault);
    const below = [...this.#files.keys()].filter((path) => path.startsWith(`${folder}/`));
    return Promise.resolve([
      ...new Set(below.map((path) => path.slice(folder.length + 1).split("/")[0] ?? "")),
    ]);
  }

  stat(path: string): Promise<FileStat | undefined> {
    const modifiedMs = this.#files.get(path);
    if (modifiedMs !== undefined) {
      return Promise.resolve({ isFile: true, size: 1, modifiedMs, identity: path });
    }
    const isFolder = [...this.#files.keys()].some((file) =>
      `${dirname(file)}/`.startsWith(`${path}/`)
    );
    const folder = { isFile: false, size: 0, modifiedMs: 0, identity: path };
    return Promise.resolve(isFolder ? folder : undefined);
  }

  read(): Promise<Uint8Array> {
    return Promise.reject(new Error("Nobody reads these files"));
  }

  watch(folders: readonly string[], happened: (event: FolderEvent) => void): Disposable {
    this.listened.push([...folders]);
    this.#watches.add(happened);
    return { [Symbol.dispose]: () => void this.#watches.delete(happened) };
  }
}
