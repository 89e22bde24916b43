import type { SectionElement } from "../../config/mod.ts";
import { valuesOf } from "../../config/section.ts";
import { HostError } from "../../contract/host_error.ts";
import { FILTERING_RULE } from "./_filtering_rule_schema.ts";
import type { Check, JudgedRequest } from "./_judged_request.ts";
import { extensionsOf, folded } from "./_names.ts";
import { foldedItems } from "./_sequence_checks.ts";
import { asText } from "./_unescaped.ts";

/** A `%` that no two hexadecimal digits follow. */
const UNESCAPED_PERCENT = /%(?![0-9a-f]{2})/i;

/** Makes the check of one `filteringRule`. @see IIS M-RF-10 */
export function filteringRuleCheck(element: SectionElement, isDecoded: boolean): Check {
  const values = valuesOf(FILTERING_RULE, element);
  const { scanHeaders, appliesTo, denyStrings } = element.children;
  const fields = foldedItems(scanHeaders, "requestHeader");
  const extensions = new Set(foldedItems(appliesTo, "fileExtension"));
  const strings = foldedItems(denyStrings, "string");
  const isFor = ({ path }: JudgedRequest) =>
    extensions.size === 0 || extensionsOf(path).some((one) => extensions.has(one));
  const scanned = function* (request: JudgedRequest): Iterable<string> {
    const received = request.x.request.fields;
    if (values.scanUrl) yield* [folded(request.path), request.sentPath];
    if (values.scanQueryString) yield request.sentQuery;
    if (values.scanQueryString && isDecoded) yield request.decodedQuery;
    for (const name of fields) {
      for (const value of received.getAll(name)) yield folded(asText(value));
    }
    if (!values.scanAllRaw) return;
    for (const [name, value] of received) yield folded(`${name}: ${asText(value)}`);
  };
  return (request) => {
    if (!isFor(request)) return;
    if (
      values.scanQueryString && values.denyUnescapedPercent && UNESCAPED_PERCENT.test(request.query)
    ) {
      throw denied(values.name, 'a "%" in the query escapes nothing (denyUnescapedPercent)');
    }
    for (const text of scanned(request)) {
      const found = strings.find((string) => text.includes(string));
      if (found !== undefined) throw denied(values.name, `it has "${found}"`);
    }
  };
}

function denied(name: string, why: string): HostError {
  return new HostError(
    "filtering-rule-denied",
    `Cannot take the request: the filteringRule "${name}" denies it, for ${why}`,
  );
}
