import type { SectionElement } from "../../config/mod.ts";
import { HostError } from "../../contract/host_error.ts";
import type { Check } from "./_judged_request.ts";
import { folded } from "./_names.ts";

/** Gives an attribute of every item of a list, folded. */
export function foldedItems(element: SectionElement | undefined, attribute: string): string[] {
  return (element?.items ?? []).map(({ settings }) => folded(String(settings[attribute]?.value)));
}

/** Makes the check of `denyUrlSequences`; undefined where there are none. @see IIS M-RF-8 */
export function urlSequenceCheck(
  denied: SectionElement | undefined,
  allowed: SectionElement | undefined,
): Check | undefined {
  const sequences = foldedItems(denied, "sequence");
  const exempt = new Set(foldedItems(allowed, "url"));
  if (sequences.length === 0) return undefined;
  return (request) => {
    const path = folded(request.path);
    const found = sequences.find((one) => path.includes(one) || request.sentPath.includes(one));
    if (found === undefined || exempt.has(path)) return;
    throw new HostError(
      "url-sequence-denied",
      `Cannot serve "${request.path}": "${found}" is denied by requestFiltering/denyUrlSequences`,
    );
  };
}

/** Makes the check of `denyQueryStringSequences`; undefined where there are none. @see IIS M-RF-9 */
export function querySequenceCheck(
  denied: SectionElement | undefined,
  allowed: SectionElement | undefined,
  isDecoded: boolean,
): Check | undefined {
  const sequences = foldedItems(denied, "sequence");
  const exempt = new Set(foldedItems(allowed, "queryString"));
  if (sequences.length === 0) return undefined;
  return (request) => {
    if (request.query === "") return;
    const sent = request.sentQuery;
    const decoded = isDecoded ? request.decodedQuery : sent;
    const found = sequences.find((one) => sent.includes(one) || decoded.includes(one));
    if (found === undefined || exempt.has(sent)) return;
    throw new HostError(
      "query-sequence-denied",
      `Cannot take the query: "${found}" is denied by requestFiltering/denyQueryStringSequences`,
    );
  };
}
