import type { Cancellation } from "../contract/cancellation.ts";
import type { Content, Reply, RequestHead, ResponseHead } from "../contract/exchange.ts";
import type { Target } from "../contract/directory.ts";
import type { HostError } from "../contract/host_error.ts";

/** How requests reach a backend. The only thing in this room that knows about connections. */
export interface Transport extends Disposable {
  /** As `--transport` names it. */
  readonly name: "fetch" | "wire";
  /** Whether a request's content may be read before it is known that there is a connection. */
  readonly readsAhead: boolean;
  /** Tells what keeps this transport from passing a request on; asked before a backend is started. */
  refusal(head: RequestHead, content: Content): HostError | undefined;
  /**
   * Sends a request and gives the answer as the backend sent it, its content still to be read. The answer's fields
   * stay what they are, also when its content was read or cancelled.
   *
   * @param head with the fields the backend shall see; how the content is framed is the transport's business
   * @param content its `length` decides the framing
   * @param cancellation ends everything at once, also the reading of the answer's content
   * @throws {TransportFault} when there is no valid answer; also from reading the answer's content
   * @throws what reading the request's content threw
   */
  send(
    target: Target,
    head: RequestHead,
    content: Content,
    cancellation: Cancellation,
    hooks: SendHooks,
  ): Promise<Reply>;
  /** Says which targets there are now: what was kept for others is let go. */
  retain(targets: readonly Target[]): void;
}

/** What a transport may tell while it sends, and what it may do beside. */
export interface SendHooks {
  /** Takes each interim answer (1xx) that comes before the final one. */
  readonly interim?: (head: ResponseHead) => Promise<void>;
  /** The protocol the request asks to switch to: only then a 101 that names it is in order. */
  readonly upgrade?: string | undefined;
}

/**
 * How an exchange with the backend failed.
 *
 * - `refused`: there was no connection, so nothing was sent
 * - `broken`: the connection ended before the answer was complete
 * - `invalid`: what came is not a valid answer
 */
export class TransportFault extends Error {
  override readonly name = "TransportFault";
  readonly kind: "refused" | "broken" | "invalid";
  /** Whether any byte of an answer came, as far as that is known. */
  readonly hasAnswered: boolean;

  constructor(
    kind: TransportFault["kind"],
    message: string,
    options: ErrorOptions & { readonly hasAnswered?: boolean } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.hasAnswered = options.hasAnswered ?? false;
  }
}
