import { Cancellation } from "../contract/cancellation.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import { judgeRequest } from "./_judge.ts";
import { clientOf, contentOf, headOf } from "./_web_request.ts";
import { responseOf } from "./_web_response.ts";
import type { FrontOptions, Outcome } from "./front.ts";

/** Takes requests from `Deno.serve`. What it cannot do is listed in docs/deviations.md. */
export class WebFront {
  readonly #options: FrontOptions;
  readonly #live = new Set<WebExchange>();
  #closing = false;

  constructor(options: FrontOptions) {
    this.#options = options;
  }

  /** Exchanges that have begun and not ended. */
  get inFlight(): number {
    return this.#live.size;
  }

  /** From now on answers carry `Connection: close`. */
  announceClose(): void {
    this.#closing = true;
  }

  /** Ends every exchange at once. */
  abort(): void {
    const reason = new HostError("host-stopping", "The host stops now");
    for (const x of this.#live) x.abort(reason);
  }

  /** What `Deno.serve` calls. Never rejects. */
  readonly serve = async (request: Request, info: Deno.ServeHandlerInfo): Promise<Response> => {
    const x = new WebExchange(request, info);
    this.#live.add(x);
    request.signal.addEventListener("abort", () => x.abort(), { once: true });
    const finish = (sent: boolean) => {
      this.#live.delete(x);
      this.#options.finished?.(x, x.outcome(sent));
    };
    info.completed.then(() => finish(true), () => finish(false));
    const { reply, refused } = await this.#answer(x);
    return this.#respond(x, reply, refused || this.#closing);
  };

  async #answer(x: WebExchange): Promise<{ reply: Reply; refused: boolean }> {
    try {
      x.request = judgeRequest(x.received);
    } catch (error) {
      return { reply: this.#options.page(x, HostError.from(error)), refused: true };
    }
    return { reply: await this.#options.handler(x), refused: false };
  }

  #respond(x: WebExchange, reply: Reply, close: boolean): Response {
    const options = { method: x.received.method, close, observer: x };
    try {
      x.status = reply.head.status;
      return responseOf(reply, options);
    } catch (cause) {
      reply.content.cancel(cause);
      const why = cause instanceof Error ? cause.message : String(cause);
      const error = new HostError("backend-invalid", `Cannot pass on the answer: ${why}`, {
        cause,
      });
      const page = this.#options.page(x, error);
      x.status = page.head.status;
      return responseOf(page, options);
    }
  }
}

let count = 0;
/** Tells the ids of one run of the host from those of the next, where both are in one log. */
const run = crypto.randomUUID().slice(0, 4);

/** An exchange over `Deno.serve`, and what is known of its end. */
class WebExchange implements Exchange {
  readonly id = `${run}-${(++count).toString(36)}`;
  readonly received;
  request;
  readonly content;
  readonly client;
  status = 0;

  readonly cancellation = new Cancellation();
  #bytesIn = 0;
  #bytesOut = 0;
  #ended = false;
  #error: unknown;

  constructor(request: Request, info: Deno.ServeHandlerInfo) {
    this.received = this.request = headOf(request);
    this.client = clientOf(info);
    this.content = contentOf(request, this.received, this);
  }

  get signal(): AbortSignal {
    return this.cancellation.signal;
  }

  /** Ends it, unless it has ended already: the platform aborts after success and failure, too. */
  abort(reason: unknown = new HostError("client-gone", "The client left")): void {
    if (!this.#ended && this.#error === undefined) this.cancellation.cancel(reason);
  }

  onRequestBytes(bytes: number): void {
    this.#bytesIn += bytes;
  }

  onRequestError(cause: unknown): void {
    this.abort(new HostError("client-gone", "The client left within its content", { cause }));
  }

  onBytes(bytes: number): void {
    this.#bytesOut += bytes;
  }

  onEnd(): void {
    this.#ended = true;
  }

  onError(error: unknown): void {
    this.#error = error;
  }

  /** @param sent what the platform says, which is wrong where it stopped reading at the promised length */
  outcome(sent: boolean): Outcome {
    this.content.cancel();
    const facts = { status: this.status, bytesIn: this.#bytesIn, bytesOut: this.#bytesOut };
    if (this.cancellation.isCancelled) return { ...facts, end: "client-left" };
    if (this.#error !== undefined) return { ...facts, end: "broken", error: this.#error };
    return { ...facts, end: sent || this.#ended ? "complete" : "client-left" };
  }
}
