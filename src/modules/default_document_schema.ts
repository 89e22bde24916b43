import type { SectionSchema } from "../config/mod.ts";

/** `defaultDocument`. @see IIS M-DD-1 */
export const DEFAULT_DOCUMENT = {
  name: "defaultDocument",
  doc:
    "Which file answers for a folder that a handler maps to `DefaultDocumentModule`. It has no effect on " +
    "folders that are mapped to the backend.",
  attributes: {
    enabled: { type: "boolean", default: true, doc: "Whether there is one." },
  },
  children: {
    files: {
      doc:
        "The names, tried in order: the first that is a file of the folder is served as if it had been asked for, " +
        "by the handler of its own path. Names that a file adds come before inherited ones.",
      collection: {
        add: "add",
        remove: "remove",
        clear: "clear",
        key: ["value"],
        duplicates: "error",
        position: "prepend",
        builtIn: [
          { value: "Default.htm" },
          { value: "Default.asp" },
          { value: "index.htm" },
          { value: "index.html" },
          { value: "iisstart.htm" },
          { value: "default.aspx" },
        ],
        item: {
          doc: "One name.",
          attributes: {
            value: { type: "string", required: true, nonEmpty: true, doc: "The name of the file." },
          },
        },
      },
    },
  },
} as const satisfies SectionSchema;
