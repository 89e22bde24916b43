import type { Exchange, Fields, ResponseHead } from "../../contract/exchange.ts";
import { normalisePath, splitTarget } from "../../http1/target.ts";
import type { Captures } from "../patterns/pattern.ts";
import { escapePath } from "./_url_text.ts";

/** Where the application lies. */
export interface Site {
  /** Absolute path of the application folder, without a trailing separator. */
  readonly root: string;
  /** `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
}

/** A field that a rule wants in the answer. */
export interface AnswerField {
  readonly name: string;
  /** As text of a field; empty to have none of this name. */
  readonly value: string;
  /** Whether one that is there already is replaced. */
  readonly replaces: boolean;
}

/** No captures: every `{R:n}` or `{C:n}` is empty. */
export const NO_CAPTURES: Captures = [];

/** A URL as rules see it. */
interface RuleUrl {
  /** Of the whole site: decoded, normalised, double slashes made one, beginning with a slash. */
  readonly path: string;
  /** Without `?`; ASCII, never decoded; empty where there is none. */
  readonly query: string;
  /** Whether it could not be decoded, and is as it came. @default false */
  readonly isRaw?: boolean;
}

/**
 * What expressions are replaced from: an exchange as the rules so far have made it, and what the rule at hand has
 * captured. Lives as long as one walk through a list of rules.
 */
export class RewriteScope {
  readonly x: Exchange;
  readonly site: Site;
  /** The answer, while outbound rules act. */
  response: ResponseHead | undefined;
  /** Of the request, as the rules so far have made them. */
  fields: Fields;
  /** Whether a rule has given the request another URL. */
  isRewritten = false;
  /** `{R:n}` */
  matched: Captures = NO_CAPTURES;
  /** `{C:n}` */
  conditions: Captures = NO_CAPTURES;
  /** Whether all of `conditions` was captured from decoded text. */
  isConditionDecoded = false;
  /** Server variables that rules have set, by name in upper case. */
  variables: Map<string, string> | undefined;
  /** Fields that inbound rules want in the answer, in order. */
  answerFields: AnswerField[] | undefined;

  #url: RuleUrl | undefined;
  #original: RuleUrl | undefined;
  #kind: readonly [path: string, kind: Promise<PathKind>] | undefined;

  constructor(x: Exchange, site: Site, response?: ResponseHead) {
    this.x = x;
    this.site = site;
    this.response = response;
    this.fields = x.request.fields;
  }

  /** The URL, as the rules so far have made it. */
  get url(): RuleUrl {
    const { target } = this.x.request;
    return this.#url ??= target === this.originalTarget ? this.original : ruleUrl(target);
  }

  set url(url: RuleUrl) {
    this.#url = url;
  }

  /** The URL that the client asked for. */
  get original(): RuleUrl {
    return this.#original ??= ruleUrl(this.originalTarget);
  }

  /** The same as it came, without scheme and host. */
  get originalTarget(): string {
    const { target } = this.x.received;
    return target.startsWith("/") ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "");
  }

  /** Tells what lies at a path of the file system; asked more than once for the same, it looks once. */
  kindOf(path: string): Promise<PathKind> {
    if (this.#kind?.[0] !== path) this.#kind = [path, pathKind(path)];
    return this.#kind[1];
  }
}

/** What lies at a path of the file system; undefined for nothing, and for what cannot be looked at. */
export type PathKind = "IsFile" | "IsDirectory" | undefined;

/** Gives path and query as a request target. */
export function targetOf({ path, query }: RuleUrl): string {
  return query === "" ? escapePath(path) : `${escapePath(path)}?${query}`;
}

/** Reads a request target as rules see it. What cannot be decoded stays as it came. */
function ruleUrl(target: string): RuleUrl {
  const { path: raw, query = "" } = splitTarget(target);
  const decoded = normalisePath(raw);
  const path = decoded ?? raw;
  return {
    path: path.includes("//") ? path.replace(/\/{2,}/g, "/") : path,
    query: query === "" ? query : asciiOnly(query),
    isRaw: decoded === undefined,
  };
}

/** Escapes the bytes that are not ASCII. */
export function asciiOnly(latin1: string): string {
  return latin1.replace(
    /[\x80-\xff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

async function pathKind(path: string): Promise<PathKind> {
  try {
    const { isFile, isDirectory } = await Deno.stat(path);
    return isFile ? "IsFile" : isDirectory ? "IsDirectory" : undefined;
  } catch {
    return undefined;
  }
}
