import type { ElementSchema, SectionSchema } from "../../config/mod.ts";

/** The statuses that IIS has pages for without being asked. @see IIS 7.3 */
const BUILT_IN = [401, 403, 404, 405, 406, 412, 500, 501, 502];

/** How a page is had. */
const RESPONSE_MODES = ["File", "ExecuteURL", "Redirect"] as const;

/** One `<error>`. */
export const ERROR_ITEM = {
  doc:
    "The page for one status. The exact sub-status comes before `-1`, which is any. IIS has an entry for each of " +
    `${
      BUILT_IN.join(", ")
    } with sub-status -1: to replace one, \`<remove statusCode="404"/>\` it first.`,
  attributes: {
    statusCode: { type: "uint", required: true, min: 400, max: 999, doc: "The status." },
    subStatusCode: {
      type: "uint",
      default: -1,
      min: -1,
      max: 999,
      doc: "The sub-status; `-1` is any.",
    },
    path: {
      type: "string",
      required: true,
      nonEmpty: true,
      expanded: true,
      doc:
        "A file, relative to the application folder, of at most 1 MiB (`File`); a path on this site that begins with a " +
        "slash (`ExecuteURL`); a URL or path (`Redirect`).",
    },
    prefixLanguageFilePath: {
      type: "string",
      default: "",
      expanded: true,
      doc:
        "A folder that holds one folder for each language, such as `en-US`, in which `path` is looked for as " +
        "`Accept-Language` says, then in `en-US`, then in the folder itself.",
    },
    responseMode: {
      type: "enum",
      values: RESPONSE_MODES,
      default: "File",
      doc:
        "`File` sends a file and keeps the status. `ExecuteURL` asks the site itself and sends what it answers, status " +
        "included. `Redirect` sends the client there with 302.",
    },
  },
} as const satisfies ElementSchema;

/** `httpErrors`. @see IIS M-HE-1 … M-HE-12 */
export const HTTP_ERRORS = {
  name: "httpErrors",
  doc:
    "Pages for answers of status 400 and more: for refusals and failures of the host itself, and where " +
    '`existingResponse="Replace"` for those of the backend, too.',
  attributes: {
    errorMode: {
      type: "enum",
      values: ["DetailedLocalOnly", "Custom", "Detailed"],
      default: "DetailedLocalOnly",
      doc:
        "`Custom` sends the pages of this section; `Detailed` the host's page with all it knows, to everybody; " +
        "`DetailedLocalOnly` that page to clients on this machine, the others get the pages of this section. A client " +
        "is local when it comes from a loopback address without `X-Forwarded-For`, `Forwarded` and `Via`.",
    },
    existingResponse: {
      type: "enum",
      values: ["Auto", "Replace", "PassThrough"],
      default: "Auto",
      doc:
        "`Auto` leaves the answers of the backend alone, `Replace` replaces those, too. `PassThrough` replaces none: " +
        "refusals of the host itself have no content then.",
    },
    defaultResponseMode: {
      type: "enum",
      values: RESPONSE_MODES,
      default: "File",
      doc: "How `defaultPath` is had.",
    },
    defaultPath: {
      type: "string",
      default: "",
      expanded: true,
      doc: "The page for a status that no entry fits. Empty: the host's own.",
    },
    detailedMoreInformationLink: {
      type: "string",
      default: "",
      support: { level: "ignored", note: "the host's pages link to nothing" },
      doc: "What IIS's detailed page links to.",
    },
    allowAbsolutePathsWhenDelegated: {
      type: "boolean",
      default: false,
      doc: "Whether files may lie outside the application folder.",
    },
  },
  collection: {
    add: "error",
    remove: "remove",
    clear: "clear",
    key: ["statusCode", "subStatusCode"],
    duplicates: "error",
    position: "append",
    builtIn: BUILT_IN.map((status) => ({ statusCode: `${status}`, path: `${status}.htm` })),
    item: ERROR_ITEM,
  },
} as const satisfies SectionSchema;
