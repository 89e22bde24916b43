import { join, relative, sep } from "node:path";
import type { Clock } from "../contract/clock.ts";
import type { Awaitable } from "../contract/exchange.ts";
import { fileError, isAbsent } from "./physical_error.ts";
import { type FileBytes, FileMemory } from "./physical_memory.ts";
import { type FileStat, sameStat, statOf } from "./physical_stat.ts";
import {
  isPossibleName,
  isWithheldAt,
  judgeName,
  type NameVerdict,
} from "./static_files/file_name.ts";

/** How long what was seen of a file is taken for true. */
const FRESH_MS = 250;
/** How many files and folders are remembered. */
const MAX_KNOWN = 4_096;

/** What lies at a path below the application folder. Replaced by another as soon as the file is found changed. */
export interface PhysicalEntry {
  readonly kind: "File" | "Directory";
  /** Below the application, decoded. */
  readonly path: string;
  /** Where it really is: absolute, without links. */
  readonly real: string;
  readonly verdict: NameVerdict;
  readonly stat: FileStat;
}

/**
 * What lies in the application folder, as request paths name it. A link that leads out of the folder leads nowhere.
 * What was seen is remembered for a quarter of a second, small files with their bytes until they change.
 */
export class PhysicalFiles {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly entry: PhysicalEntry; seenAt: number }>();
  readonly #looking = new Map<string, Promise<PhysicalEntry | undefined>>();
  readonly #memory: FileMemory<PhysicalEntry>;

  /** @param root absolute path of the application folder, links resolved */
  constructor({ root, clock }: { readonly root: string; readonly clock: Clock }) {
    this.#root = root;
    this.#clock = clock;
    this.#memory = new FileMemory();
  }

  /**
   * Gives what lies at a path; undefined for nothing. A promise only where it has to look.
   *
   * @param path normalised, below the application, beginning with a slash
   * @throws {HostError} `file-unreadable`, `file-broken` where it cannot be looked at
   */
  look(path: string): Awaitable<PhysicalEntry | undefined> {
    const known = this.#known.get(path);
    if (known && this.#clock.now() - known.seenAt < FRESH_MS) return known.entry;
    if (!isPossibleName(path)) return undefined;
    let looking = this.#looking.get(path);
    if (!looking) {
      looking = this.#look(path).finally(() => this.#looking.delete(path));
      this.#looking.set(path, looking);
    }
    return looking;
  }

  /** Gives what kind of thing lies at a path; one that cannot be looked at is nothing. @see IIS M-HD-6 */
  readonly kindOf = (path: string): Awaitable<PhysicalEntry["kind"] | undefined> => {
    try {
      const entry = this.look(path);
      return entry instanceof Promise
        ? entry.then((found) => found?.kind, () => undefined)
        : entry?.kind;
    } catch {
      return undefined;
    }
  };

  /**
   * Gives the bytes of a file as it was seen. A promise only where they are not in memory.
   *
   * @returns undefined where it is another by now: it is forgotten then, and to be looked for again
   * @throws {HostError} `file-unreadable`, `file-broken` where it cannot be opened or read
   */
  bytes(entry: PhysicalEntry): Awaitable<FileBytes | undefined> {
    return this.#memory.take(entry) ?? this.#open(entry);
  }

  async #look(path: string): Promise<PhysicalEntry | undefined> {
    const entry = await this.#find(path);
    const known = this.#known.get(path)?.entry;
    // Behind the others: those in front were not asked for the longest.
    this.#known.delete(path);
    const same = entry && known && isSame(entry, known) && this.#memory.isSettled(known)
      ? known
      : entry;
    if (known && known !== same) this.#memory.drop(known);
    if (same) this.#know(same);
    return same;
  }

  #know(entry: PhysicalEntry): void {
    this.#known.set(entry.path, { entry, seenAt: this.#clock.now() });
    if (this.#known.size <= MAX_KNOWN) return;
    for (const [path, { entry: oldest }] of this.#known) {
      this.#known.delete(path);
      return this.#memory.drop(oldest);
    }
  }

  async #find(path: string): Promise<PhysicalEntry | undefined> {
    try {
      const real = await Deno.realPath(join(this.#root, path));
      const way = this.#below(real);
      if (way === undefined) return undefined;
      // No link is left in the path: one that is put there meanwhile is not to be followed.
      const stat = await Deno.lstat(real);
      const kind = stat.isFile ? "File" : stat.isDirectory ? "Directory" : undefined;
      if (!kind || (kind === "File" && path.endsWith("/"))) return undefined;
      const verdict = isWithheldAt(way, path) ? "withheld" : judgeName(path);
      return { kind, path, real, verdict, stat: statOf(stat) };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw fileError(error, path);
    }
  }

  /** Gives a real path as one below the application; undefined for one outside. */
  #below(real: string): string | undefined {
    if (real === this.#root) return "/";
    const way = relative(this.#root, real);
    const isOutside = way === "" || way === ".." || way.startsWith(`..${sep}`) ||
      /^[a-z]:/i.test(way);
    return isOutside ? undefined : `/${way.replaceAll("\\", "/")}`;
  }

  async #open(entry: PhysicalEntry): Promise<FileBytes | undefined> {
    try {
      const file = await this.#openSame(entry);
      if (!file) {
        this.#forget(entry);
        return undefined;
      }
      const kept = await this.#memory.keep(entry, file, this.#clock.date().getTime());
      if (kept === "changed") this.#forget(entry);
      return kept === "changed" ? undefined : kept ?? { in: "file", file };
    } catch (error) {
      this.#forget(entry);
      if (isAbsent(error)) return undefined;
      throw fileError(error, entry.path);
    }
  }

  /** Opens the very file that was seen; whatever has taken its place or its folder's place since is not it. */
  async #openSame(entry: PhysicalEntry): Promise<Deno.FsFile | undefined> {
    const file = await Deno.open(entry.real);
    try {
      const isIt = sameStat(statOf(await file.stat()), entry.stat) &&
        await Deno.realPath(entry.real) === entry.real;
      if (isIt) return file;
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
    return undefined;
  }

  #forget(entry: PhysicalEntry): void {
    if (this.#known.get(entry.path)?.entry === entry) this.#known.delete(entry.path);
    this.#memory.drop(entry);
  }
}

function isSame(a: PhysicalEntry, b: PhysicalEntry): boolean {
  return a.kind === b.kind && a.real === b.real && sameStat(a.stat, b.stat);
}
