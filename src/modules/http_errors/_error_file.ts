import { extname, isAbsolute, join, relative, sep } from "node:path";
import { ADDED_TYPES, IIS_TYPES } from "../static_files/mime_types.ts";
import { languageFolders } from "./_languages.ts";

/** Largest page, in bytes: all of it is held in memory while it is sent. */
const MAX_BYTES = 1024 * 1024;

/** A page as it lies in a file. */
export interface FilePage {
  readonly bytes: Uint8Array;
  /** Its `Content-Type`. */
  readonly type: string;
}

/** What an {@linkcode ErrorFile} is made of. */
export interface ErrorFileOptions {
  /** Absolute path of the application folder, links resolved. */
  readonly root: string;
  /** Relative to the folder, or absolute; slashes of either kind. */
  readonly path: string;
  /** The folder of the folders of languages; empty where there is none. */
  readonly languages: string;
  /** Whether it may lie outside the application folder. */
  readonly mayLeave: boolean;
}

/** An error page in a file. @see IIS M-HE-7, M-HE-9 */
export class ErrorFile {
  readonly #options: ErrorFileOptions;

  constructor(options: ErrorFileOptions) {
    this.#options = options;
  }

  /** Whether it would lie outside the application folder and must not. */
  get isForbidden(): boolean {
    return !this.#options.mayLeave &&
      [this.#path(), this.#path("en-US")].some((path) => !isWithin(this.#options.root, path));
  }

  /** Tells whether the one file that it can be is not there; of several, one for each language, nothing is known. */
  isMissing(): boolean {
    if (this.#options.languages !== "") return false;
    try {
      return !Deno.statSync(this.#path()).isFile;
    } catch {
      return true;
    }
  }

  /**
   * Reads it as it is now; undefined where there is none that may be sent.
   *
   * @param accept the value of `Accept-Language`
   */
  async read(accept: string): Promise<FilePage | undefined> {
    if (this.#options.languages === "") return await this.#readAt(this.#path());
    for (const language of [...languageFolders(accept), ""]) {
      const page = await this.#readAt(this.#path(language));
      if (page) return page;
    }
  }

  #path(language = ""): string {
    const { root, path, languages } = this.#options;
    const relativePath = languages === ""
      ? slashes(path)
      : join(slashes(languages), language, slashes(path));
    return isAbsolute(relativePath) ? relativePath : join(root, relativePath);
  }

  async #readAt(path: string): Promise<FilePage | undefined> {
    const { root, mayLeave } = this.#options;
    try {
      const real = await Deno.realPath(path);
      if (!mayLeave && !isWithin(root, real)) return undefined;
      const { isFile, size } = await Deno.stat(real);
      if (!isFile || size > MAX_BYTES) return undefined;
      return { bytes: await Deno.readFile(real), type: contentType(real) };
    } catch {
      return undefined;
    }
  }
}

/** Tells whether a path, as it is written, names a place on a machine with drives, or from the root of one. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:[\\/]|[a-z]:)/i.test(path.trim());
}

function slashes(path: string): string {
  return path.trim().replaceAll("\\", "/");
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

const TYPES = new Map(
  [...IIS_TYPES, ...ADDED_TYPES].map(({ fileExtension, mimeType }) => [fileExtension, mimeType]),
);

function contentType(path: string): string {
  return TYPES.get(extname(path).toLowerCase()) ?? "application/octet-stream";
}
