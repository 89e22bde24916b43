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
const MAPPING = source("HandlerMapping", "MapRequestHandler");
const FILES = handled("StaticFileModule", "StaticFile");
const FOLDERS = handled("DirectoryListingModule", "StaticFile");
const BACKEND = handled("AspNetCoreModuleV2", "aspNetCore");

/** By status and sub-status: those that only one module answers with. @see IIS section 12 */
const SOURCES: Readonly<Record<string, ErrorSource>> = {
  "401.501": RATES,
  "401.502": RATES,
  "401.503": ADDRESSES,
  "403.4": ACCESS,
  "403.5": ACCESS,
  "403.6": ADDRESSES,
  "403.8": ADDRESSES,
  "403.14": FOLDERS,
  "403.18": REWRITE,
  "403.501": RATES,
  "403.502": RATES,
  "404.3": FILES,
  "404.4": MAPPING,
  "404.5": FILTERING,
  "404.6": FILTERING,
  "404.7": FILTERING,
  "404.8": FILTERING,
  "404.9": FILES,
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
  "413.1": FILTERING,
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
  return SOURCES[`${status}.${subStatus}`];
}
