import type { SectionElement } from "../config/mod.ts";
import type { Awaitable, Exchange, Reply, RequestHead } from "../contract/exchange.ts";
import { splitTarget } from "../http1/target.ts";
import type { ChainHandler } from "./mapped_handler.ts";
import { pathBelow, requestPath } from "./path_base.ts";
import type { PhysicalFiles } from "./physical_files.ts";
import { escapePath } from "./rewrite/_url_text.ts";

/** What {@linkcode defaultDocumentHandler} needs. */
export interface DefaultDocumentOptions {
  readonly files: PhysicalFiles;
  /** `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
  /** Gives the names that are tried at a path below the application; none where there shall be no document. */
  readonly documentsAt: (path: string) => readonly string[];
  /** Answers a request that was given another target, as if that had been asked for. */
  readonly again: (x: Exchange, before: RequestHead) => Awaitable<Reply>;
}

/** Gives the names that a section has. */
export function defaultDocuments({ settings, children }: SectionElement): readonly string[] {
  if (settings.enabled?.value !== true) return [];
  return children.files?.items.map((item) => String(item.settings.value?.value ?? "").trim()) ?? [];
}

/**
 * Makes the handler that answers for a folder with a file in it. It leaves to others what is no folder, and folders
 * without such a file.
 *
 * @see IIS M-DD-1
 */
export function defaultDocumentHandler(options: DefaultDocumentOptions): ChainHandler {
  const { files, pathBase, documentsAt, again } = options;
  return async (x) => {
    const path = pathBelow(pathBase, requestPath(x.request.target)) ?? "/";
    if (!path.endsWith("/") || await files.kindOf(path) !== "Directory") return undefined;
    for (const name of documentsAt(path)) {
      if (await files.kindOf(path + name) !== "File") continue;
      const before = x.request;
      const { query } = splitTarget(before.target);
      const base = pathBase === "/" ? "" : pathBase;
      const target = escapePath(`${base}${path}${name}`) + (query === undefined ? "" : `?${query}`);
      x.request = { ...before, target };
      return await again(x, before);
    }
    return undefined;
  };
}
