import { isAbsolute, resolve } from "node:path";
import { withSlashes } from "./_app_files.ts";

/** What is known of a file without reading it. Links are followed. */
export interface FileStat {
  readonly isFile: boolean;
  readonly size: number;
  /** Milliseconds since 1970; 0 where the system does not tell. */
  readonly modifiedMs: number;
  /** Tells it from another one that takes its name. */
  readonly identity: string;
}

/** Something that happened in a folder, as the system tells it. */
export interface FolderEvent {
  /** As Deno's `FsEvent` has it. */
  readonly kind: string;
  readonly paths: readonly string[];
  /** Whether events were lost. */
  readonly isOverflow: boolean;
}

/** How folders are looked at; tests bring their own. */
export interface FolderView {
  /** Names of what is in the folder. @throws where it cannot be read */
  names(folder: string): Promise<string[]>;
  /** Gives nothing where there is nothing, also behind a link. @throws where it cannot be told */
  stat(path: string): Promise<FileStat | undefined>;
  /** Gives the whole file. @throws where it cannot be read, or is larger than that */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  /**
   * Tells of what happens directly in the folders.
   * @param ended called where that ends by itself
   * @throws where the system cannot tell
   */
  watch(
    folders: readonly string[],
    happened: (event: FolderEvent) => void,
    ended: () => void,
  ): Disposable;
}

/** Something that was found under a name. */
export interface Found {
  readonly path: string;
  readonly isFile: boolean;
  readonly size: number;
  /** Another one whenever the file was written, touched or replaced. */
  readonly sign: string;
}

/** Gives the path of a file of the application: relative to its folder, either slash, or absolute. */
export function pathIn(root: string, file: string): string {
  return isAbsolute(file) ? resolve(file) : resolve(root, withSlashes(file));
}

/** Finds what has a name, whatever its case: more than one only where the system tells cases apart. */
export async function findNamed(
  view: FolderView,
  folder: string,
  name: string,
  names: readonly string[],
): Promise<Found[]> {
  const wanted = name.toLowerCase();
  const found: Found[] = [];
  for (const one of names.filter((other) => other.toLowerCase() === wanted).sort()) {
    const path = resolve(folder, one);
    try {
      const stat = await view.stat(path);
      if (stat) found.push({ path, isFile: stat.isFile, size: stat.size, sign: signOf(one, stat) });
    } catch {
      // It is there, and that is all one may know: a file that is locked counts (ANCM O-1).
      found.push({ path, isFile: true, size: 0, sign: `${one} ?` });
    }
  }
  return found;
}

function signOf(name: string, { isFile, size, modifiedMs, identity }: FileStat): string {
  return [name, isFile, size, modifiedMs, identity].join(" ");
}

/** Looks at the real folders. */
export const systemView: FolderView = {
  async names(folder) {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  },
  async stat(path) {
    try {
      const { isFile, size, mtime, dev, ino } = await Deno.stat(path);
      return { isFile, size, modifiedMs: mtime?.getTime() ?? 0, identity: `${dev}:${ino}` };
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  },
  read: readWhole,
  watch: watchFolders,
};

/** Tells whether an error of the system says that there is nothing at a path. */
export function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

async function readWhole(path: string, maxBytes: number): Promise<Uint8Array> {
  using file = await Deno.open(path);
  // One more than is allowed, for the file may have grown since it was looked at.
  const room = new Uint8Array(Math.min((await file.stat()).size, maxBytes) + 1);
  let size = 0;
  for (
    let read = await file.read(room);
    read !== null;
    read = await file.read(room.subarray(size))
  ) {
    size += read;
    if (size > maxBytes) throw new RangeError(`"${path}" is larger than ${maxBytes} bytes`);
    if (size === room.length) break; // written while it was read: the rest is seen with the next look
  }
  return room.subarray(0, size);
}

function watchFolders(
  folders: readonly string[],
  happened: (event: FolderEvent) => void,
  ended: () => void,
): Disposable {
  const watcher = Deno.watchFs([...folders], { recursive: false });
  let isOpen = true;
  void (async () => {
    try {
      for await (const { kind, paths, flag } of watcher) {
        happened({ kind, paths, isOverflow: flag === "rescan" });
      }
    } catch {
      // Told below.
    }
    if (isOpen) ended();
    isOpen = false;
  })();
  return {
    [Symbol.dispose]() {
      if (!isOpen) return;
      isOpen = false;
      watcher.close();
    },
  };
}
