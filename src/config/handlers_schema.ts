import type { SectionSchema } from "./schema.ts";

const MANAGED_ONLY = { level: "ignored", note: "it concerns other kinds of handlers" } as const;

/**
 * The section `system.webServer/handlers`. The `doc` texts are the user's documentation.
 *
 * @see ANCM H-1 … H-5, IIS M-HD-1 … M-HD-9
 */
export const HANDLERS = {
  name: "handlers",
  doc:
    "Which requests go to the backend. The handlers are tried in order, those of a deeper location " +
    "before inherited ones; the first whose path, verb and resource type fit is used. A request that " +
    "none fits is answered with 404.4.",
  attributes: {
    accessPolicy: {
      type: "flags",
      values: [
        "None",
        "Read",
        "Write",
        "Execute",
        "Source",
        "Script",
        "NoRemoteWrite",
        "NoRemoteRead",
        "NoRemoteExecute",
        "NoRemoteScript",
      ],
      default: ["Read", "Script"],
      support: {
        level: "partial",
        note: "`Source` and what begins with `NoRemote` do not act",
      },
      doc:
        "Which kinds of access handlers may have. Requests for one that needs another are answered with 403.1 " +
        "(`Script`, `Execute`), 403.2 (`Read`) or 403.3 (`Write`). `Execute` grants `Script`, too.",
    },
  },
  collection: {
    add: "add",
    remove: "remove",
    clear: "clear",
    key: ["name"],
    duplicates: "error",
    position: "prepend",
    builtIn: [
      {
        name: "OPTIONSVerbHandler",
        path: "*",
        verb: "OPTIONS",
        modules: "ProtocolSupportModule",
        requireAccess: "None",
      },
      {
        name: "TRACEVerbHandler",
        path: "*",
        verb: "TRACE",
        modules: "ProtocolSupportModule",
        requireAccess: "None",
      },
      {
        name: "StaticFile",
        path: "*",
        verb: "*",
        modules: "StaticFileModule,DefaultDocumentModule,DirectoryListingModule",
        resourceType: "Either",
        requireAccess: "Read",
      },
    ],
    item: {
      doc:
        'One handler. `<remove name="…"/>` takes an inherited one away (one that is not there is no ' +
        "mistake), `<clear/>` all of them; a second one of the same name is a mistake.",
      attributes: {
        name: {
          type: "string",
          required: true,
          nonEmpty: true,
          caseSensitive: true,
          doc: "Any name; tells the handlers apart, with its case.",
        },
        path: {
          type: "string",
          required: true,
          nonEmpty: true,
          doc:
            "One pattern for the path of the URL, without regard to case; `*` stands for any run of " +
            "characters, slashes too. `*` fits all. Without a slash it is compared with the last segment: " +
            "`*.ashx` by extension, `*.` without extension, `health.txt` in any folder. With a slash it begins " +
            "at the application: `api/*` and `/api/*` are the same. Commas do not separate patterns.",
        },
        verb: {
          type: "string",
          required: true,
          nonEmpty: true,
          doc: "`*`, or methods separated by commas, compared with their case: `GET,HEAD`.",
        },
        modules: {
          type: "string",
          default: "ManagedPipelineHandler",
          nonEmpty: true,
          doc:
            "Who handles the request: names separated by commas, tried in order. `AspNetCoreModuleV2` and the older " +
            "`AspNetCoreModule` both mean the backend. `StaticFileModule`, `DefaultDocumentModule` and " +
            "`DirectoryListingModule` are the host's own: files of the application folder, the document of a " +
            "folder, its list. A request for a module that the host does not have is answered with 500.21.",
        },
        resourceType: {
          type: "enum",
          values: ["File", "Directory", "Either", "Unspecified"],
          default: "Unspecified",
          doc: "`File`, `Directory` or `Either`: fits only if the path is such a thing in the " +
            "application folder. `Unspecified` looks at no file.",
        },
        requireAccess: {
          type: "enum",
          values: ["None", "Read", "Write", "Script", "Execute"],
          default: "Script",
          doc: "Which kind of access the handler needs; `None` needs none.",
        },
        preCondition: {
          type: "string",
          default: "",
          support: {
            level: "partial",
            note:
              "handlers for `classicMode`, `bitness32` or a `runtimeVersion…` are left out, others kept",
          },
          doc: "Conditions on the worker process, separated by commas.",
        },
        type: {
          type: "string",
          default: "",
          support: MANAGED_ONLY,
          doc: "Class of a managed handler.",
        },
        scriptProcessor: {
          type: "string",
          default: "",
          support: MANAGED_ONLY,
          doc: "Program of a CGI or ISAPI handler.",
        },
        allowPathInfo: {
          type: "boolean",
          default: false,
          support: MANAGED_ONLY,
          doc: "Whether a path may go on behind the file's name.",
        },
        responseBufferLimit: {
          type: "uint",
          unit: "bytes",
          default: 4_194_304,
          support: { level: "ignored", note: "answers are passed on as they come" },
          doc: "How much of an answer is held back.",
        },
      },
    },
  },
} as const satisfies SectionSchema;
