import { Cancellation } from "../contract/cancellation.ts";
import { emptyContent } from "../contract/content.ts";
import type { Client, Content, Exchange, RequestHead, ResponseHead } from "../contract/exchange.ts";
import type { ExchangeRecord } from "../contract/exchange_record.ts";
import type { HostError } from "../contract/host_error.ts";
import { exchangeId } from "./_exchange_id.ts";
import type { Outcome } from "./front.ts";
import type { ReceivedHead } from "./http2_request.ts";
import type { Http2Stream } from "./http2_stream.ts";

/** What an exchange needs of its connection. */
export interface Http2ExchangeParts {
  readonly stream: Http2Stream;
  readonly received: ReceivedHead;
  readonly client: Client;
  /** Sends an interim response. */
  readonly interim: (head: ResponseHead) => Promise<void>;
}

/** An exchange over one stream of HTTP/2. */
export class Http2Exchange implements Exchange {
  readonly id: string = exchangeId();
  readonly received: RequestHead;
  request: RequestHead;
  content: Content;
  readonly client: Client;
  readonly cancellation: Cancellation = new Cancellation();
  record?: ExchangeRecord;
  atEnd?: (() => void)[];

  readonly stream: Http2Stream;
  /** Why the request does not reach the handler. */
  readonly refusal: HostError | undefined;
  /** Of the answer; 0 before it. */
  status = 0;
  /** Of the answer's content. */
  bytesOut = 0;
  /** The content of the answer while it is sent. */
  sending: Content | undefined;
  /** Whether its outcome was told. */
  isFinished = false;

  readonly interim: (head: ResponseHead) => Promise<void>;

  constructor({ stream, received, client, interim }: Http2ExchangeParts) {
    this.stream = stream;
    this.received = this.request = received.head;
    this.content = stream.content ?? emptyContent;
    this.client = client;
    this.refusal = received.refusal;
    this.interim = interim;
  }

  get signal(): AbortSignal {
    return this.cancellation.signal;
  }

  outcome(end: Outcome["end"], error?: unknown): Outcome {
    const { status, bytesOut } = this;
    const bytesIn = this.stream.content?.received ?? 0;
    const outcome = { status, end, bytesIn, bytesOut };
    return error === undefined ? outcome : { ...outcome, error };
  }
}
