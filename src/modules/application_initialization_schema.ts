import type { SectionSchema } from "../config/mod.ts";

/** `applicationInitialization`. @see IIS section 10 */
export const APPLICATION_INITIALIZATION = {
  name: "applicationInitialization",
  scope: "application",
  doc:
    "Pages that each new process of the backend is asked for before it gets its first request, so that nobody " +
    "waits for what an application does once. Use `--preload` to have that done at the start of the host.",
  attributes: {
    doAppInitAfterRestart: {
      type: "boolean",
      default: false,
      support: { level: "ignored", note: "each new process is asked, whyever it was started" },
      doc: "Whether the pages are asked for after a restart, too.",
    },
    remapManagedRequestsTo: {
      type: "string",
      default: "",
      support: {
        level: "partial",
        note:
          "only GET and HEAD requests get it, others wait: a client that sends something is not to be told " +
          "that all is well",
      },
      doc:
        "A file of the application folder that answers while the backend starts and no other process of it " +
        "serves; without it, requests wait.",
    },
    skipManagedModules: {
      type: "boolean",
      default: false,
      support: { level: "ignored", note: "there are no managed modules" },
      doc: "Whether managed modules are left out while the pages are asked for.",
    },
  },
  collection: {
    add: "add",
    remove: "remove",
    clear: "clear",
    key: ["initializationPage", "hostName"],
    duplicates: "error",
    position: "append",
    item: {
      doc:
        "One page. Any answer will do; one that takes longer than `startupTimeLimit` leaves is not waited for.",
      attributes: {
        initializationPage: {
          type: "string",
          required: true,
          nonEmpty: true,
          doc: "Path below the application, with a query where one is needed: `/warm?all=1`.",
        },
        hostName: {
          type: "string",
          default: "",
          doc: "The `Host` that it is asked for with, `localhost` where it is empty.",
        },
      },
    },
  },
} as const satisfies SectionSchema;
