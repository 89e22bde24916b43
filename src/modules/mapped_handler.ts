import type { HandlerMapping } from "../config/app_config.ts";
import type { Awaitable } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { Handler } from "../contract/module.ts";
import { pathBelow, requestPath } from "./path_base.ts";

/**
 * Finds the first handler mapping that fits.
 *
 * @param path normalised, below the application, beginning with a slash
 * @param method as the client sent it
 * @see ANCM H-2
 */
export type MatchHandler = (
  path: string,
  method: string,
) => Awaitable<HandlerMapping | undefined>;

/** What {@linkcode mappedHandler} needs. */
export interface MappedHandlerOptions {
  /** `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
  readonly match: MatchHandler;
  /** By IIS module name in lower case. */
  readonly handlers: ReadonlyMap<string, Handler>;
}

/**
 * Makes the handler that gives each exchange to the one its path and verb are mapped to.
 * It throws `no-handler` where none is mapped, and `handler-module-missing` for a module unknown here.
 *
 * @see ANCM H-1 … H-5, X-11, X-12
 */
export function mappedHandler({ pathBase, match, handlers }: MappedHandlerOptions): Handler {
  return async (x) => {
    const { method, target } = x.request;
    const path = pathBelow(pathBase, requestPath(target)) ?? "/";
    const mapping = await match(path, method);
    if (!mapping) {
      throw new HostError("no-handler", `Cannot find a handler for ${method} "${path}"`);
    }
    for (const module of mapping.modules) {
      const handler = handlers.get(module.toLowerCase());
      if (handler) return handler(x);
    }
    throw new HostError(
      "handler-module-missing",
      `Cannot use the handler "${mapping.name}": no module "${mapping.modules.join(",")}" here`,
    );
  };
}
