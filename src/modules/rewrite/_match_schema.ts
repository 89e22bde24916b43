import type { AttributeSchema, ElementSchema } from "../../config/mod.ts";

/** Text in which `{…}` is replaced: what the documentation says of each such attribute. */
export const EXPRESSION_DOC = "An expression: `{R:1}`, `{C:1}`, `{QUERY_STRING}`, `{ToLower:…}`, " +
  "`{MapName:…}` and the like are replaced.";

/** `patternSyntax` of rules and preconditions. */
export const PATTERN_SYNTAX = {
  type: "enum",
  values: ["ECMAScript", "Wildcard", "ExactMatch"],
  default: "ECMAScript",
  doc:
    "How patterns are written: a regular expression that is searched for; text in which `*` stands for any " +
    "run of characters and that has to fit as a whole; or the text itself.",
} as const satisfies AttributeSchema;

/** `ignoreCase` beside a pattern. */
export const IGNORE_CASE = {
  type: "boolean",
  default: true,
  doc: "Whether letter case does not count.",
} as const satisfies AttributeSchema;

/** `negate` beside a pattern. */
export const NEGATE = {
  type: "boolean",
  default: false,
  doc: "Whether it holds where the pattern does **not** fit. Nothing is captured then.",
} as const satisfies AttributeSchema;

/** `logicalGrouping` of conditions and preconditions. */
export const LOGICAL_GROUPING = {
  type: "enum",
  values: ["MatchAll", "MatchAny"],
  default: "MatchAll",
  doc: "Whether all have to hold, or one. The first that decides is the last that is looked at.",
} as const satisfies AttributeSchema;

/** `name` of a rule. */
export const RULE_NAME = {
  type: "string",
  required: true,
  nonEmpty: true,
  doc: "Any name; tells the rules apart, whatever its case.",
} as const satisfies AttributeSchema;

/** What every rule says of itself, inbound or outbound. */
export const RULE_FLAGS = {
  enabled: { type: "boolean", default: true, doc: "`false` takes the rule out." },
  patternSyntax: PATTERN_SYNTAX,
  stopProcessing: {
    type: "boolean",
    default: false,
    doc: "Whether no later rule is looked at once this one has fired.",
  },
} as const satisfies Readonly<Record<string, AttributeSchema>>;

/** One condition of a rule. @see IIS M-RW-20 … M-RW-27 */
export const CONDITION = {
  doc: "One condition; several may be equal.",
  attributes: {
    input: {
      type: "string",
      doc:
        `What is looked at. ${EXPRESSION_DOC} With \`IsFile\` and \`IsDirectory\` a path of the file ` +
        "system (`\\` is `/` where that separates folders); without it what the URL stands for in the " +
        "application folder.",
    },
    matchType: {
      type: "enum",
      values: ["Pattern", "IsFile", "IsDirectory"],
      default: "Pattern",
      doc:
        "`Pattern`: whether the pattern fits. `IsFile`, `IsDirectory`: whether there is such a thing. " +
        "Mind that ASP.NET Core serves files of `wwwroot`, which is no part of the URL.",
    },
    pattern: {
      type: "string",
      default: "",
      doc:
        "In the syntax of the rule; nothing in it is replaced. Without it only an empty input fits.",
    },
    ignoreCase: IGNORE_CASE,
    negate: NEGATE,
    type: {
      type: "string",
      support: { level: "never", note: "write `matchType` instead" },
      doc: "Not an attribute of IIS, although examples have it.",
    },
  },
} as const satisfies ElementSchema;

/** Makes the `conditions` of a rule. @param trackAllCaptures the default */
export function conditionsSchema(trackAllCaptures: boolean) {
  return {
    doc: "What has to hold beside the match. None: nothing more.",
    attributes: {
      logicalGrouping: LOGICAL_GROUPING,
      trackAllCaptures: {
        type: "boolean",
        default: trackAllCaptures,
        doc:
          "`false`: `{C:n}` are the groups of the condition that fitted last, `{C:0}` all that it matched. " +
          "`true`: the groups of all conditions are numbered through from `{C:1}`; `{C:0}` is what the first matched.",
      },
    },
    collection: {
      add: "add",
      clear: "clear",
      key: [],
      duplicates: "kept",
      position: "append",
      item: CONDITION,
    },
  } as const satisfies ElementSchema;
}
