import type { Awaitable, Reply } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { ErrorPage, Handler, Module } from "../contract/module.ts";

/** Wraps the modules around the handler. Never rejects: a failure becomes a page. */
export function pipeline(modules: readonly Module[], handler: Handler, page: ErrorPage): Handler {
  return async (x) => {
    const guard = (step: () => Awaitable<Reply>) =>
      Promise.try(step).catch((error) => page(x, HostError.from(error)));
    const entered: Module[] = [];
    let reply = await guard(async () => {
      for (const module of modules) {
        entered.unshift(module);
        const early = await module.request?.(x);
        if (early) return early;
      }
      return handler(x);
    });
    if (reply.head.status === 101) return reply; // a switched protocol has no content to filter
    for (const module of entered) {
      if (!module.response) continue;
      const before = reply;
      reply = await guard(() => module.response?.(x, before) ?? before);
    }
    return reply;
  };
}
