import type { ElementSchema, SectionSchema } from "../../config/mod.ts";
import {
  conditionsSchema,
  EXPRESSION_DOC,
  IGNORE_CASE,
  LOGICAL_GROUPING,
  NEGATE,
  PATTERN_SYNTAX,
  RULE_FLAGS,
  RULE_NAME,
} from "./_match_schema.ts";

/** The tags that `filterByTags` names, beside `CustomTags`, with the attributes that hold URLs. @see IIS M-RW-82 */
export const TAG_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  A: ["href"],
  Area: ["href"],
  Base: ["href"],
  Form: ["action"],
  Frame: ["src", "longdesc"],
  Head: ["profile"],
  IFrame: ["src", "longdesc"],
  Img: ["src", "longdesc", "usemap"],
  Input: ["src", "usemap"],
  Link: ["href"],
  Script: ["src"],
};

/** What an outbound rule looks at. */
export const OUTBOUND_MATCH = {
  doc:
    "What is looked at: a field of the answer, attributes of HTML tags, or else the whole content.",
  attributes: {
    serverVariable: {
      type: "string",
      default: "",
      doc:
        "`RESPONSE_X_Y`: the field `X-Y` of the answer; one that is not there is empty. Each of several of one name " +
        "is looked at by itself.",
    },
    filterByTags: {
      type: "flags",
      values: [
        "None",
        "A",
        "Area",
        "Base",
        "Form",
        "Frame",
        "Head",
        "IFrame",
        "Img",
        "Input",
        "Link",
        "Script",
        "CustomTags",
      ],
      default: ["None"],
      doc: "The tags whose URLs are looked at: `href` of `A`, `src` of `Img`, and so on.",
    },
    customTags: {
      type: "string",
      default: "",
      doc: "Name of the `customTags` that `CustomTags` in `filterByTags` means.",
    },
    pattern: {
      type: "string",
      default: "",
      doc:
        "In the syntax of the rule; nothing in it is replaced. Over the whole content it cannot be a wildcard, and " +
        "`.` does not pass the end of a line.",
    },
    occurrences: {
      type: "uint",
      default: 0,
      doc: "How often in one answer the rule acts at most; 0 is no limit.",
    },
    ignoreCase: IGNORE_CASE,
    negate: NEGATE,
  },
} as const satisfies ElementSchema;

/** What an outbound rule does. */
export const OUTBOUND_ACTION = {
  doc: "What a rule does when it fires.",
  attributes: {
    type: {
      type: "enum",
      values: ["None", "Rewrite"],
      default: "None",
      doc: "`Rewrite` replaces a field as a whole, and of a content what the pattern matched.",
    },
    value: {
      type: "string",
      default: "",
      doc: `What it is replaced with. ${EXPRESSION_DOC} An empty one removes a field.`,
    },
    replace: {
      type: "boolean",
      default: true,
      doc: "`false`: a field that is there already is left as it is.",
    },
  },
} as const satisfies ElementSchema;

/** One outbound rule. */
export const OUTBOUND_RULE = {
  doc: "One rule. A second one of the same name, inherited ones included, is a mistake.",
  attributes: {
    name: RULE_NAME,
    preCondition: {
      type: "string",
      default: "",
      doc: "Name of the precondition that an answer has to meet; empty for every answer.",
    },
    ...RULE_FLAGS,
  },
  children: {
    match: OUTBOUND_MATCH,
    conditions: conditionsSchema(true),
    action: OUTBOUND_ACTION,
  },
} as const satisfies ElementSchema;

/** One precondition. */
export const PRECONDITION = {
  doc: "What an answer has to be for the rules that name it.",
  attributes: {
    name: { type: "string", required: true, nonEmpty: true, doc: "Its name in rules." },
    logicalGrouping: LOGICAL_GROUPING,
    patternSyntax: PATTERN_SYNTAX,
  },
  collection: {
    add: "add",
    clear: "clear",
    key: [],
    duplicates: "kept",
    position: "append",
    item: {
      doc: "One condition.",
      attributes: {
        input: {
          type: "string",
          required: true,
          doc: `What is looked at, such as \`{RESPONSE_CONTENT_TYPE}\`. ${EXPRESSION_DOC}`,
        },
        pattern: { type: "string", default: "", doc: "In the syntax of the precondition." },
        ignoreCase: IGNORE_CASE,
        negate: NEGATE,
      },
    },
  },
} as const satisfies ElementSchema;

/** The section `rewrite/outboundRules`. @see IIS M-RW-80 … M-RW-86 */
export const OUTBOUND_RULES = {
  name: "rewrite/outboundRules",
  doc:
    "Rules that change answers: their fields, and contents that are text. A content is held back until it is complete, " +
    "up to 1 MiB; a larger one passes as it is, with a warning, and an event stream always does. A content that " +
    "the application has encoded (gzip, br) is answered with 500.52: have a rule set `HTTP_ACCEPT_ENCODING` to " +
    "nothing, or keep such answers from the rule by a precondition.",
  attributes: {
    rewriteBeforeCache: {
      type: "boolean",
      default: false,
      support: { level: "ignored", note: "answers are not cached" },
      doc: "Whether rules act before an answer goes into the cache.",
    },
  },
  children: {
    preConditions: {
      doc: "What answers have to be for rules to act on them.",
      collection: {
        add: "preCondition",
        remove: "remove",
        clear: "clear",
        key: ["name"],
        duplicates: "error",
        position: "append",
        item: PRECONDITION,
      },
    },
    customTags: {
      doc: "Tags beside the usual ones.",
      collection: {
        add: "tags",
        remove: "remove",
        clear: "clear",
        key: ["name"],
        duplicates: "error",
        position: "append",
        item: {
          doc: "A list of tags.",
          attributes: {
            name: { type: "string", required: true, nonEmpty: true, doc: "Its name in rules." },
          },
          collection: {
            add: "tag",
            key: ["name", "attribute"],
            duplicates: "kept",
            position: "append",
            item: {
              doc: "An attribute of a tag.",
              attributes: {
                name: { type: "string", required: true, nonEmpty: true, doc: "The tag." },
                attribute: {
                  type: "string",
                  required: true,
                  nonEmpty: true,
                  doc: "Its attribute.",
                },
              },
            },
          },
        },
      },
    },
  },
  collection: {
    add: "rule",
    remove: "remove",
    clear: "clear",
    key: ["name"],
    duplicates: "error",
    position: "append",
    item: OUTBOUND_RULE,
  },
} as const satisfies SectionSchema;
