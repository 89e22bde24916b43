import type { Failure } from "./failure.ts";

/** What the client asked for may not be asked for. */
const notFound = (subStatus: number, remedy: string) =>
  ({ status: 404, subStatus, side: "client", title: "Not Found", remedy }) as const;

/** The requests that `security/requestFiltering`, `security/access` and `serverRuntime` refuse. @see IIS sections 5, 9.5, 10, 12 */
export const FILTER_FAILURES = {
  "url-sequence-denied": notFound(
    5,
    "Remove the sequence from requestFiltering/denyUrlSequences in web.config, or add the whole path to alwaysAllowedUrls",
  ),
  "verb-denied": notFound(
    6,
    'Add the verb to requestFiltering/verbs in web.config with allowed="true", or remove the entry that denies it',
  ),
  "extension-denied": notFound(
    7,
    "Remove the extension from requestFiltering/fileExtensions in web.config, as in " +
      '<fileExtensions><remove fileExtension=".cs"/></fileExtensions>, and add it with allowed="true" where allowUnlisted is false',
  ),
  "segment-hidden": notFound(
    8,
    "Remove the segment from requestFiltering/hiddenSegments in web.config, as in " +
      '<hiddenSegments><remove segment="bin"/></hiddenSegments>',
  ),
  "url-double-escaped": notFound(
    11,
    'Write <requestFiltering allowDoubleEscaping="true"> in web.config, or send no "+" and no escaped "%" escape in the path',
  ),
  "url-high-bit": notFound(
    12,
    'Write <requestFiltering allowHighBitCharacters="true"> in web.config',
  ),
  "url-too-long": notFound(14, "Raise requestFiltering/requestLimits/@maxUrl in web.config"),
  "query-too-long": notFound(
    15,
    "Raise requestFiltering/requestLimits/@maxQueryString in web.config",
  ),
  "query-sequence-denied": notFound(
    18,
    "Remove the sequence from requestFiltering/denyQueryStringSequences in web.config, or add the whole query to alwaysAllowedQueryStrings",
  ),
  "filtering-rule-denied": notFound(
    19,
    "Change or remove that rule of requestFiltering/filteringRules in web.config",
  ),
  "field-too-long": {
    status: 431,
    subStatus: 0,
    side: "client",
    title: "Request Header Fields Too Large",
    remedy: "Raise the field's sizeLimit in requestFiltering/requestLimits/headerLimits",
  },
  "content-too-long": {
    status: 413,
    subStatus: 1,
    side: "client",
    title: "Content Too Large",
    remedy:
      "Raise requestFiltering/requestLimits/@maxAllowedContentLength in web.config, and the " +
      "application's own limit, which is 30,000,000 bytes with ASP.NET Core, too",
  },
  "entity-too-large": {
    status: 413,
    subStatus: 0,
    side: "client",
    title: "Content Too Large",
    remedy: "Raise serverRuntime/@maxRequestEntityAllowed in web.config",
  },
  "tls-required": {
    status: 403,
    subStatus: 4,
    side: "client",
    title: "Forbidden",
    remedy: "Ask by https; where TLS ends at a proxy in front, name it with --trusted-proxy",
  },
  "application-busy": {
    status: 503,
    subStatus: 2,
    side: "host",
    title: "Service Unavailable",
    remedy: "Raise serverRuntime/@appConcurrentRequestLimit in web.config, or try again later",
  },
  "runtime-disabled": {
    status: 503,
    subStatus: 0,
    side: "host",
    title: "Service Unavailable",
    remedy: 'Write <serverRuntime enabled="true"/> in web.config',
  },
} as const satisfies Record<string, Failure>;
