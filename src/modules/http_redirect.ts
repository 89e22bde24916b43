import type { SectionElement } from "../config/mod.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import type { Module } from "../contract/module.ts";
import { splitTarget } from "../http1/target.ts";
import { type Asked, RedirectDestination } from "./_redirect_destination.ts";
import { HTTP_REDIRECT, REDIRECT_STATUS } from "./http_redirect_schema.ts";
import type { CompileParts, ModuleSource } from "./module_source.ts";
import { requestPath } from "./path_base.ts";
import type { Captures } from "./patterns/pattern.ts";
import { wildcardSearch } from "./patterns/_wildcard.ts";
import { PerSection } from "./per_section.ts";
import { warn } from "./_problems.ts";
import { redirectReply } from "./redirect_reply.ts";
import { asciiOnly } from "./rewrite/_scope.ts";

/**
 * Sends clients to other URLs.
 *
 * @see IIS M-HR-1 … M-HR-6
 */
export const httpRedirect: ModuleSource = {
  name: "HttpRedirectionModule",
  sections: [HTTP_REDIRECT],
  compile({ path, sections }, parts) {
    const section = sections[HTTP_REDIRECT.name];
    return section?.place && modules.at(path, section, parts);
  },
};

const modules = new PerSection(compiled);

/** A destination, and the paths that are sent there. */
interface Rule {
  /** What wildcards stand for; null where the path does not fit. */
  readonly fit: (path: string) => Captures | null;
  /** Undefined for `!`, which is to stay. */
  readonly destination: RedirectDestination | undefined;
}

function compiled(
  section: SectionElement,
  parts: CompileParts,
  path: string,
): Module | undefined {
  if (section.settings.enabled?.value !== true) return undefined;
  const folder = `${parts.pathBase === "/" ? "" : parts.pathBase}${path === "" ? "" : `/${path}`}`;
  const rules = rulesOf(section, folder);
  if (rules.length > 0) return new RedirectModule(section, rules, folder, parts);
  const right = "give it a destination, or entries with wildcards";
  warn(parts, section.place, `Section httpRedirect redirects nothing; ${right}`);
}

function rulesOf({ settings, items }: SectionElement, folder: string): Rule[] {
  const isExact = settings.exactDestination?.value === true;
  const destination = String(settings.destination?.value ?? "").trim();
  const ruleOf = (text: string, fit: Rule["fit"], hasWildcard: boolean) => ({
    fit,
    destination: text === "!" ? undefined : new RedirectDestination(text, isExact, hasWildcard),
  });
  if (destination !== "") return [ruleOf(destination, () => [], false)];
  return items.map((item) => {
    const wildcard = String(item.settings.wildcard?.value ?? "").trim();
    const pattern = /^[/*]/.test(wildcard) ? wildcard : `${folder}/${wildcard}`;
    const to = String(item.settings.destination?.value ?? "").trim();
    return ruleOf(to, wildcardSearch(pattern, true), true);
  });
}

class RedirectModule implements Module {
  readonly name = "HttpRedirectionModule";
  readonly #rules: readonly Rule[];
  readonly #folder: string;
  readonly #parts: CompileParts;
  readonly #status: number;
  readonly #isChildOnly: boolean;

  constructor(
    { settings }: SectionElement,
    rules: readonly Rule[],
    folder: string,
    parts: CompileParts,
  ) {
    this.#rules = rules;
    this.#folder = folder;
    this.#parts = parts;
    const status = String(settings.httpResponseStatus?.value);
    this.#status = Object.entries(REDIRECT_STATUS).find(([name]) => name === status)?.[1] ?? 302;
    this.#isChildOnly = settings.childOnly?.value === true;
  }

  request(x: Exchange): Reply | void {
    const asked = this.#asked(x.request.target);
    if (this.#isChildOnly && asked.suffix.lastIndexOf("/") > 0) return;
    for (const { fit, destination } of this.#rules) {
      const captures = fit(asked.path);
      if (!captures) continue;
      if (!destination) return;
      const location = destination.url({ ...asked, captures }, siteOf(x));
      return redirectReply(this.#status, location, this.#parts.clock);
    }
  }

  #asked(target: string): Asked {
    const path = requestPath(target);
    const { query } = splitTarget(target);
    // A place is found whatever the case of letters; other paths are those of the application itself.
    const isInside = path.toLowerCase().startsWith(this.#folder.toLowerCase());
    const suffix = isInside ? path.slice(this.#folder.length) : path;
    return { path, suffix, query: asciiOnly(query ?? "") };
  }
}

/** Gives scheme and host of the request. */
function siteOf({ request, client }: Exchange): string | undefined {
  const host = request.fields.get("host");
  return host ? `${client.secure ? "https" : "http"}://${host}` : undefined;
}
