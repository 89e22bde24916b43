import type { Fields } from "../../contract/exchange.ts";
import { listMembers } from "../../http1/mod.ts";
import type { Coding } from "./_accept_encoding.ts";

/** Fields that speak of the bytes of a content, which are others now. */
const OF_THE_BYTES = [
  "Content-Length",
  "Accept-Ranges",
  "Content-MD5",
  "Content-Digest",
  "Repr-Digest",
  "Digest",
];

/** Gives the fields of a compressed answer. @see IIS M-CO-5 */
export function encodedFields(fields: Fields, coding: Coding): Fields {
  return weakTag(varied(fields.without(OF_THE_BYTES))).appended("Content-Encoding", coding);
}

/** Gives fields that say that the answer depends on `Accept-Encoding`. */
export function varied(fields: Fields): Fields {
  const vary = fields.getAll("Vary");
  if (vary.length === 0) return fields.appended("Vary", "Accept-Encoding");
  const members = listMembers(vary).map((member) => member.toLowerCase());
  if (members.includes("*") || members.includes("accept-encoding")) return fields;
  return fields.with("Vary", [...vary, "Accept-Encoding"].join(", "));
}

/** Gives fields whose tag says no more than that the text is the same. @see RFC 9110 §8.8.1 */
export function weakTag(fields: Fields): Fields {
  const tag = fields.get("ETag");
  return tag?.startsWith('"') ? fields.with("ETag", `W/${tag}`) : fields;
}

/** A weak tag, as {@linkcode weakTag} makes it. */
const WEAK_TAG = /W\/("[^"]*")/g;

/**
 * Gives a condition that also names the tags as the backend gave them: it may hold a tag that was made weak here
 * for another one, though the comparison is weak anyway (RFC 9110 §13.1.2). Undefined where nothing is to be added.
 */
export function widenedCondition(condition: string): string | undefined {
  const strong = [...condition.matchAll(WEAK_TAG)].map(([, tag]) => tag);
  return strong.length === 0 ? undefined : `${condition}, ${strong.join(", ")}`;
}
