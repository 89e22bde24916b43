import type { SectionElement } from "../../config/mod.ts";
import { valuesOf } from "../../config/section.ts";
import { HostError } from "../../contract/host_error.ts";
import type { Check } from "./_judged_request.ts";
import { HEADER_LIMITS, VERBS } from "./schema.ts";

/**
 * Makes the check of `verbs`; undefined where all may pass. What is denied is denied in any letter case, for
 * applications take `delete` for `DELETE`.
 *
 * @see IIS M-RF-4
 */
export function verbCheck(element: SectionElement): Check | undefined {
  const { allowUnlisted } = valuesOf(VERBS, element);
  const allowedVerbs = new Set<string>();
  const denied = new Set<string>();
  for (const item of element.items) {
    const { verb, allowed } = valuesOf(VERBS.collection.item, item);
    if (allowed) allowedVerbs.add(verb);
    else denied.add(verb.toUpperCase());
  }
  if (allowUnlisted && denied.size === 0) return undefined;
  return ({ x: { request: { method } } }) => {
    if (allowedVerbs.has(method) || (allowUnlisted && !denied.has(method.toUpperCase()))) return;
    throw new HostError(
      "verb-denied",
      `Cannot take the method "${method}": it is not allowed by requestFiltering/verbs`,
    );
  };
}

/** Makes the check of `headerLimits`; undefined where there are none. @see IIS section 5.1 */
export function fieldLimitCheck(element: SectionElement | undefined): Check | undefined {
  const limits = (element?.items ?? [])
    .map((item) => valuesOf(HEADER_LIMITS.collection.item, item));
  if (limits.length === 0) return undefined;
  return ({ x: { request: { fields } } }) => {
    for (const { header, sizeLimit } of limits) {
      if (!fields.has(header)) continue;
      const { length } = fields.getAll(header).join(", ");
      if (sizeLimit > 0 && length <= sizeLimit) continue;
      const what = sizeLimit > 0
        ? `it has ${length} bytes and may have ${sizeLimit}`
        : "it is not allowed";
      throw new HostError(
        "field-too-long",
        `Cannot take the field "${header}": ${what} by requestLimits/headerLimits`,
      );
    }
  };
}

/** Makes the check of `maxUrl`. @see IIS M-RF-6 */
export function urlLengthCheck(limit: number): Check {
  return ({ rawPath: { length } }) => {
    if (length <= limit) return;
    throw new HostError(
      "url-too-long",
      `Cannot take a path of ${length} bytes: maxUrl is ${limit}`,
    );
  };
}

/** Makes the check of `maxQueryString`. @see IIS M-RF-6 */
export function queryLengthCheck(limit: number): Check {
  return ({ query: { length } }) => {
    if (length <= limit) return;
    throw new HostError(
      "query-too-long",
      `Cannot take a query of ${length} bytes: maxQueryString is ${limit}`,
    );
  };
}
