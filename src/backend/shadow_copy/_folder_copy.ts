import { dirname, join, relative, resolve } from "node:path";
import { fileFault } from "../../contract/file_fault.ts";

/** What {@linkcode copyFolder} is asked to do. */
export interface FolderCopyJob {
  /** Real path of the folder. */
  readonly from: string;
  /** A folder for it, real path. */
  readonly to: string;
  /** What stays behind, with all that is in it. */
  readonly isOmitted: (path: string) => boolean;
  /** Ends the copying between two files. */
  readonly signal?: AbortSignal | undefined;
}

/** How much was copied. */
export interface FolderCopyCount {
  files: number;
  bytes: number;
}

/**
 * Copies a folder with modes and times. A link to something in the folder leads to its copy, any other link to where it led:
 * nothing outside is copied. Sockets, pipes and devices stay behind, and so does what vanishes meanwhile.
 *
 * @throws {Error} that names the file; what was copied so far stays
 */
export async function copyFolder(job: FolderCopyJob): Promise<FolderCopyCount> {
  const count = { files: 0, bytes: 0 };
  const stat = await tried(job.from, () => Deno.stat(job.from));
  await copyEntries(job, "", count);
  await tried(job.to, () => finishFolder(job.to, stat));
  return count;
}

async function copyEntries(job: FolderCopyJob, inside: string, count: FolderCopyCount) {
  const folder = join(job.from, inside);
  for (const { name } of await tried(folder, () => Array.fromAsync(Deno.readDir(folder)))) {
    job.signal?.throwIfAborted();
    await copyEntry(job, join(inside, name), count);
  }
}

async function copyEntry(job: FolderCopyJob, inside: string, count: FolderCopyCount) {
  const [source, target] = [join(job.from, inside), join(job.to, inside)];
  if (job.isOmitted(source)) return;
  const stat = await tried(source, () => unlessGone(source, () => Deno.lstat(source)));
  if (stat?.isDirectory) return await copySubfolder(job, inside, stat, count);
  await tried(source, () =>
    unlessGone(source, async () => {
      if (stat?.isSymlink) await copyLink(job, source, target);
      if (!stat?.isFile) return;
      await Deno.copyFile(source, target); // with its mode
      await keepTimes(target, stat);
      count.files++;
      count.bytes += stat.size;
    }));
}

async function copySubfolder(
  job: FolderCopyJob,
  inside: string,
  stat: Deno.FileInfo,
  count: FolderCopyCount,
) {
  const target = join(job.to, inside);
  // Nobody else gets in before it is known who may.
  await tried(target, () => Deno.mkdir(target, { mode: 0o700 }));
  await copyEntries(job, inside, count);
  await tried(target, () => finishFolder(target, stat));
}

async function finishFolder(target: string, stat: Deno.FileInfo): Promise<void> {
  // Its owner can always take the copy away again.
  if (stat.mode !== null) await Deno.chmod(target, (stat.mode & 0o777) | 0o700);
  await keepTimes(target, stat);
}

async function copyLink(job: FolderCopyJob, source: string, target: string): Promise<void> {
  const folder = dirname(source);
  const aim = await Deno.realPath(source)
    .catch(async () => resolve(folder, await Deno.readLink(source)));
  const isCopied = isWithin(job.from, aim) && !job.isOmitted(aim);
  const isFolder = await Deno.stat(source).then(({ isDirectory }) => isDirectory, () => false);
  await Deno.symlink(isCopied ? relative(folder, aim) || "." : aim, target, {
    type: isFolder ? "dir" : "file",
  });
}

/** Tells whether a path is a folder or lies in it. Both are absolute and normalised. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !/^\.\.[\\/]/.test(way) && !/^[A-Za-z]:|^[\\/]/.test(way);
}

async function keepTimes(path: string, { atime, mtime }: Deno.FileInfo): Promise<void> {
  if (mtime) await Deno.utime(path, atime ?? mtime, mtime);
}

/** Somebody may be at work in the folder: what was there a moment ago may be gone. */
async function unlessGone<T>(source: string, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const isThere = await Deno.lstat(source).then(() => true, () => false);
    if (isThere) throw error;
    return undefined;
  }
}

async function tried<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new Error(`"${path}": ${fileFault(error)}`, { cause: error });
  }
}
