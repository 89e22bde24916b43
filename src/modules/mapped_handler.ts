import type { HandlerMapping } from "../config/app_config.ts";
import type { Awaitable, Exchange, Reply } from "../contract/exchange.ts";
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

/** Answers an exchange, or leaves it to the next module that its handler mapping names. */
export type ChainHandler = (x: Exchange) => Awaitable<Reply | undefined>;

/** What {@linkcode mappedHandler} needs. */
export interface MappedHandlerOptions {
  /** `/`, or `/sub` without a slash at its end. */
  readonly pathBase: string;
  readonly match: MatchHandler;
  /** By IIS module name in lower case. */
  readonly handlers: ReadonlyMap<string, ChainHandler>;
}

/**
 * Makes the handler that gives each exchange to the one its path and verb are mapped to.
 * It throws `no-handler` where none is mapped, `handler-module-missing` for a module unknown here, and
 * `listing-denied` where all of its modules leave it.
 *
 * @see ANCM H-1 … H-5, X-11, X-12, IIS M-DD-2
 */
export function mappedHandler({ pathBase, match, handlers }: MappedHandlerOptions): Handler {
  return async (x) => {
    const { method, target } = x.request;
    const path = pathBelow(pathBase, requestPath(target)) ?? "/";
    const mapping = await match(path, method);
    if (!mapping) {
      throw new HostError("no-handler", `Cannot find a handler for ${method} "${path}"`);
    }
    if (mapping.denied) throw accessDenied(mapping.denied, mapping, path);
    let isKnown = false;
    for (const module of mapping.modules) {
      const handler = handlers.get(module.toLowerCase());
      if (!handler) continue;
      isKnown = true;
      const reply = handler(x);
      const given = reply instanceof Promise ? await reply : reply;
      if (given) return given;
    }
    if (isKnown) throw new HostError("listing-denied", `Cannot list the folder "${path}"`);
    throw new HostError(
      "handler-module-missing",
      `Cannot use the handler "${mapping.name}": no module "${mapping.modules.join(",")}" here`,
    );
  };
}

/** @see IIS section 4.4 */
function accessDenied(
  access: NonNullable<HandlerMapping["denied"]>,
  { name }: HandlerMapping,
  path: string,
): HostError {
  const what =
    `Cannot use the handler "${name}" for "${path}": it needs access that is not granted`;
  return new HostError(`${access}-denied`, what);
}
