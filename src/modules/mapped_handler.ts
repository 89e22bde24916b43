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
  const chains = new WeakMap<HandlerMapping, readonly ChainHandler[]>();
  // Nothing waits where nobody does: most requests go straight to the backend.
  return (x) => {
    const { method, target } = x.request;
    const path = pathBelow(pathBase, requestPath(target)) ?? "/";
    const mapping = match(path, method);
    return mapping instanceof Promise
      ? mapping.then((found) => answer(x, path, found))
      : answer(x, path, mapping);
  };

  function answer(
    x: Exchange,
    path: string,
    mapping: HandlerMapping | undefined,
  ): Awaitable<Reply> {
    if (!mapping) {
      throw new HostError("no-handler", `Cannot find a handler for ${x.request.method} "${path}"`);
    }
    if (mapping.denied) throw accessDenied(mapping.denied, mapping, path);
    let chain = chains.get(mapping);
    if (!chain) chains.set(mapping, chain = chainOf(mapping));
    return firstOf(chain, 0, x, path);
  }

  function chainOf({ name, modules }: HandlerMapping): readonly ChainHandler[] {
    const chain = modules.flatMap((module) => handlers.get(module.toLowerCase()) ?? []);
    if (chain.length > 0) return chain;
    throw new HostError(
      "handler-module-missing",
      `Cannot use the handler "${name}": no module "${modules.join(",")}" here`,
    );
  }
}

function firstOf(
  chain: readonly ChainHandler[],
  from: number,
  x: Exchange,
  path: string,
): Awaitable<Reply> {
  for (let i = from; i < chain.length; i++) {
    const reply = chain[i]?.(x);
    if (reply instanceof Promise) {
      return reply.then((given) => given ?? firstOf(chain, i + 1, x, path));
    }
    if (reply) return reply;
  }
  throw new HostError("listing-denied", `Cannot list the folder "${path}"`);
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
