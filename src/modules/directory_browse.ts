import { join } from "node:path";
import type { SectionElement } from "../config/mod.ts";
import { valuesOf } from "../config/section.ts";
import type { Clock } from "../contract/clock.ts";
import { bytesContent, emptyContent } from "../contract/content.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import { FieldList } from "../http1/mod.ts";
import { type ListedFile, listPage } from "./_directory_page.ts";
import { DIRECTORY_BROWSE } from "./directory_browse_schema.ts";
import type { ChainHandler } from "./mapped_handler.ts";
import { pathBelow, requestPath } from "./path_base.ts";
import { fileError, isAbsent } from "./physical_error.ts";
import type { PhysicalEntry, PhysicalFiles } from "./physical_files.ts";
import { isPossibleName, judgeName } from "./static_files/file_name.ts";
import { refuseByName, refuseMethod } from "./static_files/static_file.ts";

/** What {@linkcode directoryListingHandler} needs. */
export interface DirectoryListingOptions {
  readonly files: PhysicalFiles;
  /** `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
  readonly clock: Clock;
  /** Gives what is told of files at a path below the application; undefined where there are no lists. */
  readonly flagsAt: (path: string) => ReadonlySet<string> | undefined;
}

/** How much of a folder is listed. */
const MAX_LISTED = 2_000;

/** Gives what a section lets be told; undefined where there are no lists. */
export function listingFlags(section: SectionElement): ReadonlySet<string> | undefined {
  const { enabled, showFlags } = valuesOf(DIRECTORY_BROWSE, section);
  return enabled ? new Set<string>(showFlags) : undefined;
}

/**
 * Makes the handler that lists folders. It leaves to others what is no folder, and all where lists are off.
 *
 * @see IIS M-DB-1
 */
export function directoryListingHandler(options: DirectoryListingOptions): ChainHandler {
  const { files, pathBase, clock, flagsAt } = options;
  return async (x: Exchange): Promise<Reply | undefined> => {
    const path = pathBelow(pathBase, requestPath(x.request.target)) ?? "/";
    const flags = flagsAt(path);
    if (!flags || !path.endsWith("/")) return undefined;
    const folder = await files.look(path);
    if (folder?.kind !== "Directory") return undefined;
    refuseByName(folder);
    refuseMethod(x, path);
    const { listed, isCut } = await listFolder(folder);
    const page = new TextEncoder().encode(
      listPage({
        path: `${pathBase === "/" ? "" : pathBase}${path}`,
        isRoot: path === "/",
        listed,
        isCut,
        flags,
      }),
    );
    const fields = new FieldList([
      ["Date", clock.date().toUTCString()],
      ["Content-Type", "text/html; charset=utf-8"],
      ["Content-Length", String(page.length)],
      ["Cache-Control", "no-cache"],
      ["X-Content-Type-Options", "nosniff"],
    ]);
    const content = x.request.method === "HEAD" ? emptyContent : bytesContent(page);
    return { head: { status: 200, reason: "OK", fields }, content };
  };
}

/** Gives what is in a folder and could be asked for, folders first; no more of it than is listed. */
async function listFolder(
  { path, real }: PhysicalEntry,
): Promise<{ listed: ListedFile[]; isCut: boolean }> {
  const listed: ListedFile[] = [];
  let isCut = false;
  try {
    for await (const { name, isFile, isDirectory } of Deno.readDir(real)) {
      const way = path + name;
      const isShown = (isFile || isDirectory) && isPossibleName(way) && judgeName(way) === "plain";
      if (!isShown) continue;
      if (listed.length >= MAX_LISTED) {
        isCut = true;
        break;
      }
      const stat = await Deno.lstat(join(real, name)).catch(() => undefined);
      if (stat) {
        listed.push({ name, isFolder: isDirectory, bytes: stat.size, modified: stat.mtime });
      }
    }
  } catch (error) {
    if (!isAbsent(error)) throw fileError(error, path);
  }
  const order = (a: ListedFile, b: ListedFile) =>
    Number(b.isFolder) - Number(a.isFolder) || (a.name < b.name ? -1 : 1);
  return { listed: listed.sort(order), isCut };
}
