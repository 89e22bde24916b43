import type { Fields } from "../../contract/exchange.ts";
import { httpDateSeconds } from "./http_date.ts";

/** What tells a client whether it has a file already. */
export interface Validators {
  /** Strong, in its quotes; absent where none is sent. */
  readonly etag?: string | undefined;
  /** As sent in `Last-Modified`, seconds since 1970. */
  readonly modifiedS: number;
}

/** A list of entity tags, or one. @see RFC 9110 §8.8.3 */
const ENTITY_TAGS = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/**
 * Judges the conditions of a GET or HEAD in their order. What cannot be read of a date is no condition.
 *
 * @see RFC 9110 §13.2.2, IIS M-SC-5
 */
export function judgeConditions(
  fields: Fields,
  { etag, modifiedS }: Validators,
): "send" | "not-modified" | "failed" {
  const match = fields.getAll("if-match");
  if (match.length > 0) {
    if (!isListed(match, etag, "strong")) return "failed";
  } else if (modifiedS > (dateOf(fields, "if-unmodified-since") ?? Infinity)) return "failed";
  const noneMatch = fields.getAll("if-none-match");
  if (noneMatch.length > 0) return isListed(noneMatch, etag, "weak") ? "not-modified" : "send";
  const since = dateOf(fields, "if-modified-since");
  return since !== undefined && modifiedS <= since ? "not-modified" : "send";
}

/**
 * Tells whether the client wants a range although it may have the beginning of another version.
 *
 * @param nowS seconds since 1970: a date proves nothing while the file may change within the same second
 * @see RFC 9110 §13.1.5
 */
export function isRangeWanted(
  fields: Fields,
  { etag, modifiedS }: Validators,
  nowS: number,
): boolean {
  const condition = fields.get("if-range");
  if (condition === undefined) return true;
  if (/^(?:W\/)?"/.test(condition)) return condition === etag;
  return httpDateSeconds(condition) === modifiedS && modifiedS < nowS;
}

function isListed(
  values: readonly string[],
  etag: string | undefined,
  comparison: "weak" | "strong",
): boolean {
  const text = values.join(",");
  if (text.trim() === "*") return true;
  const tags = text.match(ENTITY_TAGS) ?? [];
  return tags.some((tag) => (comparison === "weak" ? tag.replace(/^W\//, "") : tag) === etag);
}

function dateOf(fields: Fields, name: string): number | undefined {
  const text = fields.get(name);
  return text === undefined ? undefined : httpDateSeconds(text);
}
