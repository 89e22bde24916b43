import type { ElementSchema } from "../../config/mod.ts";
import { LIST, textList } from "./_list_schema.ts";

/** One `filteringRule`. @see IIS M-RF-10 */
export const FILTERING_RULE = {
  doc: "One rule.",
  attributes: {
    name: { type: "string", required: true, nonEmpty: true, doc: "Its name, for the log." },
    scanUrl: { type: "boolean", default: false, doc: "Whether the decoded path is searched." },
    scanQueryString: {
      type: "boolean",
      default: false,
      doc:
        "Whether the query is searched: as it was sent and, with `unescapeQueryString`, decoded.",
    },
    scanAllRaw: {
      type: "boolean",
      default: false,
      doc: "Whether every field is searched, its name included.",
    },
    denyUnescapedPercent: {
      type: "boolean",
      default: true,
      doc: "Whether a `%` that escapes nothing is refused in a query that is searched.",
    },
  },
  children: {
    scanHeaders: textList("The fields that are searched.", "requestHeader", "Its name."),
    appliesTo: textList(
      "The extensions that the rule is for; without one it is for every request.",
      "fileExtension",
      "With its dot; a dot alone is a path without one.",
    ),
    denyStrings: textList(
      "What may not be anywhere in what is searched. Letter case does not count.",
      "string",
      "Its characters.",
    ),
  },
} as const satisfies ElementSchema;

/** `filteringRules`. @see IIS M-RF-10 */
export const FILTERING_RULES = {
  doc: "Searches of one's own in what a request is made of; what they find is refused with 404.19.",
  collection: { ...LIST, add: "filteringRule", key: ["name"], item: FILTERING_RULE },
} as const satisfies ElementSchema;
