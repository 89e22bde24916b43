import { type SectionElement } from "../../config/mod.ts";
import { valuesOf } from "../../config/section.ts";
import { HostError } from "../../contract/host_error.ts";
import type { Check } from "./_judged_request.ts";
import { extensionsOf, fileName, folded, isOdd } from "./_names.ts";
import { FILE_EXTENSIONS, HIDDEN } from "./schema.ts";

/** What a second decoding would change, and the `+` that some take for a space. */
const ESCAPED_TWICE = /\+|%(?:[0-9a-f]{2}|u[0-9a-f]{4})/i;

/** @see IIS M-RF-7 */
export const checkDoubleEscaping: Check = ({ path, rawPath }) => {
  if (!ESCAPED_TWICE.test(path) && !rawPath.includes("+")) return;
  throw new HostError(
    "url-double-escaped",
    `Cannot take "${rawPath}": it can be decoded twice, or has a "+"`,
  );
};

// deno-lint-ignore no-control-regex -- all of ASCII is meant
const HIGH_BIT = /[^\x00-\x7f]/;

/** @see IIS section 5.1 */
export const checkHighBit: Check = ({ path, rawPath }) => {
  if (!HIGH_BIT.test(path)) return;
  throw new HostError("url-high-bit", `Cannot take "${rawPath}": it has letters outside ASCII`);
};

/** Makes the check of `fileExtensions`; undefined where all may pass. @see IIS M-RF-3 */
export function extensionCheck(element: SectionElement): Check | undefined {
  const { allowUnlisted } = valuesOf(FILE_EXTENSIONS, element);
  const verdicts = new Map<string, boolean>();
  for (const item of element.items) {
    const values = valuesOf(FILE_EXTENSIONS.collection.item, item);
    verdicts.set(folded(values.fileExtension), values.allowed);
  }
  if (allowUnlisted && ![...verdicts.values()].includes(false)) return undefined;
  const isAllowed = (extension: string) => verdicts.get(extension) ?? allowUnlisted;
  return ({ path }) => {
    const [written, read] = extensionsOf(path);
    if (isAllowed(written) && (read === written || isAllowed(read))) return;
    const denied = isAllowed(written) ? read : written;
    const what = denied === "." ? "paths without an extension are" : `the extension "${denied}" is`;
    throw new HostError(
      "extension-denied",
      `Cannot serve "${path}": ${what} not allowed by requestFiltering/fileExtensions`,
    );
  };
}

/** Makes the check of `hiddenSegments`; undefined where none is hidden. @see IIS M-RF-2 */
export function hiddenSegmentCheck(element: SectionElement): Check | undefined {
  const hidden = new Set(
    element.items.map((item) => folded(valuesOf(HIDDEN.collection.item, item).segment)),
  );
  if (hidden.size === 0) return undefined;
  const lengths: boolean[] = [];
  for (const { length } of hidden) lengths[length] = true;
  return ({ path }) => {
    const found = isOdd(path) ? hiddenInOdd(path, hidden) : hiddenIn(path, hidden, lengths);
    if (found === undefined) return;
    throw new HostError(
      "segment-hidden",
      `Cannot serve "${path}": the segment "${found}" is hidden by requestFiltering/hiddenSegments`,
    );
  };
}

/** Makes no strings of what no entry is as long as. */
function hiddenIn(
  path: string,
  hidden: ReadonlySet<string>,
  lengths: readonly boolean[],
): string | undefined {
  for (let start = 1; start < path.length;) {
    const slash = path.indexOf("/", start);
    const end = slash < 0 ? path.length : slash;
    if (lengths[end - start]) {
      const segment = path.slice(start, end);
      if (hidden.has(folded(segment))) return segment;
    }
    start = end + 1;
  }
}

function hiddenInOdd(path: string, hidden: ReadonlySet<string>): string | undefined {
  return path.split("/").find((segment) => {
    const name = folded(segment);
    return hidden.has(name) || hidden.has(fileName(name));
  });
}
