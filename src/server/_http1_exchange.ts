import { Cancellation } from "../contract/cancellation.ts";
import type {
  Client,
  Content,
  Exchange,
  Fields,
  RequestHead,
  ResponseHead,
} from "../contract/exchange.ts";
import type { ExchangeRecord } from "../contract/exchange_record.ts";
import { HostError } from "../contract/host_error.ts";
import { FieldList, PARSE_ERRORS, type ReceivedRequest } from "../http1/mod.ts";
import { exchangeId } from "./_exchange_id.ts";
import { type Http1Input, InputError } from "./_http1_input.ts";

const UNREADABLE: ReceivedRequest = {
  method: "",
  target: "",
  version: "HTTP/1.1",
  fields: FieldList.none,
};

/** What an exchange needs of its connection. */
export interface ExchangeParts {
  readonly input: Http1Input;
  readonly client: Client;
  /** Whether what came is no request: only that it came is known. */
  readonly isUnreadable?: boolean;
  /** Sends an interim response; absent for a client that takes none. */
  readonly interim?: (head: ResponseHead) => Promise<void>;
}

/** An exchange over our own HTTP/1.1. */
export class Http1Exchange implements Exchange, Content {
  readonly id: string = exchangeId();
  readonly received: RequestHead;
  request: RequestHead;
  client: Client;
  readonly cancellation: Cancellation = new Cancellation();
  readonly interim?: (head: ResponseHead) => Promise<void>;
  record?: ExchangeRecord;
  atEnd?: (() => void)[];
  /** As Content-Length says; undefined where only its end will tell. */
  readonly length: number | undefined;
  /** Bytes of the request's content that were read. */
  bytesIn = 0;

  readonly #input: Http1Input;
  #content: Content = this;
  #isOver = false;

  constructor({ input, client, interim, isUnreadable }: ExchangeParts) {
    const { reader } = input;
    this.#input = input;
    this.client = client;
    const received = isUnreadable ? UNREADABLE : reader.head(input.headBytes, input.headAt);
    this.received = received;
    this.request = isUnreadable ? received : reader.resolved(received);
    this.length = input.isComplete || isUnreadable ? 0 : reader.contentLength;
    if (interim) this.interim = interim;
  }

  get signal(): AbortSignal {
    return this.cancellation.signal;
  }

  /** The exchange is its own content, where no module puts another around it: one object less for each. */
  get content(): Content {
    return this.#content;
  }

  set content(content: Content) {
    this.#content = content;
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#isOver) return null;
    try {
      const piece = await this.#input.content();
      if (piece) this.bytesIn += piece.length;
      return piece;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  state(): "bytes" | "end" | "waiting" {
    return this.#input.state();
  }

  /** What is not read is passed over, or the connection closed, when the answer is out. */
  cancel(): void {}

  trailers(): Fields | undefined {
    return this.#input.trailers;
  }

  /** Says that the connection goes on to another request: nothing of this one may be read any more. */
  end(): void {
    this.#isOver = true;
  }

  #failure(error: unknown): unknown {
    const { isCancelled, reason } = this.cancellation;
    if (isCancelled) return reason;
    if (!(error instanceof InputError)) return error;
    const code = this.#input.reader.error;
    const failure = error.why === "invalid" && code
      ? new HostError("bad-request", `Cannot take the content: ${PARSE_ERRORS[code].message}`)
      : new HostError("client-gone", "The client left within its content", { cause: error });
    this.cancellation.cancel(failure);
    return failure;
  }
}
