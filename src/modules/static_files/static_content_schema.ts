import type { SectionSchema } from "../../config/mod.ts";
import { ADDED_TYPES, IIS_TYPES } from "./mime_types.ts";

const NO_FOOTERS = { level: "never", note: "the host adds nothing to documents" } as const;

/** `staticContent`. @see IIS M-SC-1 … M-SC-9 */
export const STATIC_CONTENT = {
  name: "staticContent",
  doc:
    "How the host serves files that a handler maps to `StaticFileModule`. It has no effect on files that " +
    "the application serves by itself, as with `UseStaticFiles`.",
  attributes: {
    defaultDocFooter: {
      type: "string",
      default: "",
      support: NO_FOOTERS,
      doc: "Text behind documents.",
    },
    isDocFooterFileName: {
      type: "boolean",
      default: false,
      support: NO_FOOTERS,
      doc: "Whether that text is the name of a file.",
    },
    enableDocFooter: {
      type: "boolean",
      default: false,
      support: NO_FOOTERS,
      doc: "Whether that text is added.",
    },
  },
  children: {
    clientCache: {
      doc: "What clients are told about keeping a file. They are always given `Last-Modified`.",
      attributes: {
        cacheControlMode: {
          type: "enum",
          values: ["NoControl", "DisableCache", "UseMaxAge", "UseExpires"],
          default: "NoControl",
          doc:
            "`NoControl` says nothing, `DisableCache` sends `Cache-Control: no-cache`, `UseMaxAge` sends " +
            "`max-age` as of `cacheControlMaxAge`, `UseExpires` sends `Expires` as of `httpExpires`.",
        },
        cacheControlMaxAge: {
          type: "timeSpan",
          default: 86_400_000,
          maxMs: 4_294_967_295_000,
          doc: "How long a file may be kept.",
        },
        httpExpires: {
          type: "string",
          default: "",
          doc: "Until when a file may be kept: `Tue, 19 Jan 2038 03:14:07 GMT`.",
        },
        cacheControlCustom: {
          type: "string",
          default: "",
          doc: "More for `Cache-Control`, such as `public`: it follows what the mode sends.",
        },
        setEtag: { type: "boolean", default: true, doc: "Whether `ETag` is sent." },
      },
    },
  },
  collection: {
    add: "mimeMap",
    remove: "remove",
    clear: "clear",
    key: ["fileExtension"],
    duplicates: "error",
    position: "append",
    builtIn: IIS_TYPES,
    assumed: ADDED_TYPES,
    item: {
      doc:
        "The type of files with an extension. A file whose extension has none is not served: 404.3. One that is " +
        "built in is to be removed before it is added again; those that IIS does not have may simply be added.",
      attributes: {
        fileExtension: {
          type: "string",
          required: true,
          nonEmpty: true,
          doc:
            "With its dot; `.` is for files without one, `*` or `.*` for all that have no other entry.",
        },
        mimeType: {
          type: "string",
          required: true,
          nonEmpty: true,
          doc: "What is sent as `Content-Type`.",
        },
      },
    },
  },
} as const satisfies SectionSchema;
