import type { ElementSchema, SectionSchema } from "../../config/mod.ts";
import {
  conditionsSchema,
  EXPRESSION_DOC,
  IGNORE_CASE,
  NEGATE,
  RULE_FLAGS,
  RULE_NAME,
} from "./_match_schema.ts";

const SERVER_VARIABLES = {
  doc: "What is set when the rule fires, before its action.",
  collection: {
    add: "set",
    key: ["name"],
    duplicates: "error",
    position: "append",
    item: {
      doc: "One server variable.",
      attributes: {
        name: {
          type: "string",
          required: true,
          nonEmpty: true,
          doc:
            "`HTTP_X_Y` is the request field `X-Y`, which the backend gets; `RESPONSE_X_Y` the response field; " +
            "`QUERY_STRING` the query. Any other is for later rules.",
        },
        value: {
          type: "string",
          default: "",
          doc: `${EXPRESSION_DOC} An empty one removes a field.`,
        },
        replace: {
          type: "boolean",
          default: true,
          doc: "Whether a value that is there already is replaced.",
        },
      },
    },
  },
} as const satisfies ElementSchema;

/** The `action` of an inbound rule. @see IIS M-RW-40 … M-RW-63 */
export const ACTION = {
  doc: "What a rule does when it fires.",
  attributes: {
    type: {
      type: "enum",
      values: ["None", "Rewrite", "Redirect", "CustomResponse", "AbortRequest"],
      default: "None",
      doc:
        "`Rewrite` gives the request another URL, `Redirect` sends the client there, `CustomResponse` answers, " +
        "`AbortRequest` closes the connection without an answer. `None` does nothing; with `stopProcessing` it " +
        "makes an exception from later rules.",
    },
    url: {
      type: "string",
      default: "",
      doc:
        `The new URL. ${EXPRESSION_DOC} Without a slash at its beginning it is relative to the place of the ` +
        "rules, with one to the whole site; empty is the place of the rules itself. A rewrite to another host is " +
        "refused at load.",
    },
    appendQueryString: {
      type: "boolean",
      default: true,
      doc: "Whether the query so far is added to that of the new URL.",
    },
    redirectType: {
      type: "enum",
      values: ["Permanent", "Found", "SeeOther", "Temporary", "301", "302", "303", "307"],
      default: "Permanent",
      doc: "301, 302, 303 or 307, by name or number.",
    },
    logRewrittenUrl: {
      type: "boolean",
      default: false,
      doc: "Whether the log shows the URL after the rewrite.",
    },
    statusCode: {
      type: "uint",
      min: 200,
      max: 999,
      doc: "Status of a `CustomResponse`, which needs one; not 300 to 307.",
    },
    subStatusCode: {
      type: "uint",
      default: 0,
      max: 999,
      doc: "Its sub-status, for the log.",
    },
    statusReason: {
      type: "string",
      default: "",
      doc: `Its reason phrase. ${EXPRESSION_DOC}`,
    },
    statusDescription: {
      type: "string",
      default: "",
      doc: `Its content, as plain text. ${EXPRESSION_DOC}`,
    },
  },
} as const satisfies ElementSchema;

/** The `match` of an inbound rule. */
export const MATCH = {
  doc: "What the path has to be. A rule without it takes every URL.",
  attributes: {
    url: {
      type: "string",
      nonEmpty: true,
      doc:
        "A pattern for the path: decoded, below the place of the rules, without the slash at its beginning, " +
        "without the query. Nothing in it is replaced.",
    },
    ignoreCase: IGNORE_CASE,
    negate: NEGATE,
  },
} as const satisfies ElementSchema;

/** One inbound rule. */
export const RULE = {
  doc: "One rule. A second one of the same name, inherited ones included, is a mistake.",
  attributes: {
    name: RULE_NAME,
    ...RULE_FLAGS,
  },
  children: {
    match: MATCH,
    conditions: conditionsSchema(false),
    serverVariables: SERVER_VARIABLES,
    action: ACTION,
  },
} as const satisfies ElementSchema;

const COLLECTION = {
  add: "rule",
  remove: "remove",
  clear: "clear",
  key: ["name"],
  duplicates: "error",
  position: "append",
  item: RULE,
} as const;

