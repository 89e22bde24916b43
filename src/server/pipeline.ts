import type { Awaitable, Exchange, Reply } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { ErrorPage, Handler, Module, Stages } from "../contract/module.ts";

/** What a {@linkcode pipeline} is made of. */
export interface PipelineParts {
  /**
   * Gives the modules of the place that the request's target lies in.
   *
   * @throws {HostError} where the target lies nowhere
   */
  readonly stagesAt: (x: Exchange) => Stages;
  /** For a request whose target lies nowhere. */
  readonly outside: Stages;
  readonly handler: Handler;
  readonly page: ErrorPage;
}

/**
 * Wraps the modules around the handler. Never rejects: a failure becomes a page. Whoever ends a request early,
 * the way out leads through every module of its place (IIS M-PL-2, M-PL-5).
 */
export function pipeline(parts: PipelineParts): Handler {
  return async (x) => {
    const passage = new Passage(x, parts);
    let reply: Reply;
    try {
      const entered = passage.enter();
      const early = entered instanceof Promise ? await entered : entered;
      reply = early ? { ...early, isOfModule: true } : await parts.handler(x);
    } catch (error) {
      reply = parts.page(x, HostError.from(error));
    }
    // A switched protocol has no content to filter.
    return reply.head.status === 101 ? reply : passage.leave(reply);
  };
}

/** One request's way through the modules. */
class Passage {
  readonly #x: Exchange;
  readonly #parts: PipelineParts;
  #entry: readonly Module[];
  #rest: readonly Module[];

  constructor(x: Exchange, parts: PipelineParts) {
    this.#x = x;
    this.#parts = parts;
    this.#entry = parts.outside.entry;
    this.#rest = parts.outside.rest;
  }

  /** The way in; waits only for stages that do. */
  enter(): Awaitable<Reply | void> {
    const received = this.#x.request;
    this.#take(this.#parts.stagesAt(this.#x));
    return after(this.#request(this.#entry, 0), (early) => {
      if (early) return early;
      if (this.#x.request !== received) this.#rest = this.#parts.stagesAt(this.#x).rest;
      return this.#request(this.#rest, 0);
    });
  }

  /** The way out, in reverse; waits only for stages that do. */
  leave(reply: Reply): Awaitable<Reply> {
    return after(
      this.#response(this.#rest, this.#rest.length, reply),
      (reply) => this.#response(this.#entry, this.#entry.length, reply),
    );
  }

  #take({ entry, rest }: Stages): void {
    this.#entry = entry;
    this.#rest = rest;
  }

  #request(modules: readonly Module[], from: number): Awaitable<Reply | void> {
    for (let i = from; i < modules.length; i++) {
      const early = modules[i]?.request?.(this.#x);
      if (early instanceof Promise) {
        return early.then((reply) => reply ?? this.#request(modules, i + 1));
      }
      if (early) return early;
    }
  }

  #response(modules: readonly Module[], before: number, reply: Reply): Awaitable<Reply> {
    for (let i = before - 1; i >= 0; i--) {
      const module = modules[i];
      if (!module?.response) continue;
      const given = reply;
      try {
        const next = module.response(this.#x, given);
        if (next instanceof Promise) {
          return next.catch((error) => this.#failed(given, error))
            .then((reply) => this.#response(modules, i, reply));
        }
        reply = next;
      } catch (error) {
        reply = this.#failed(given, error);
      }
    }
    return reply;
  }

  #failed(reply: Reply, error: unknown): Reply {
    reply.content.cancel(error);
    return this.#parts.page(this.#x, HostError.from(error));
  }
}

function after<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
