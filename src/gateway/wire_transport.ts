import { ConnectionPool, type ConnectionPoolOptions } from "./connection_pool.ts";
import type { Transport } from "./transport.ts";
import { refusedMethod } from "./_refused_method.ts";
import { WireExchange, type WireOwner } from "./_wire_exchange.ts";

/**
 * Reaches backends by our own HTTP/1.1 over connections that are kept and used again.
 *
 * A request that a kept connection swallowed is sent once more on a new one, where that can do no harm: nothing of
 * it was written, or it is a GET, HEAD or OPTIONS without content and no byte of an answer came.
 *
 * @see ANCM F-28, design row R-10
 */
export function wireTransport(options: ConnectionPoolOptions): Transport {
  const pool = new ConnectionPool(options);
  const owner: WireOwner = {
    release: (connection) => pool.release(connection),
    async again(request) {
      const connection = await pool.connect(request.target, request.cancellation);
      return await new WireExchange(connection, request, owner).run();
    },
  };

  return {
    name: "wire",
    readsAhead: false,
    refusal: ({ method }) => refusedMethod(method),
    send(target, head, content, cancellation, hooks) {
      const request = { target, head, content, cancellation, hooks };
      const kept = pool.take(target);
      return kept ? new WireExchange(kept, request, owner).run() : owner.again(request);
    },
    retain: (targets) => pool.retain(targets),
    [Symbol.dispose]: () => pool[Symbol.dispose](),
  };
}
