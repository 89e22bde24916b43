import type { Content, Reply, RequestHead } from "../contract/exchange.ts";
import type { Target } from "../contract/directory.ts";
import type { HostError } from "../contract/host_error.ts";

/** How requests reach a backend. The only thing in this room that knows about connections. */
export interface Transport extends Disposable {
  /** As `--transport` names it. */
  readonly name: "fetch" | "wire";
  /** Tells what keeps this transport from passing a request on; asked before a backend is started. */
  refusal(head: RequestHead, content: Content): HostError | undefined;
  /**
   * Sends a request and gives the answer as the backend sent it, its content still to be read.
   *
   * @param head with the fields the backend shall see, without the framing ones
   * @param signal ends everything at once, also the reading of the answer's content
   * @throws {TransportFault} when there is no valid answer; also from reading the answer's content
   */
  send(target: Target, head: RequestHead, content: Content, signal: AbortSignal): Promise<Reply>;
  /** Says which targets there are now: what was kept for others is let go. */
  retain(targets: readonly Target[]): void;
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

  constructor(kind: TransportFault["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
