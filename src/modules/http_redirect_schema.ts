import type { SectionSchema } from "../config/mod.ts";

/** The statuses by the words of the documentation, and by their numbers. @see IIS M-CF-21 */
export const REDIRECT_STATUS = {
  Found: 302,
  Permanent: 301,
  Temporary: 307,
  PermRedirect: 308,
  "301": 301,
  "302": 302,
  "307": 307,
  "308": 308,
} as const;

const VARIABLES =
  "`$S` is the rest of the path behind the folder that the section is written for, `$V` the path, `$P` the query, " +
  "`$Q` the query with its `?`, `$0` to `$9` what the wildcards stand for, the first of them `$0`. `!` is: do not " +
  "redirect.";

/** `httpRedirect`. @see IIS M-HR-1 … M-HR-6 */
export const HTTP_REDIRECT = {
  name: "httpRedirect",
  doc:
    "Sends clients to another URL, for a whole application or with `<location>` for a part of it. It acts behind rewrite " +
    "rules, authentication and authorization; no backend is asked.",
  attributes: {
    enabled: { type: "boolean", default: false, doc: "Whether the section acts." },
    destination: {
      type: "string",
      default: "",
      doc:
        "Where to: a URL, or a path that begins with a slash and gets scheme and host of the request. Where it is empty " +
        `the entries are looked at. ${VARIABLES}`,
    },
    exactDestination: {
      type: "boolean",
      default: false,
      doc: "`false` puts the rest of the path and the query behind the destination.",
    },
    childOnly: {
      type: "boolean",
      default: false,
      doc: "`true` redirects the folder itself and what lies directly in it, but nothing deeper.",
    },
    httpResponseStatus: {
      type: "enum",
      values: Object.keys(REDIRECT_STATUS),
      default: "Found",
      doc: "301 (`Permanent`), 302 (`Found`), 307 (`Temporary`) or 308 (`PermRedirect`).",
    },
  },
  collection: {
    add: "add",
    remove: "remove",
    clear: "clear",
    key: ["wildcard"],
    duplicates: "error",
    position: "append",
    item: {
      doc: "Where to send requests whose path fits; the first that fits counts.",
      attributes: {
        wildcard: {
          type: "string",
          required: true,
          nonEmpty: true,
          doc:
            "What the whole path must look like, such as `*.php`; `*` stands for any run of characters. One that begins " +
            "with neither `/` nor `*` is looked for in the folder that the section is written for.",
        },
        destination: {
          type: "string",
          required: true,
          nonEmpty: true,
          doc: "As that of the section.",
        },
      },
    },
  },
} as const satisfies SectionSchema;
