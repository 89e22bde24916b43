import type { Clock } from "../contract/clock.ts";
import type { BackendDirectory } from "../contract/directory.ts";
import type { Content, Exchange, Reply } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { Place } from "./_in_flight.ts";
import { SentContent } from "./_sent_content.ts";
import { type Silence, watchSilence } from "./_silence.ts";
import { inboundFields, outboundFields } from "./fields.ts";
import { type Transport, TransportFault } from "./transport.ts";

/** What an {@linkcode Attempt} needs. */
export interface AttemptOptions {
  readonly directory: BackendDirectory;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly requestTimeoutMs: number;
}

/** One exchange on its way to a backend and back. */
export class Attempt {
  readonly #x: Exchange;
  readonly #options: AttemptOptions;
  readonly #content: SentContent;
  readonly #silence: Silence;
  readonly #over = new AbortController();
  readonly #onLeave = () => this.#over.abort(this.#x.signal.reason);
  #answered = false;
  #late = false;

  constructor(x: Exchange, options: AttemptOptions) {
    this.#x = x;
    this.#options = options;
    x.signal.addEventListener("abort", this.#onLeave, { once: true });
    if (x.signal.aborted) this.#onLeave();
    this.#silence = watchSilence(options.clock, options.requestTimeoutMs, () => {
      this.#late = true;
      this.#over.abort();
    });
    this.#content = new SentContent(x.content, {
      onRead: () => this.#answered || this.#silence.heard(),
      onPiece: () => this.#answered || this.#silence.expect(),
    });
  }

  /** Sends the request to a target and gives the answer; its content then holds the place. */
  async send(place: Place): Promise<Reply> {
    const { request, client } = this.#x;
    const { target } = place;
    const fields = inboundFields(request.fields, { client, token: target.token });
    const content = this.#content.fromStart();
    this.#over.signal.throwIfAborted();
    this.#silence.expect();
    try {
      const reply = await this.#options.transport
        .send(target, { ...request, fields }, content, this.#over.signal);
      this.#answered = true;
      this.#silence.heard();
      return {
        head: { ...reply.head, fields: outboundFields(reply.head.fields) },
        content: this.#relayed(reply.content, place),
      };
    } catch (error) {
      this.#report(error, place);
      throw error;
    }
  }

  /** Whether sending again cannot make the backend do something twice that it should do once. */
  mayRepeat(fault: TransportFault): boolean {
    if (this.#over.signal.aborted || fault.kind === "invalid") return false;
    if (fault.kind === "refused") return this.#content.canStartAgain;
    return ["GET", "HEAD", "OPTIONS"].includes(this.#x.request.method) &&
      this.#x.content.length === 0;
  }

  /** Says what an error of the transport means for the client. */
  failure(error: unknown): HostError {
    if (this.#x.signal.aborted) return leftError(this.#x.signal.reason);
    if (this.#content.failure !== undefined) return leftError(this.#content.failure);
    const { requestTimeoutMs } = this.#options;
    if (this.#late) {
      return new HostError("backend-silent", `Cannot wait longer than ${requestTimeoutMs} ms`);
    }
    if (!(error instanceof TransportFault)) return HostError.from(error);
    const code = CODES[error.kind];
    return new HostError(code, `Cannot finish the exchange with the backend: ${error.message}`, {
      cause: error,
    });
  }

  /** Lets go of everything but the exchange itself. */
  end(): void {
    this.#silence[Symbol.dispose]();
    this.#x.signal.removeEventListener("abort", this.#onLeave);
    this.#over.abort();
  }

  #report(error: unknown, { target }: Place): void {
    const aborted = this.#over.signal.aborted || this.#content.failure !== undefined;
    if (aborted || !(error instanceof TransportFault) || error.kind === "invalid") return;
    this.#options.directory.report(target.id, error.kind);
  }

  /** The answer's content on its way to the client. */
  #relayed(source: Content, place: Place): Content {
    const finish = () => {
      place.leave();
      this.end();
    };
    const read = async () => {
      this.#silence.expect();
      try {
        const piece = await source.read();
        this.#silence.heard();
        if (piece === null) finish();
        return piece;
      } catch (error) {
        this.#report(error, place);
        const failure = this.failure(error);
        finish();
        throw failure;
      }
    };
    if (source.length === 0 && !source.trailers) {
      finish();
      return source;
    }
    return {
      length: source.length,
      read,
      cancel(reason) {
        source.cancel(reason);
        finish();
      },
      trailers: () => source.trailers?.(),
    };
  }
}

const CODES = {
  refused: "backend-refused",
  broken: "backend-broke",
  invalid: "backend-invalid",
} as const;

function leftError(reason: unknown): HostError {
  if (reason instanceof HostError) return reason;
  return new HostError("client-gone", "The client left", { cause: reason });
}
