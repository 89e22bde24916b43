import type { Http2Content } from "./http2_content.ts";
import { FIRST_WINDOW } from "./http2_protocol.ts";
import { ReceiveWindow } from "./http2_receive_window.ts";

/** One stream of a connection: a request and its answer. What belongs to whom is told by the methods' users. */
export class Http2Stream {
  readonly id: number;
  /** Of the request; undefined where it has none. */
  content: Http2Content | undefined;
  /** Whether the client has sent all it will. */
  isRemoteEnded = false;
  /** Whether we have framed the end of the answer. */
  isLocalEnded = false;
  /** Whether it was ended otherwise: nothing is sent on it any more. */
  isGone = false;

  /** For what the client sends on this stream. */
  readonly receiveWindow: ReceiveWindow;
  /** Bytes we may send on this stream. */
  sendWindow: number = FIRST_WINDOW;

  /** What waits to be framed, from `at` on. */
  pending: Uint8Array | undefined;
  at = 0;
  /** Whether the stream ends with it. */
  isLast = false;
  /** Since when it waits without any of it having been framed; Infinity while nothing waits. */
  stuckSince = Infinity;
  /** Settles the wait. */
  sent: PromiseWithResolvers<void> | undefined;

  /** @param receiveWindow bytes the client may send before it is granted more */
  constructor(id: number, receiveWindow: number) {
    this.id = id;
    this.receiveWindow = new ReceiveWindow(receiveWindow);
  }

  /** Whether neither side sends any more. */
  get isOver(): boolean {
    return this.isGone || (this.isLocalEnded && this.isRemoteEnded);
  }

  /** Ends what is under way in both directions. */
  fail(error: unknown): void {
    this.isGone = true;
    this.pending = undefined;
    this.stuckSince = Infinity;
    const sent = this.sent;
    this.sent = undefined;
    sent?.reject(error);
    this.content?.fail(error);
  }
}
