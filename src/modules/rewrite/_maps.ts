import type { SectionElement } from "../../config/mod.ts";
import { valuesOf } from "../../config/section.ts";
import { REWRITE_MAPS } from "./rules_schema.ts";

/** A table that expressions look up. */
export type RewriteMap = (key: string) => string;

/** Gives the tables of a place by name in lower case. @see IIS M-RW-32 */
export function rewriteMaps(section: SectionElement | undefined): ReadonlyMap<string, RewriteMap> {
  const maps = new Map<string, RewriteMap>();
  for (const element of section?.items ?? []) {
    const { name } = valuesOf(REWRITE_MAPS.collection.item, element);
    if (name !== undefined) maps.set(name.toLowerCase(), rewriteMap(element));
  }
  return maps;
}

/** Tables by the element that says what is in them: a deeper place inherits a table and need not make it again. */
const made = new WeakMap<SectionElement, RewriteMap>();

function rewriteMap(element: SectionElement): RewriteMap {
  const known = made.get(element);
  if (known) return known;
  const { defaultValue, ignoreCase } = valuesOf(REWRITE_MAPS.collection.item, element);
  const values = new Map<string, string>();
  for (const { settings } of element.items) {
    const key = String(settings.key?.value ?? "");
    const folded = ignoreCase ? key.toLowerCase() : key;
    if (!values.has(folded)) values.set(folded, String(settings.value?.value ?? ""));
  }
  const map: RewriteMap = ignoreCase
    ? (key) => values.get(key.toLowerCase()) ?? defaultValue
    : (key) => values.get(key) ?? defaultValue;
  made.set(element, map);
  return map;
}
