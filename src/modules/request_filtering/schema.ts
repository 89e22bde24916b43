import type { ElementSchema, SectionSchema } from "../../config/mod.ts";
import { DENIED_EXTENSIONS, HIDDEN_SEGMENTS } from "./_default_lists.ts";
import { FILTERING_RULES } from "./_filtering_rule_schema.ts";
import { APPLY_TO_WEBDAV, LIST, textList, verdictList } from "./_list_schema.ts";

/** `headerLimits`. @see IIS section 5.1 */
export const HEADER_LIMITS = {
  doc: "How long the values of single fields may be.",
  collection: {
    ...LIST,
    key: ["header"],
    item: {
      doc: "The limit of one field.",
      attributes: {
        header: { type: "string", required: true, nonEmpty: true, doc: "Its name." },
        sizeLimit: {
          type: "uint",
          required: true,
          unit: "bytes",
          doc: "A longer value is refused with 431; 0 refuses the field itself.",
        },
      },
    },
  },
} as const satisfies ElementSchema;

/** `requestLimits`. @see IIS M-RF-5, M-RF-6 */
export const REQUEST_LIMITS = {
  doc: "How large a request may be.",
  attributes: {
    maxAllowedContentLength: {
      type: "uint",
      default: 30_000_000,
      unit: "bytes",
      doc:
        "Longer content is refused with 413.1: before the application sees it where `Content-Length` " +
        "says so, else as soon as so much has come. The application has a limit of its own, of the " +
        "same size with ASP.NET Core: raise that, too.",
    },
    maxUrl: {
      type: "uint",
      default: 4096,
      unit: "bytes",
      doc: "A longer path, as it was sent and without the query, is refused with 404.14.",
    },
    maxQueryString: {
      type: "uint",
      default: 2048,
      unit: "bytes",
      doc: "A longer query, as it was sent and without the `?`, is refused with 404.15.",
    },
  },
  children: { headerLimits: HEADER_LIMITS },
} as const satisfies ElementSchema;

/** `fileExtensions`. @see IIS M-RF-3 */
export const FILE_EXTENSIONS = verdictList({
  doc:
    "Kinds of files that may or may not be asked for, refused with 404.7: the end of the path's last " +
    "segment, from its last dot. Letter case does not count.",
  key: "fileExtension",
  keyDoc: "With its dot; a dot alone is a path without one.",
  builtIn: DENIED_EXTENSIONS.map((fileExtension) => ({ fileExtension, allowed: "false" })),
});

/** `verbs`. @see IIS M-RF-4 */
export const VERBS = verdictList({
  doc: "Methods that may or may not be used, refused with 404.6.",
  key: "verb",
  keyDoc: "Its name; letter case counts for what is allowed, not for what is denied.",
  isCaseSensitive: true,
});

const SEGMENTS = textList(
  "Names between two slashes of a path that nobody may ask for, refused with 404.8. Letter case does " +
    "not count.",
  "segment",
  "The whole segment, without slashes.",
);

/** `hiddenSegments`. @see IIS M-RF-2 */
export const HIDDEN = {
  ...SEGMENTS,
  attributes: { applyToWebDAV: APPLY_TO_WEBDAV },
  collection: {
    ...SEGMENTS.collection,
    builtIn: HIDDEN_SEGMENTS.map((segment) => ({ segment })),
  },
} as const satisfies ElementSchema;

/** `security/requestFiltering`. @see IIS section 5 */
export const REQUEST_FILTERING = {
  name: "security/requestFiltering",
  doc:
    "What may not be asked for. Its lists and limits act even where web.config does not name them.",
  attributes: {
    allowDoubleEscaping: {
      type: "boolean",
      default: false,
      doc:
        "Whether paths are let in that can be decoded twice, such as `/a%2520b`, or have a `+`; " +
        "else 404.11.",
    },
    allowHighBitCharacters: {
      type: "boolean",
      default: true,
      doc: "Whether paths may have characters outside ASCII; else 404.12.",
    },
    unescapeQueryString: {
      type: "boolean",
      default: true,
      doc: "Whether queries are searched decoded, too.",
    },
    removeServerHeader: {
      type: "boolean",
      default: false,
      doc: "Whether the `Server` field is taken off answers, those of the application included.",
    },
  },
  children: {
    requestLimits: REQUEST_LIMITS,
    fileExtensions: FILE_EXTENSIONS,
    verbs: VERBS,
    hiddenSegments: HIDDEN,
    denyUrlSequences: textList(
      "What may not be anywhere in the decoded path, refused with 404.5. Letter case does not count.",
      "sequence",
      "Its characters.",
    ),
    alwaysAllowedUrls: textList(
      "Paths that `denyUrlSequences` does not refuse.",
      "url",
      "The whole decoded path from its first slash. Letter case does not count.",
    ),
    denyQueryStringSequences: textList(
      "What may not be anywhere in the query, refused with 404.18. Letter case does not count.",
      "sequence",
      "Its characters.",
    ),
    alwaysAllowedQueryStrings: textList(
      "Queries that `denyQueryStringSequences` does not refuse.",
      "queryString",
      "The whole query as it is sent, without the `?`. Letter case does not count.",
    ),
    filteringRules: FILTERING_RULES,
  },
} as const satisfies SectionSchema;
