import type { ErrorStatus } from "../contract/module.ts";

/** Where in the pipeline an error came up, in the words of IIS. */
export interface ErrorSource {
  readonly module: string;
  /** The event of the pipeline. */
  readonly notification: string;
  /** The handler mapping; absent where none was chosen yet. */
  readonly handler?: string;
}

const source = (module: string, notification: string): ErrorSource => ({ module, notification });
const handled = (module: string, handler: string): ErrorSource => ({
  module,
  notification: "ExecuteRequestHandler",
  handler,
});

const FILTERING = source("RequestFilteringModule", "BeginRequest");
const REWRITE = source("RewriteModule", "BeginRequest");
const OUTBOUND_REWRITE = source("RewriteModule", "ReleaseRequestState");
const ADDRESSES = source("IpRestrictionModule", "BeginRequest");
const RATES = source("DynamicIpRestrictionModule", "BeginRequest");
const ACCESS = source("Access", "AuthorizeRequest");
const AUTHENTICATION = source("BasicAuthenticationModule", "AuthenticateRequest");
const AUTHORIZATION = source("UrlAuthorizationModule", "AuthorizeRequest");
const MAPPING = source("HandlerMapping", "MapRequestHandler");
const FILES = handled("StaticFileModule", "StaticFile");
const FOLDERS = handled("DirectoryListingModule", "StaticFile");
const BACKEND = handled("AspNetCoreModuleV2", "aspNetCore");

/** By what the name of a failure begins with. */
const OF_NAMES: readonly (readonly [start: string, source: ErrorSource])[] = [
  ["file-", FILES],
  ["logon-", AUTHENTICATION],
  ["user-", AUTHORIZATION],
  ["rewrite-", REWRITE],
];

/** By status and sub-status: those that only one module answers with. @see IIS section 12 */
const SOURCES: Readonly<Record<string, ErrorSource>> = {
  "401.501": RATES,
  "401.502": RATES,
  "401.503": ADDRESSES,
  "403.1": MAPPING,
  "403.2": MAPPING,
  "403.3": MAPPING,
  "403.4": ACCESS,
  "403.5": ACCESS,
  "403.6": ADDRESSES,
  "403.8": ADDRESSES,
  "403.14": FOLDERS,
  "403.501": RATES,
  "403.502": RATES,
  "404.4": MAPPING,
  "404.5": FILTERING,
  "404.6": FILTERING,
  "404.7": FILTERING,
  "404.8": FILTERING,
  "404.11": FILTERING,
  "404.12": FILTERING,
  "404.14": FILTERING,
  "404.15": FILTERING,
  "404.18": FILTERING,
  "404.19": FILTERING,
  "404.20": FILTERING,
  "404.501": RATES,
  "404.502": RATES,
  "404.503": ADDRESSES,
  "412.0": FILES,
  "413.1": FILTERING,
  "416.0": FILES,
  "500.21": MAPPING,
  "500.50": REWRITE,
  "500.52": OUTBOUND_REWRITE,
  "500.53": OUTBOUND_REWRITE,
  "502.3": BACKEND,
  "502.5": BACKEND,
};

/** Tells where an error came up; undefined where several places could be meant. */
export function errorSource({ status, subStatus, error }: ErrorStatus): ErrorSource | undefined {
  if (!error || error.failure.side === "backend") return BACKEND;
  const [, named] = OF_NAMES.find(([start]) => error.code.startsWith(start)) ?? [];
  return named ?? SOURCES[`${status}.${subStatus}`];
}
