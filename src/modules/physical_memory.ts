import { type FileStat, sameStat, statOf } from "./physical_stat.ts";

/** The bytes of a file: in memory, or to come from the disk. */
export type FileBytes =
  | {
    readonly in: "memory";
    readonly bytes: Uint8Array;
    /** To be called when nobody needs them any more. */
    release(): void;
  }
  | { readonly in: "file"; readonly file: Deno.FsFile };

/** Larger files are read anew for each request. IIS keeps those up to 256 KiB. */
const MAX_FILE_BYTES = 1024 * 1024;
/** Of all files together, those included that are no longer kept but still on their way to a client. */
const MAX_BYTES = 64 * 1024 * 1024;
/** A file that was changed so shortly before it was read may change again without looking so. */
const SETTLED_MS = 2_000;

/** A file that was read whole. */
interface Kept {
  readonly bytes: Uint8Array;
  /** How many answers are sending it. */
  users: number;
  /** Whether nobody gets it any more. */
  isDropped: boolean;
  readonly isSettled: boolean;
}

/** The bytes of small files, so that a busy file is read once. Bounded: what does not fit is read from the disk. */
export class FileMemory<Key extends { readonly stat: FileStat }> {
  /** Those read first come first. */
  readonly #kept = new Map<Key, Kept>();
  readonly #reading = new Map<Key, Promise<Kept | "changed">>();
  #bytes = 0;

  /** How many bytes are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Gives the bytes of a file that is kept. */
  take(key: Key): FileBytes | undefined {
    const kept = this.#kept.get(key);
    return kept && this.#lend(kept);
  }

  /** Tells whether what is kept of a file is good for as long as the file looks the same. */
  isSettled(key: Key): boolean {
    return this.#kept.get(key)?.isSettled ?? true;
  }

  /** Forgets a file; its bytes are free once the last answer has been sent. */
  drop(key: Key): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    this.#kept.delete(key);
    kept.isDropped = true;
    this.#free(kept);
  }

  /**
   * Reads a file whole and keeps it, if it is small and there is room. The file is closed then.
   *
   * @param file open, at its beginning
   * @param nowMs since 1970
   * @returns undefined where it is not to be kept: the file is still open; `changed` where it changed meanwhile
   */
  async keep(
    key: Key,
    file: Deno.FsFile,
    nowMs: number,
  ): Promise<FileBytes | "changed" | undefined> {
    const { bytes } = key.stat;
    if (bytes > MAX_FILE_BYTES) return undefined;
    const kept = this.#kept.get(key) ?? this.#reading.get(key);
    if (!kept && !this.#makeRoom(bytes)) return undefined;
    const reading = kept ?? this.#read(key, file, nowMs);
    if (kept) file.close();
    const read = await reading;
    return read === "changed" ? read : this.#lend(read);
  }

  #read(key: Key, file: Deno.FsFile, nowMs: number): Promise<Kept | "changed"> {
    this.#bytes += key.stat.bytes;
    const reading = readWhole(key.stat, file).then((bytes) => {
      if (!bytes) {
        this.#bytes -= key.stat.bytes;
        return "changed";
      }
      const isSettled = nowMs - key.stat.modifiedMs >= SETTLED_MS;
      const kept = { bytes, users: 0, isDropped: false, isSettled };
      this.#kept.set(key, kept);
      return kept;
    }, (error) => {
      this.#bytes -= key.stat.bytes;
      throw error;
    }).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  #lend(kept: Kept): FileBytes {
    kept.users++;
    let isOut = true;
    return {
      in: "memory",
      bytes: kept.bytes,
      release: () => {
        if (!isOut) return;
        isOut = false;
        kept.users--;
        this.#free(kept);
      },
    };
  }

  #free({ isDropped, users, bytes }: Kept): void {
    if (isDropped && users === 0) this.#bytes -= bytes.length;
  }

  /** Forgets what nobody is being sent, until there is room. */
  #makeRoom(bytes: number): boolean {
    for (const [key, { users }] of this.#kept) {
      if (this.#bytes + bytes <= MAX_BYTES) break;
      if (users === 0) this.drop(key);
    }
    return this.#bytes + bytes <= MAX_BYTES;
  }
}

/** Reads a file to its end and closes it; undefined where it is not what it was. */
async function readWhole(stat: FileStat, file: Deno.FsFile): Promise<Uint8Array | undefined> {
  using _file = file;
  const bytes = new Uint8Array(stat.bytes);
  for (let at = 0; at < bytes.length;) {
    const count = await file.read(bytes.subarray(at));
    if (count === null) return undefined;
    at += count;
  }
  return sameStat(statOf(await file.stat()), stat) ? bytes : undefined;
}
