import type { Handler, Module } from "../contract/module.ts";
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
}

/** What the pipeline is made of. */
export interface ModuleChain {
  /** Outermost first. */
  readonly modules: readonly Module[];
  /** The handler mapping. */
  readonly handler: Handler;
}

/** Puts the modules in their order (IIS M-PL-1), outermost first. */
export function moduleChain({ pathBase, match, aspNetCore }: ModuleChainOptions): ModuleChain {
  const handlers = new Map([
    ["aspnetcoremodule", aspNetCore],
    ["aspnetcoremodulev2", aspNetCore],
  ]);
  return {
    modules: pathBase === "/" ? [] : [pathBaseModule(pathBase)],
    handler: mappedHandler({ pathBase, match, handlers }),
  };
}
