import type { AppConfig, SectionElement } from "../config/mod.ts";
import { quoted } from "../config/problem.ts";
import { valuesOf } from "../config/section.ts";
import { bytesContent, emptyContent } from "../contract/content.ts";
import type { BackendDirectory } from "../contract/directory.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import type { Module } from "../contract/module.ts";
import { FieldList } from "../http1/mod.ts";
import { refuse, warn } from "./_problems.ts";
import { APPLICATION_INITIALIZATION } from "./application_initialization_schema.ts";
import { ErrorFile, type FilePage } from "./http_errors/_error_file.ts";
import type { CompileParts, ModuleSource } from "./module_source.ts";
import { PerSection } from "./per_section.ts";

/** A page that a new process of the backend is asked for. */
export interface InitializationPage {
  /** Path and query, below the root of the site. */
  readonly target: string;
  /** What stands in `Host`. */
  readonly host: string;
}

/** A path and a query as they may stand in a request line. */
const PAGE = /^[!-"$-;=?-~]+$/;
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Answers in the backend's place while it starts and no other process of it serves.
 *
 * @see IIS M-AI-2
 */
export const applicationInitialization: ModuleSource = {
  name: "ApplicationInitializationModule",
  sections: [APPLICATION_INITIALIZATION],
  compile({ path, sections }, parts) {
    const section = sections[APPLICATION_INITIALIZATION.name];
    return section?.place && MODULES.at(path, section, parts);
  },
};

/**
 * Gives the pages that each new process is asked for, in their order.
 *
 * @param pathBase `/`, or `/sub` without a slash at its end
 * @see IIS M-AI-1
 */
export function initializationPages(
  { locations }: Pick<AppConfig, "locations">,
  pathBase: string,
): readonly InitializationPage[] {
  const items = locations[0]?.sections[APPLICATION_INITIALIZATION.name]?.items ?? [];
  const base = pathBase === "/" ? "" : pathBase;
  return items.map((item) => {
    const { initializationPage, hostName } = itemValues(item);
    const page = initializationPage.startsWith("/") ? initializationPage : `/${initializationPage}`;
    return { target: `${base}${page}`, host: hostName || "localhost" };
  });
}

const MODULES = new PerSection(compiled);

function compiled(section: SectionElement, parts: CompileParts): Module | undefined {
  for (const item of section.items) judgePage(item, parts);
  const { remapManagedRequestsTo: path } = valuesOf(APPLICATION_INITIALIZATION, section);
  const { directory, root } = parts;
  if (path === "" || !directory) return undefined;
  const place = section.settings.remapManagedRequestsTo?.place;
  const file = new ErrorFile({ root, path: belowRoot(path), languages: "", mayLeave: false });
  if (file.isForbidden) {
    refuse(
      parts,
      place,
      `Cannot answer with ${quoted(path)}: it is not below the application folder`,
    );
    return undefined;
  }
  if (file.isMissing()) {
    warn(parts, place, `The file ${quoted(path)} is not there; without it requests wait`);
  }
  return new RemapModule(file, directory);
}

function itemValues(item: SectionElement) {
  return valuesOf(APPLICATION_INITIALIZATION.collection.item, item);
}

function judgePage(item: SectionElement, parts: CompileParts): void {
  const { initializationPage, hostName } = itemValues(item);
  if (!PAGE.test(initializationPage)) {
    const right = "write a path below the application, escaped with %XX";
    refuse(parts, item.place, `Cannot ask for ${quoted(initializationPage)}; ${right}`);
  }
  if (hostName !== "" && !HOST.test(hostName)) {
    const right = "write a name such as www.example.com";
    refuse(parts, item.place, `Cannot ask for the host ${quoted(hostName)}; ${right}`);
  }
}

/** A leading slash or `~/` means the application folder. */
function belowRoot(path: string): string {
  return path.trim().replace(/^~?[\\/]+/, "");
}

class RemapModule implements Module {
  readonly name = "ApplicationInitializationModule";
  readonly #file: ErrorFile;
  readonly #directory: Pick<BackendDirectory, "current" | "want">;

  constructor(file: ErrorFile, directory: Pick<BackendDirectory, "current" | "want">) {
    this.#file = file;
    this.#directory = directory;
  }

  request(x: Exchange): Promise<Reply | void> | void {
    const { state } = this.#directory.current();
    if (state !== "starting" && state !== "stopped") return;
    const { method, fields } = x.request;
    if ((method !== "GET" && method !== "HEAD") || fields.has("Upgrade") || x.parent) return;
    return this.#answer(method === "HEAD");
  }

  async #answer(isHead: boolean): Promise<Reply | undefined> {
    const page = await this.#file.read("");
    if (!page) return undefined; // it waits, as without the file
    this.#directory.want();
    return reply(page, isHead);
  }
}

function reply({ bytes, type }: FilePage, isHead: boolean): Reply {
  const fields = new FieldList([
    ["Content-Type", type],
    ["Content-Length", `${bytes.length}`],
    ["Cache-Control", "no-store"],
  ]);
  const content = isHead ? emptyContent : bytesContent(bytes);
  return { head: { status: 200, reason: "OK", fields }, content, isOfModule: true };
}
