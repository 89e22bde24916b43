import type { Handler, Module } from "../contract/module.ts";
import { hstsModule } from "./hsts.ts";
import { httpsRedirectModule } from "./https_redirect.ts";
import { mappedHandler, type MatchHandler } from "./mapped_handler.ts";
import { pathBaseModule } from "./path_base.ts";

export type { MatchHandler } from "./mapped_handler.ts";

/** What {@linkcode moduleChain} needs. */
export interface ModuleChainOptions {
  /** Virtual path of the application: `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
  /** Of the configuration: handlers in order, path and verb matching. */
  readonly match: MatchHandler;
  /** Sends an exchange to the backend. */
  readonly aspNetCore: Handler;
  /** Where `--redirect-https` sends clients; absent where it does not. */
  readonly redirectTo?: (() => number | undefined) | undefined;
  /** Whether `--hsts` is on. @default false */
  readonly hsts?: boolean | undefined;
}

/** What the pipeline is made of. */
export interface ModuleChain {
  /** Outermost first. */
  readonly modules: readonly Module[];
  /** The handler mapping. */
  readonly handler: Handler;
}

/** Puts the modules in their order (IIS M-PL-1), outermost first. What is off is not among them. */
export function moduleChain(options: ModuleChainOptions): ModuleChain {
  const { pathBase, match, aspNetCore, redirectTo, hsts } = options;
  const handlers = new Map([
    ["aspnetcoremodule", aspNetCore],
    ["aspnetcoremodulev2", aspNetCore],
  ]);
  const modules: Module[] = [];
  if (hsts) modules.push(hstsModule());
  if (redirectTo) modules.push(httpsRedirectModule(redirectTo));
  if (pathBase !== "/") modules.push(pathBaseModule(pathBase));
  return { modules, handler: mappedHandler({ pathBase, match, handlers }) };
}
