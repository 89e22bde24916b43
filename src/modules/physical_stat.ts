/** What tells one version of a file from another. */
export interface FileStat {
  readonly bytes: number;
  /** Milliseconds since 1970; 0 where the system does not know. */
  readonly modifiedMs: number;
  readonly changedMs: number;
  readonly device: number;
  readonly node: number | null;
}

/** Gives what tells one version of a file from another. */
export function statOf({ size, mtime, ctime, dev, ino }: Deno.FileInfo): FileStat {
  return {
    bytes: size,
    modifiedMs: mtime?.getTime() ?? 0,
    changedMs: ctime?.getTime() ?? 0,
    device: dev,
    node: ino,
  };
}

/** Tells whether two looks have seen the same version of the same file. */
export function sameStat(a: FileStat, b: FileStat): boolean {
  return a.bytes === b.bytes && a.modifiedMs === b.modifiedMs && a.changedMs === b.changedMs &&
    a.device === b.device && a.node === b.node;
}
