import type { Clock } from "../../contract/clock.ts";
import type { Awaitable, Exchange, Reply } from "../../contract/exchange.ts";
import { HostError } from "../../contract/host_error.ts";
import { splitTarget } from "../../http1/target.ts";
import type { ChainHandler } from "../mapped_handler.ts";
import { pathBelow, requestPath } from "../path_base.ts";
import type { PhysicalEntry, PhysicalFiles } from "../physical_files.ts";
import type { FileBytes } from "../physical_memory.ts";
import { redirectReply } from "../redirect_reply.ts";
import { asciiOnly } from "../rewrite/_scope.ts";
import { escapePath } from "../rewrite/_url_text.ts";
import {
  headReply,
  notModifiedReply,
  rangeReply,
  type ServedFile,
  servedFile,
  wholeReply,
} from "./file_reply.ts";
import { DateText } from "./http_date.ts";
import { isRangeWanted, judgeConditions } from "./preconditions.ts";
import { type Range, readRanges } from "./range.ts";
import type { StaticContent } from "./static_content.ts";

/** What {@linkcode staticFileHandler} needs. */
export interface StaticFileOptions {
  readonly files: PhysicalFiles;
  /** `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
  readonly clock: Clock;
  /** Gives how files are served at a path below the application. */
  readonly staticContentAt: (path: string) => StaticContent;
}

/** How often a file that changes between two looks is looked at. */
const MOST_LOOKS = 3;

/**
 * Makes the handler that serves files of the application folder. It leaves folders to others, once their path ends
 * with a slash.
 *
 * @see IIS M-SC-1 … M-SC-9, M-HD-8
 */
export function staticFileHandler(options: StaticFileOptions): ChainHandler {
  const server = new FileServer(options);
  return (x) => server.serve(x);
}

class FileServer {
  readonly #options: StaticFileOptions;
  /** What is said of the files that were served lately. */
  readonly #served = new WeakMap<PhysicalEntry, ServedFile>();
  readonly #date: DateText;

  constructor(options: StaticFileOptions) {
    this.#options = options;
    this.#date = new DateText(options.clock);
  }

  serve(x: Exchange): Awaitable<Reply | undefined> {
    const { files, pathBase } = this.#options;
    const path = pathBelow(pathBase, requestPath(x.request.target)) ?? "/";
    const entry = files.look(path);
    return entry instanceof Promise
      ? entry.then((found) => this.#answer(x, path, found, 1))
      : this.#answer(x, path, entry, 1);
  }

  #answer(
    x: Exchange,
    path: string,
    entry: PhysicalEntry | undefined,
    looks: number,
  ): Awaitable<Reply | undefined> {
    if (!entry) {
      throw new HostError("file-not-found", `Cannot find "${path}" in the application folder`);
    }
    refuseByName(entry);
    if (entry.kind === "Directory") return this.#folder(x, path);
    refuseMethod(x, path);
    const served = this.#servedFile(entry);
    const { method, fields } = x.request;
    const verdict = judgeConditions(fields, served.validators);
    if (verdict === "failed") {
      throw new HostError("precondition-failed", `Cannot send "${path}": it is another version`);
    }
    if (verdict === "not-modified") return notModifiedReply(served, this.#date.now());
    if (method === "HEAD") return headReply(served, this.#date.now(), entry.stat.bytes);
    const ranges = this.#ranges(x, served, entry);
    const source = this.#options.files.bytes(entry);
    if (source instanceof Promise) {
      return this.#fromDisk(x, source, { entry, served, ranges, looks });
    }
    return source && this.#reply(served, source, entry, ranges);
  }

  async #fromDisk(
    x: Exchange,
    opening: Promise<FileBytes | undefined>,
    { entry, served, ranges, looks }: Opening,
  ): Promise<Reply | undefined> {
    const source = await opening;
    if (source) return this.#reply(served, source, entry, ranges);
    if (looks >= MOST_LOOKS) {
      throw new HostError("file-broken", `Cannot read "${entry.path}": it changes all the time`);
    }
    return this.#answer(x, entry.path, await this.#options.files.look(entry.path), looks + 1);
  }

  #reply(
    served: ServedFile,
    source: FileBytes,
    { stat: { bytes } }: PhysicalEntry,
    ranges: readonly Range[] | undefined,
  ): Reply {
    return ranges
      ? rangeReply(served, this.#date.now(), source, bytes, ranges)
      : wholeReply(served, this.#date.now(), source, bytes);
  }

  /** A folder's address ends with a slash: what its documents name is below it. */
  #folder(x: Exchange, path: string): Reply | undefined {
    if (path.endsWith("/")) return undefined;
    refuseMethod(x, path);
    const { pathBase, clock } = this.#options;
    const { query } = splitTarget(x.request.target);
    const base = pathBase === "/" ? "" : pathBase;
    const location = escapePath(`${base}${path}/`) +
      (query === undefined ? "" : `?${asciiOnly(query)}`);
    return redirectReply(301, location, clock);
  }

  #servedFile(entry: PhysicalEntry): ServedFile {
    const known = this.#served.get(entry);
    if (known) return known;
    const { staticContentAt, clock } = this.#options;
    const settings = staticContentAt(entry.path);
    const type = settings.typeOf(entry.path);
    if (type === undefined) {
      const what = `Cannot serve "${entry.path}": no mimeMap for its extension`;
      throw new HostError("file-type-unknown", what);
    }
    const served = servedFile(entry, type, settings, clock.date().getTime());
    this.#served.set(entry, served);
    return served;
  }

  #ranges(
    { request: { fields } }: Exchange,
    { validators }: ServedFile,
    { path, stat: { bytes } }: PhysicalEntry,
  ): readonly Range[] | undefined {
    const text = fields.get("range");
    if (text === undefined) return undefined;
    const nowS = Math.floor(this.#options.clock.date().getTime() / 1000);
    if (!isRangeWanted(fields, validators, nowS)) return undefined;
    const ranges = readRanges(text, bytes);
    if (ranges === "whole") return undefined;
    if (ranges !== "none") return ranges;
    const what = `Cannot send the range "${text}" of "${path}": it has ${bytes} bytes`;
    throw new HostError("range-not-satisfiable", what, {
      fields: [["Content-Range", `bytes */${bytes}`]],
    });
  }
}

/** A file that is being opened for an answer. */
interface Opening {
  readonly entry: PhysicalEntry;
  readonly served: ServedFile;
  readonly ranges: readonly Range[] | undefined;
  readonly looks: number;
}

/** Refuses what must not be served, or listed. */
export function refuseByName({ path, verdict }: PhysicalEntry): void {
  if (verdict === "plain") return;
  const code = verdict === "hidden" ? "file-hidden" : "file-withheld";
  throw new HostError(code, `Cannot serve "${path}": its name is one that is never served`);
}

/** Refuses all but reading. @see IIS M-SC-7 */
export function refuseMethod({ request: { method } }: Exchange, path: string): void {
  if (method === "GET" || method === "HEAD") return;
  throw new HostError(
    "file-method",
    `Cannot take ${method} for "${path}": it is a file or folder`,
    {
      fields: [["Allow", "GET, HEAD, OPTIONS"]],
    },
  );
}