/** The section `rewrite/rules`. The `doc` texts are the user's documentation. @see IIS M-RW-1 … M-RW-72 */
export const RULES = {
  name: "rewrite/rules",
  doc:
    "Rules that change the URL of a request, send clients elsewhere or answer them. They are passed through " +
    "once, in order; what one makes of the URL is what the next one gets. Patterns are judged at load: a regular " +
    "expression whose time could explode runs on an engine that cannot, or is refused. The input of a pattern is " +
    "at most 8,192 characters; a longer one is answered with 500.50.",
  collection: COLLECTION,
} as const satisfies SectionSchema;

/** The section `rewrite/globalRules`. @see IIS M-CF-6 */
export const GLOBAL_RULES = {
  name: "rewrite/globalRules",
  doc: "Rules of a whole server, which IIS takes in its own file only.",
  support: { level: "never", note: "the rules belong into `rewrite/rules`" },
  collection: COLLECTION,
} as const satisfies SectionSchema;

/** The section `rewrite/allowedServerVariables`. @see IIS M-RW-71 */
export const ALLOWED_SERVER_VARIABLES = {
  name: "rewrite/allowedServerVariables",
  doc:
    "The server variables that rules may set. Here they may set others too, with a warning; IIS answers 500.50.",
  collection: {
    add: "add",
    remove: "remove",
    clear: "clear",
    key: ["name"],
    duplicates: "error",
    position: "append",
    item: {
      doc: "One server variable.",
      attributes: {
        name: {
          type: "string",
          required: true,
          nonEmpty: true,
          doc: "Its name, such as `HTTP_X_FORWARDED_HOST`.",
        },
      },
    },
  },
} as const satisfies SectionSchema;

/** The section `rewrite/rewriteMaps`. @see IIS M-RW-32 */
export const REWRITE_MAPS = {
  name: "rewrite/rewriteMaps",
  doc: "Tables that expressions look up with `{MapName:key}`. Their size costs a request nothing.",
  collection: {
    add: "rewriteMap",
    remove: "remove",
    clear: "clear",
    key: ["name"],
    duplicates: "error",
    position: "append",
    item: {
      doc: "One table.",
      attributes: {
        name: { type: "string", required: true, nonEmpty: true, doc: "Its name in expressions." },
        defaultValue: { type: "string", default: "", doc: "What a key that is not there gives." },
        ignoreCase: {
          type: "boolean",
          default: true,
          doc: "Whether the letter case of keys does not count when one is looked up.",
        },
      },
      collection: {
        add: "add",
        remove: "remove",
        clear: "clear",
        key: ["key"],
        duplicates: "error",
        position: "append",
        item: {
          doc: "One entry.",
          attributes: {
            key: {
              type: "string",
              required: true,
              caseSensitive: true,
              doc: "Compared as a whole with what the expression gives.",
            },
            value: {
              type: "string",
              default: "",
              doc: "What it gives; nothing in it is replaced.",
            },
          },
        },
      },
    },
  },
} as const satisfies SectionSchema;

/** The section `rewrite/providers`. @see IIS section 6.1 */
export const PROVIDERS = {
  name: "rewrite/providers",
  doc: "Classes of .NET that expressions may call under IIS.",
  support: { level: "never", note: "an expression that names a provider is refused at load" },
  collection: {
    add: "provider",
    remove: "remove",
    clear: "clear",
    key: ["name"],
    duplicates: "error",
    position: "append",
    item: {
      doc: "One provider.",
      attributes: {
        name: { type: "string", required: true, doc: "Its name in expressions." },
        type: { type: "string", default: "", doc: "The class." },
      },
      children: {
        settings: {
          doc: "What it is given.",
          collection: {
            add: "add",
            remove: "remove",
            clear: "clear",
            key: ["key"],
            duplicates: "kept",
            position: "append",
            item: {
              doc: "One setting.",
              attributes: {
                key: { type: "string", doc: "Its name." },
                value: { type: "string", secret: true, doc: "Its value." },
                encryptedValue: { type: "string", secret: true, doc: "Its value, encrypted." },
                encrypted: { type: "boolean", default: false, doc: "Whether it is." },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies SectionSchema;
