import { join } from "node:path";
import type { AppFolder } from "./_app_folder.ts";
import { parseCommentedJson } from "./commented_json.ts";

/** A file that is longer is not looked into: it is no source that somebody wrote. */
const MAX_SOURCE_BYTES = 1024 * 1024;

/** An application folder for whoever wants to find out what lies in it. What cannot be read is not there. */
export class AppLook {
  readonly folder: AppFolder;

  /** Looks into a folder. */
  constructor(folder: AppFolder) {
    this.folder = folder;
  }

  /** Tells whether the folder itself has a file of this name. */
  has(name: string): boolean {
    return this.folder.files.includes(name);
  }

  /** Gives the text of a file, by its path below the folder. */
  async text(name: string): Promise<string | undefined> {
    const path = join(this.folder.root, name);
    try {
      const { isFile, size } = await Deno.stat(path);
      return isFile && size <= MAX_SOURCE_BYTES ? await Deno.readTextFile(path) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Gives a JSON object, comments forgiven. */
  async json(name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const text = await this.text(name);
    if (text === undefined) return undefined;
    try {
      const value: unknown = parseCommentedJson(text);
      return isRecord(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** Gives the first of these paths below the folder that is a file. */
  async firstFile(names: readonly string[]): Promise<string | undefined> {
    for (const name of names) {
      const stat = await Deno.stat(join(this.folder.root, name)).catch(() => undefined);
      if (stat?.isFile) return name;
    }
    return undefined;
  }
}

/** Tells whether a value is an object whose members can be asked for. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
