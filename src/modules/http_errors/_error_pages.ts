import type { Place, SectionElement } from "../../config/mod.ts";
import { quoted } from "../../config/problem.ts";
import { escapeUrl } from "../rewrite/_url_text.ts";
import type { CompileParts } from "../module_source.ts";
import { refuse, warn } from "../_problems.ts";
import { ErrorFile, isAbsolutePath } from "./_error_file.ts";

/** Where the page for a status comes from. */
export type PageSource =
  /** The host's own. */
  | { readonly kind: "built-in" }
  | { readonly kind: "file"; readonly file: ErrorFile }
  /** A path on this site, or where the client is sent to; ASCII. */
  | { readonly kind: "execute" | "redirect"; readonly url: string };

/** The folder of IIS's own pages. */
const OF_IIS = /^%SystemDrive%[\\/]inetpub[\\/]custerr[\\/]?$/i;
const BUILT_IN: PageSource = { kind: "built-in" };

/** Which page belongs to which status. @see IIS M-HE-6, M-HE-10 */
export class ErrorPages {
  readonly #own = new Map<string, PageSource>();
  readonly #builtIn = new Set<number>();
  readonly #otherwise: PageSource;

  constructor(section: SectionElement, parts: CompileParts) {
    const reader = new SourceReader(section, parts);
    for (const item of section.items) {
      const { statusCode, subStatusCode } = item.settings;
      if (!item.place) this.#builtIn.add(Number(statusCode?.value));
      else this.#own.set(`${statusCode?.value}.${subStatusCode?.value}`, reader.entry(item));
    }
    this.#otherwise = reader.otherwise();
  }

  /** Gives the page that an entry of web.config names for a status. */
  own(status: number, subStatus: number): PageSource | undefined {
    return this.#own.get(`${status}.${subStatus}`) ?? this.#own.get(`${status}.-1`);
  }

  /** Gives the page for a status. */
  at(status: number, subStatus: number): PageSource {
    const own = this.own(status, subStatus);
    if (own) return own;
    return this.#builtIn.has(status) ? BUILT_IN : this.#otherwise;
  }
}

/** One place where a page is named. */
interface Written {
  readonly mode: string;
  readonly path: string;
  readonly languages: string;
  readonly place: Place | undefined;
}

/** Reads where pages come from, and tells what is wrong with that. */
class SourceReader {
  readonly #section: SectionElement;
  readonly #parts: CompileParts;
  readonly #mayLeave: boolean;

  constructor(section: SectionElement, parts: CompileParts) {
    this.#section = section;
    this.#parts = parts;
    this.#mayLeave = section.settings.allowAbsolutePathsWhenDelegated?.value === true;
  }

  /** Of an `<error>`. */
  entry({ settings, place }: SectionElement): PageSource {
    const languages = String(settings.prefixLanguageFilePath?.value ?? "").trim();
    if (OF_IIS.test(languages)) return BUILT_IN;
    return this.#source({
      mode: String(settings.responseMode?.value),
      path: String(settings.path?.value ?? ""),
      languages,
      place: settings.path?.place ?? place,
    });
  }

  /** Of `defaultPath`. */
  otherwise(): PageSource {
    const { defaultPath, defaultResponseMode } = this.#section.settings;
    const path = String(defaultPath?.value ?? "");
    if (path.trim() === "") return BUILT_IN;
    return this.#source({
      mode: String(defaultResponseMode?.value),
      path,
      languages: "",
      place: defaultPath?.place ?? this.#section.place,
    });
  }

  #source(written: Written): PageSource {
    const path = this.#expanded(written.path).trim();
    switch (written.mode) {
      case "ExecuteURL":
        return this.#executed(path, written);
      case "Redirect":
        return { kind: "redirect", url: escapeUrl(path) };
      default:
        return this.#file(path, written);
    }
  }

  #executed(path: string, { place }: Written): PageSource {
    if (path.startsWith("/") && !path.includes("#")) {
      return { kind: "execute", url: escapeUrl(path) };
    }
    refuse(
      this.#parts,
      place,
      `Cannot execute ${
        quoted(path)
      }: it is no path on this site; write one that begins with a slash, such as "/error"`,
    );
    return BUILT_IN;
  }

  #file(path: string, { languages: written, place }: Written): PageSource {
    const languages = this.#expanded(written);
    const isFree = this.#mayLeave;
    if (!isFree && (isAbsolutePath(path) || isAbsolutePath(languages))) {
      const shown = quoted(isAbsolutePath(path) ? path : languages);
      refuse(
        this.#parts,
        place,
        `Absolute path ${shown} of an error page; write it relative to the application folder, or set allowAbsolutePathsWhenDelegated to true`,
      );
      return BUILT_IN;
    }
    const file = new ErrorFile({ root: this.#parts.root, path, languages, mayLeave: isFree });
    if (file.isForbidden) {
      refuse(
        this.#parts,
        place,
        `Error page ${
          quoted(path)
        } lies outside the application folder; move it, or set allowAbsolutePathsWhenDelegated to true`,
      );
    } else if (file.isMissing()) {
      const message = `No error page at ${
        quoted(path)
      }, the host's own is sent in its place; the path is relative to the application folder, and letter case counts`;
      warn(this.#parts, place, message);
    }
    return { kind: "file", file };
  }

  #expanded(text: string): string {
    return this.#parts.expand?.(text) ?? text;
  }
}
