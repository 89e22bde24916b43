import type { CollectionSchema, ElementSchema, SectionSchema } from "../config/mod.ts";

const COLLECTION = {
  add: "add",
  remove: "remove",
  clear: "clear",
  key: ["name"],
  duplicates: "error",
  position: "append",
  item: {
    doc: "One field. Its value is sent as it is written; nothing in it is replaced.",
    attributes: {
      name: { type: "string", required: true, nonEmpty: true, doc: "Its name." },
      value: { type: "string", default: "", doc: "Its value; may be empty." },
    },
  },
} as const satisfies CollectionSchema;

/** `httpProtocol`. @see IIS M-HP-1 … M-HP-6 */
export const HTTP_PROTOCOL = {
  name: "httpProtocol",
  doc: "Fields that the host adds to answers.",
  attributes: {
    allowKeepAlive: {
      type: "boolean",
      default: true,
      doc: "`false` ends an HTTP/1.1 connection behind each answer. HTTP/2 has no such choice.",
    },
  },
  children: {
    customHeaders: {
      doc:
        "Fields of every answer that passes the modules: of the backend, of files, redirects and errors, but not of " +
        "refusals of what is no HTTP, nor of a 101. They are added: where the backend sends a field of the same name, " +
        "there are two. `<remove>` takes away what was added further up, never what the backend sends. The host adds " +
        "no `X-Powered-By`; to remove it is silent.",
      collection: COLLECTION,
    },
    redirectHeaders: {
      doc:
        "The same for redirects that the host itself makes by `rewrite`, `httpRedirect` or `httpErrors`; not for those " +
        "of the backend.",
      collection: COLLECTION,
    },
  } satisfies Record<string, ElementSchema>,
} as const satisfies SectionSchema;

/** One field of either collection. */
export const HEADER_ITEM = COLLECTION.item;
