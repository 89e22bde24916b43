import { escapePath, escapeUrl } from "./rewrite/_url_text.ts";
import type { Captures } from "./patterns/pattern.ts";

/** What variables in a destination stand for. */
export interface Asked {
  /** Decoded, of the whole site, beginning with a slash. */
  readonly path: string;
  /** The part of `path` behind the folder that the section is written for: empty, or beginning with a slash. */
  readonly suffix: string;
  /** Without its `?`, ASCII; empty where there is none. */
  readonly query: string;
  /** What wildcards stand for; absent where there are none. */
  readonly captures?: Captures;
}

/** A text, or what gives one. */
type Piece = string | ((asked: Asked) => string);

/** A destination of `httpRedirect`, taken apart once. @see IIS M-HR-2, M-HR-3 */
export class RedirectDestination {
  readonly #pieces: readonly Piece[];
  readonly #hasQuery: boolean;
  readonly #isExact: boolean;
  /** Whether it names another host without naming a scheme. */
  readonly #isSchemeless: boolean;

  constructor(text: string, isExact: boolean, hasWildcard: boolean) {
    const variable = hasWildcard ? /(\$[VSPQ\d])/ : /(\$[VSPQ])/;
    this.#pieces = text.trim().split(variable).map((piece, i) =>
      (i % 2 === 1 ? VALUES.get(piece) : undefined) ?? escapeUrl(piece)
    );
    this.#hasQuery = /\$[PQ]/.test(text);
    this.#isExact = isExact;
    this.#isSchemeless = /^\s*\/\//.test(text);
  }

  /**
   * Gives the URL to send a client to.
   *
   * @param site scheme and host of the request; undefined where the client named no host
   */
  url(asked: Asked, site: string | undefined): string {
    const text = this.#pieces
      .map((piece) => typeof piece === "string" ? piece : piece(asked)).join("");
    const url = this.#isExact ? text : this.#withRest(text, asked);
    if (!url.startsWith("/") || this.#isSchemeless) return url;
    // What was asked for never becomes another host.
    return site === undefined ? url.replace(/^\/+/, "/") : site + url;
  }

  #withRest(text: string, { suffix, query }: Asked): string {
    const [, path = "", own = "", fragment = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(text) ?? [];
    const rest = escapePath(suffix);
    const whole = path.endsWith("/") && rest !== "" ? path + rest.slice(1) : path + rest;
    return `${whole}${joined(own, this.#hasQuery ? "" : query)}${fragment}`;
  }
}

const VALUES: ReadonlyMap<string, Piece> = new Map<string, Piece>([
  ["$V", ({ path }) => escapePath(path)],
  ["$S", ({ suffix }) => escapePath(suffix)],
  ["$P", ({ query }) => query],
  ["$Q", ({ query }) => query === "" ? "" : `?${query}`],
  ...Array.from({ length: 10 }, (_, i) => captured(i)),
]);

/** @see IIS M-HR-3 */
function captured(index: number): readonly [string, Piece] {
  return [`$${index}`, ({ captures }) => escapePath(captures?.[index + 1] ?? "")];
}

/** @param own with its `?` */
function joined(own: string, query: string): string {
  if (query === "") return own;
  if (own === "") return `?${query}`;
  return own === "?" ? own + query : `${own}&${query}`;
}
