import { join } from "node:path";
import { why } from "./_app_folder.ts";
import { type ProblemList, quoted } from "./problem.ts";

/** A web.config below the application folder. */
export interface SubFolderFile {
  /** Of the folder below the application, such as `admin/reports`. */
  readonly path: string;
  /** Relative to the application folder, slashes on every platform. */
  readonly file: string;
}

/** How many folders are looked into: more would make each start slow. */
const MAX_FOLDERS = 20_000;
/** How deep below the application folder is looked. */
const MAX_DEPTH = 32;
/** How many folders are read at the same time. */
const AT_ONCE = 32;
/** How many files count: each costs as much as it inherits. */
const MAX_FILES = 100;
/** Folders of tools and build output, in lower case: many files, no configuration of this application. */
const SKIPPED = new Set(["node_modules", "bin", "obj"]);

/**
 * Finds the web.config files of sub-folders, from shallow to deep. Links to folders are not followed; folders whose
 * name begins with a dot, `node_modules`, `bin` and `obj` are not looked into.
 *
 * @see IIS M-CF-1
 */
export async function findSubFolderFiles(
  root: string,
  problems: ProblemList,
): Promise<readonly SubFolderFile[]> {
  const walk = new Walk(root, problems);
  await walk.look();
  return walk.found;
}

class Walk {
  readonly found: SubFolderFile[] = [];
  #isFull = false;

  constructor(readonly root: string, private readonly problems: ProblemList) {}

  async look(): Promise<void> {
    let level: readonly string[] = [""];
    let folders = 0;
    for (let depth = 0; level.length > 0; depth++) {
      folders += level.length;
      if (depth > MAX_DEPTH || folders > MAX_FOLDERS) return this.#stop(level[0] ?? "");
      level = await this.#lookInto(level);
    }
  }

  /** Gives the folders in these folders. */
  async #lookInto(level: readonly string[]): Promise<readonly string[]> {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += AT_ONCE) {
      const some = level.slice(at, at + AT_ONCE);
      for (
        const { path, folders, files } of await Promise.all(some.map((one) => this.#read(one)))
      ) {
        next.push(...folders);
        if (path !== "") this.#take(path, files);
      }
    }
    return next;
  }

  async #read(path: string) {
    const folders: string[] = [];
    const files: string[] = [];
    try {
      for await (const { name, isDirectory } of Deno.readDir(join(this.root, path))) {
        if (isDirectory && !isSkipped(name)) folders.push(path === "" ? name : `${path}/${name}`);
        else if (!isDirectory && name.toLowerCase() === "web.config") files.push(name);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) { // else it is gone since its parent was read
        this.problems.warning({ file: path }, `Cannot look for a web.config: ${why(error)}`);
      }
    }
    return { path, folders: folders.sort(), files: files.sort() };
  }

  #take(path: string, [name, second]: readonly string[]): void {
    if (name === undefined) return;
    const file = `${path}/${name}`;
    this.problems.confine(file, path);
    if (/^wwwroot(\/|$)/i.test(path)) {
      const what = `It speaks for URLs below ${quoted(`/${path}`)}`;
      const right = "move it, for ASP.NET Core serves the files of wwwroot under other URLs";
      this.problems.note({ file }, `${what}; ${right}`);
    }
    if (second !== undefined) {
      const what = `${quoted(second)} lies beside it`;
      this.problems.error({ file }, `${what}; keep one: its name counts in any case of letters`);
    }
    if (this.found.length < MAX_FILES) this.found.push({ path, file });
    else if (!this.#isFull) {
      this.#isFull = true;
      const what = `More than ${MAX_FILES} web.config files in sub-folders`;
      this.problems.error({ file: path }, `${what}; join some, or say --root-config-only`);
    }
  }

  #stop(file: string): void {
    const what = `More than ${MAX_FOLDERS} folders, or more than ${MAX_DEPTH} of them deep: a ` +
      "web.config in one that was not looked into has no effect";
    this.problems.warning({ file }, `${what}; say --root-config-only`);
  }
}

function isSkipped(name: string): boolean {
  return name.startsWith(".") || SKIPPED.has(name.toLowerCase());
}
