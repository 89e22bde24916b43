import type { SectionSchema } from "../config/mod.ts";

/** `directoryBrowse`. @see IIS M-DB-1 */
export const DIRECTORY_BROWSE = {
  name: "directoryBrowse",
  doc:
    "Whether a folder that a handler maps to `DirectoryListingModule` and that has no default document is " +
    "answered with a list of what is in it. Without, it is 403.14.",
  attributes: {
    enabled: { type: "boolean", default: false, doc: "Whether there are lists." },
    showFlags: {
      type: "flags",
      values: ["None", "Date", "Time", "Size", "Extension", "LongDate"],
      default: ["Date", "Time", "Size", "Extension"],
      doc:
        "What is told beside the names. Without `Extension` they are shown without theirs. Dates and times " +
        "are those of UTC.",
    },
    virtualDirectoryTimeout: {
      type: "uint",
      default: 5,
      support: { level: "ignored", note: "there are no virtual directories" },
      doc: "How long IIS waits for a virtual directory.",
    },
  },
} as const satisfies SectionSchema;
