import { type AppConfig, locationLookup, type SectionSchema } from "../config/mod.ts";
import type { Exchange } from "../contract/exchange.ts";
import type { Handler, Module } from "../contract/module.ts";
import { hstsModule } from "./hsts.ts";
import { httpsRedirectModule } from "./https_redirect.ts";
import { mappedHandler, type MatchHandler } from "./mapped_handler.ts";
import type { CompileParts, ModuleSource } from "./module_source.ts";
import { pathBaseModule, pathBelow, requestPath } from "./path_base.ts";

export type { MatchHandler } from "./mapped_handler.ts";

/** Those that judge the URL the client sent, or give it another (IIS M-PL-1); the outermost first. */
const ENTRY: readonly ModuleSource[] = [];

/** Those that see what a rewrite made of it, in the order of the way in; the way out is the reverse. */
const REST: readonly ModuleSource[] = [];

/** What `readConfig` needs to know of the modules. */
export const MODULE_SECTIONS: readonly SectionSchema[] = [
  ...new Set([...ENTRY, ...REST].flatMap(({ sections }) => sections)),
];

/** What {@linkcode moduleChain} needs. */
export interface ModuleChainOptions extends CompileParts {
  readonly config: AppConfig;
  /** Of the configuration: handlers in order, path and verb matching. */
  readonly match: MatchHandler;
  /** Sends an exchange to the backend. */
  readonly aspNetCore: Handler;
  /** Where `--redirect-https` sends clients; absent where it does not. */
  readonly redirectTo?: (() => number | undefined) | undefined;
  /** Whether `--hsts` is on. @default false */
  readonly hsts?: boolean | undefined;
}

/** The modules of one place of the URL space. */
interface Stages {
  readonly entry: readonly Module[];
  readonly rest: readonly Module[];
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
  const handlers = new Map([
    ["aspnetcoremodule", aspNetCore],
    ["aspnetcoremodulev2", aspNetCore],
  ]);
  const outermost = hostModules(options);
  const stages = config.locations.map((location) => {
    const compile = (sources: readonly ModuleSource[]) =>
      sources.flatMap((source) => source.compile(location, options) ?? []);
    const own = { entry: [...outermost, ...compile(ENTRY)], rest: compile(REST) };
    return [location.path, own] as const;
  });
  const outside = stages[0]?.[1] ?? { entry: outermost, rest: [] };
  const at = locationLookup(stages);
  const stagesAt = stages.length < 2 ? () => outside : (x: Exchange) => {
    const path = pathBelow(pathBase, requestPath(x.request.target)) ?? "/";
    return at(path) ?? outside;
  };
  return { stagesAt, outside, handler: mappedHandler({ pathBase, match, handlers }) };
}

/** Those that the command line asks for. */
function hostModules({ pathBase, redirectTo, hsts }: ModuleChainOptions): Module[] {
  const modules: Module[] = [];
  if (hsts) modules.push(hstsModule());
  if (redirectTo) modules.push(httpsRedirectModule(redirectTo));
  if (pathBase !== "/") modules.push(pathBaseModule(pathBase));
  return modules;
}
