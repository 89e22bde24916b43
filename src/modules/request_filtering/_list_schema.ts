import type { CollectionSchema, ElementSchema } from "../../config/mod.ts";

/** How the lists of the security sections are edited: what a deeper place adds goes behind what it inherits. */
export const LIST = {
  add: "add",
  remove: "remove",
  clear: "clear",
  duplicates: "error",
  position: "append",
} as const satisfies Partial<CollectionSchema>;

/** What names an entry of a list. */
const TEXT_KEY = { type: "string", required: true, nonEmpty: true } as const;

/** Makes the schema of a list whose entries are a text each. */
export function textList<const Key extends string>(doc: string, key: Key, keyDoc: string) {
  const attributes = { [key]: { ...TEXT_KEY, doc: keyDoc } } as Record<Key, KeyAttribute>;
  return {
    doc,
    collection: { ...LIST, key: [key], item: { doc: "One entry.", attributes } },
  } as const satisfies ElementSchema;
}

type KeyAttribute = typeof TEXT_KEY & { readonly doc: string };

/** What a list of what is let in or not is made of. */
export interface VerdictListOptions<Key extends string> {
  readonly doc: string;
  readonly key: Key;
  readonly keyDoc: string;
  /** Whether letter case counts in the key. @default false */
  readonly isCaseSensitive?: boolean;
  /** @default none */
  readonly builtIn?: CollectionSchema["builtIn"];
}

/** Makes the schema of a list of what is let in or not. */
export function verdictList<const Key extends string>(options: VerdictListOptions<Key>) {
  const { key, builtIn = [], isCaseSensitive } = options;
  const keyAttribute = {
    ...TEXT_KEY,
    doc: options.keyDoc,
    ...(isCaseSensitive ? { caseSensitive: true } : {}),
  };
  const attributes = { [key]: keyAttribute, allowed: ALLOWED } as
    & Record<Key, KeyAttribute>
    & { readonly allowed: typeof ALLOWED };
  return {
    doc: options.doc,
    attributes: { allowUnlisted: ALLOW_UNLISTED, applyToWebDAV: APPLY_TO_WEBDAV },
    collection: { ...LIST, key: [key], builtIn, item: { doc: "One entry.", attributes } },
  } as const satisfies ElementSchema;
}

const ALLOWED = { type: "boolean", required: true, doc: "Whether it is let in." } as const;

const ALLOW_UNLISTED = {
  type: "boolean",
  default: true,
  doc: "Whether what is not in the list is let in.",
} as const;

/** WebDAV requests are requests like all others here. @see IIS M-RF-12 */
export const APPLY_TO_WEBDAV = {
  type: "boolean",
  default: true,
  support: { level: "ignored", note: "there is no WebDAV here: what is denied is denied" },
  doc: "Whether WebDAV requests are filtered, too.",
} as const;
