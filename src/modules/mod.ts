import { type AppConfig, locationLookup, type SectionSchema } from "../config/mod.ts";
import type { Awaitable, Exchange, Reply, RequestHead } from "../contract/exchange.ts";
import type { Handler, Module, Stages } from "../contract/module.ts";
import { access } from "./access.ts";
import { BROKEN_PLACE, BrokenPlaces } from "./_broken_places.ts";
import { applicationInitialization } from "./application_initialization.ts";
import { anonymousAuthentication, basicAuthentication } from "./authentication/authentication.ts";
import { authorization } from "./authorization.ts";
import { dynamicCompression, staticCompression } from "./compression/compression.ts";
import { dynamicIpSecurity } from "./dynamic_ip_security.ts";
import { FILE_MODULES, FILE_SECTIONS, fileHandlers } from "./file_handlers.ts";
import { hstsModule } from "./hsts.ts";
import { customErrors } from "./http_errors/custom_errors.ts";
import { httpLogging } from "./http_logging.ts";
import { httpProtocol } from "./http_protocol.ts";
import { httpRedirect } from "./http_redirect.ts";
import { httpsRedirectModule } from "./https_redirect.ts";
import { ipSecurity } from "./ip_security.ts";
import { type ChainHandler, mappedHandler, type MatchHandler } from "./mapped_handler.ts";
import type { CompileParts, ModuleSource } from "./module_source.ts";
import { pathBaseModule, pathBelow, requestPath } from "./path_base.ts";
import { outputCache } from "./output_cache.ts";
import { PhysicalFiles } from "./physical_files.ts";
import { rewriteAnswers } from "./rewrite/outbound.ts";
import { rewriteRules } from "./rewrite/rules.ts";
import { requestFiltering } from "./request_filtering/request_filtering.ts";
import { serverRuntime } from "./server_runtime.ts";

export type { MatchHandler } from "./mapped_handler.ts";

/** Those that judge the URL the client sent, or give it another (IIS M-PL-1); the outermost first. */
const ENTRY: readonly ModuleSource[] = [
  serverRuntime,
  ipSecurity,
  dynamicIpSecurity,
  requestFiltering,
  rewriteRules,
];

/** Those that see what a rewrite made of it, in the order of the way in; the way out is the reverse. */
const REST: readonly ModuleSource[] = [
  httpLogging,
  staticCompression,
  dynamicCompression,
  httpProtocol,
  customErrors,
  rewriteAnswers,
  access,
  basicAuthentication,
  anonymousAuthentication,
  authorization,
  applicationInitialization,
  outputCache,
  httpRedirect,
];

/** What `readConfig` needs to know of the modules. */
export const MODULE_SECTIONS: readonly SectionSchema[] = [
  ...new Set([...ENTRY, ...REST].flatMap(({ sections }) => sections)),
  ...FILE_SECTIONS,
];

/** The IIS modules that `readConfig` may take handlers to name, beside the backend's. */
export const MODULE_NAMES: readonly string[] = FILE_MODULES;

/** Loads what the modules of a configuration need. To be awaited before {@linkcode moduleChain}. */
export async function prepareModules({ locations }: Pick<AppConfig, "locations">): Promise<void> {
  for (const { prepare } of [...ENTRY, ...REST]) await prepare?.(locations);
}

/** What {@linkcode moduleChain} needs. */
export interface ModuleChainOptions extends CompileParts {
  readonly config: AppConfig;
  /** Of the configuration: handlers in order, path and verb matching. */
  readonly match: MatchHandler;
  /** What lies in the application folder; `match` should ask the same. @default one of its own */
  readonly files?: PhysicalFiles | undefined;
  /** Sends an exchange to the backend. */
  readonly aspNetCore: Handler;
  /** Where `--redirect-https` sends clients; absent where it does not. */
  readonly redirectTo?: (() => number | undefined) | undefined;
  /** Whether `--hsts` is on. @default false */
  readonly hsts?: boolean | undefined;
}

/** What the pipeline is made of. */
export interface ModuleChain {
  /** Gives the modules of the place that the request's target lies in. */
  readonly stagesAt: (x: Exchange) => Stages;
  /** For requests whose target lies nowhere. */
  readonly outside: Stages;
  /** The handler mapping. */
  readonly handler: Handler;
}

/** Puts the modules in their order (IIS M-PL-1), outermost first. What is off is not among them. */
export function moduleChain(options: ModuleChainOptions): ModuleChain {
  const { config, pathBase, match, aspNetCore } = options;
  const outermost = hostModules(options);
  const broken = new BrokenPlaces(config);
  const parts: ModuleChainOptions = {
    ...options,
    removedModules: new Set(config.removedModules),
    problem: (problem) => options.problem(broken.confined(problem)),
  };
  const files = options.files ?? new PhysicalFiles(options);
  const again = (x: Exchange, before: RequestHead): Awaitable<Reply> => {
    const { rest } = stagesOf(x.request);
    return rest === stagesOf(before).rest ? handler(x) : through(rest, x, handler);
  };
  const handlers = new Map<string, ChainHandler>([
    ["aspnetcoremodule", aspNetCore],
    ["aspnetcoremodulev2", aspNetCore],
    ...fileHandlers({ ...parts, files, again }),
  ]);
  for (const name of config.removedModules) handlers.delete(name.toLowerCase()); // IIS M-MO-4
  const handler = mappedHandler({ pathBase, match, handlers });
  const stages = compiledStages(outermost, parts, broken);
  const outside = stages[0]?.[1] ?? { entry: outermost, rest: [] };
  const at = locationLookup(stages);
  const stagesOf = stages.length < 2 ? () => outside : ({ target }: RequestHead) => {
    const path = pathBelow(pathBase, requestPath(target)) ?? "/";
    return at(path) ?? outside;
  };
  return { stagesAt: (x) => stagesOf(x.request), outside, handler };
}

/** Compiles the modules of each place, from shallow to deep; those that `<modules>` takes away are not among them. */
function compiledStages(
  outermost: readonly Module[],
  parts: ModuleChainOptions,
  broken: BrokenPlaces,
): readonly (readonly [path: string, stages: Stages])[] {
  const stages = parts.config.locations.map((location) => {
    const compile = (sources: readonly ModuleSource[]) =>
      sources.flatMap((source) => {
        const isRemoved = parts.removedModules?.has(source.name);
        return (isRemoved ? source.removed : source.compile(location, parts)) ?? [];
      });
    const own = { entry: [...outermost, ...compile(ENTRY)], rest: compile(REST) };
    return [location.path, own] as const;
  });
  const refused = { entry: [...outermost, BROKEN_PLACE], rest: [BROKEN_PLACE] };
  return stages.map(([path, own]) => [path, broken.has(path) ? refused : own] as const);
}

/** Leads a request on its way in through the modules of the place that it was given within the host. */
async function through(modules: readonly Module[], x: Exchange, handler: Handler): Promise<Reply> {
  for (const module of modules) {
    const early = await module.request?.(x);
    if (early) return early;
  }
  return await handler(x);
}

/** Those that the command line asks for. */
function hostModules({ pathBase, redirectTo, hsts }: ModuleChainOptions): Module[] {
  const modules: Module[] = [];
  if (hsts) modules.push(hstsModule());
  if (redirectTo) modules.push(httpsRedirectModule(redirectTo));
  if (pathBase !== "/") modules.push(pathBaseModule(pathBase));
  return modules;
}
