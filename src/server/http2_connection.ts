import type { Deadline, Deadlines } from "../contract/deadlines.ts";
import type { Client, Reply } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { FrontOptions, Outcome } from "./front.ts";
import { BrokenAnswer, sendContent, sendHeadOrPage, sendInterim } from "./http2_answer.ts";
import { Http2Content } from "./http2_content.ts";
import { Http2Exchange } from "./http2_exchange.ts";
import { tooSlow } from "./http2_pace.ts";
import { CODE } from "./http2_protocol.ts";
import { type HeaderList, receivedHead } from "./http2_request.ts";
import { Http2Session } from "./http2_session.ts";
import { MAX_STREAMS } from "./http2_settings.ts";
import type { Http2Stream } from "./http2_stream.ts";
import { type Http2Wire, Http2WireReader } from "./http2_wire.ts";
import { Http2WireWriter } from "./http2_wire_writer.ts";
import type { ServerLimits } from "./limits.ts";

/** What a connection needs of the front that took it. */
export interface Http2ConnectionOptions extends FrontOptions {
  readonly limits: ServerLimits;
  readonly deadlines: Deadlines;
  /** Whether clients are to be told to leave. */
  readonly isClosing: () => boolean;
}

/** One connection of HTTP/2: its streams become exchanges, and their answers frames. */
export class Http2Connection implements Deadline {
  readonly #wire: Http2Wire;
  readonly #client: Client;
  readonly #options: Http2ConnectionOptions;
  readonly #session: Http2Session;
  readonly #reader: Http2WireReader;
  readonly #writer: Http2WireWriter;
  /** By stream; an exchange stays until it is over, however its stream ended. */
  readonly #live = new Map<Http2Stream, Http2Exchange>();

  #isClosed = false;
  #isLeaving = false;
  #isDraining = false;
  #idleSince: number;

  constructor(wire: Http2Wire, client: Client, options: Http2ConnectionOptions) {
    const { deadlines, limits } = options;
    const now = () => deadlines.now();
    this.#wire = wire;
    this.#client = client;
    this.#options = options;
    this.#idleSince = now();
    this.#session = new Http2Session({
      headBytes: limits.request.headBytes,
      now,
      onRequest: (stream, list, isWhole) => this.#onRequest(stream, list, isWhole),
      onReset: (stream, error) => this.#onReset(stream, error),
      wake: () => void this.#writer.flush(),
    });
    this.#reader = new Http2WireReader(wire, this.#session);
    this.#writer = new Http2WireWriter(wire, this.#session, now, () => this.close());
  }

  /** Exchanges that have begun and not ended. */
  get inFlight(): number {
    return this.#live.size;
  }

  /** Looked at each tick while there is something to look at. */
  get at(): number {
    const { hasBegun, headSince } = this.#session;
    const isWithinHead = !hasBegun || headSince !== Infinity;
    return isWithinHead || this.#live.size > 0 || this.#writer.isBusy
      ? 0
      : this.#idleSince + this.#options.limits.idleMs;
  }

  /**
   * Serves until the connection ends. Never rejects.
   *
   * @param unread bytes that were read already, such as the preface
   */
  async serve(unread: Uint8Array): Promise<void> {
    this.#options.deadlines.add(this);
    try {
      void this.#writer.flush();
      this.#reader.take(unread);
      do {
        // A client that takes nothing is read no further: what we would say to it must not pile up.
        await this.#writer.whenRoom();
      } while (!this.#isClosed && await this.#reader.read());
    } catch {
      // A read that failed: the client has gone.
    } finally {
      this.close();
      this.#reader.release();
    }
  }

  /** Tells the client to open no more streams here; those that it opens are still served. */
  announceClose(): void {
    if (this.#session.lastId === 0 || this.#isLeaving) return;
    this.#isLeaving = true;
    this.#session.goaway(false);
  }

  /** Serves the streams that are open to their end, no others, and closes. */
  drain(): void {
    this.#isLeaving = true;
    this.#isDraining = true;
    this.#session.goaway(true);
    this.#endIfDrained();
  }

  /** Ends the connection at once, whatever is under way. */
  close(reason: HostError = new HostError("client-gone", "The client left")): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.deadlines.delete(this);
    this.#session.isOver = true;
    for (const x of [...this.#live.values()]) {
      x.stream.fail(reason);
      this.#onReset(x.stream, reason);
    }
    this.#writer.close();
    try {
      this.#wire.close();
    } catch {
      // The system has closed it already.
    }
  }

  /** @see Deadline */
  expired(now: number): void {
    const { limits } = this.#options;
    if (this.#writer.isStuck(now, limits.writeMs)) return this.close();
    const headSince = this.#session.hasBegun ? this.#session.headSince : this.#idleSince;
    if (now - headSince >= limits.headMs) {
      return this.#session.end(CODE.ENHANCE_YOUR_CALM, "The head comes too slowly");
    }
    if (this.#live.size === 0 && now - this.#idleSince >= limits.idleMs) {
      return this.#session.end(CODE.NO_ERROR, "The connection was idle");
    }
    for (const x of [...this.#live.values()]) this.#checkPace(x, now);
  }

  #checkPace(x: Http2Exchange, now: number): void {
    const { stream } = x;
    const what = tooSlow(stream, this.#options.limits, now);
    if (what === "answer") {
      this.#session.reset(stream, CODE.CANCEL);
      const message = "The client takes nothing of its answer";
      this.#onReset(stream, new HostError("request-timeout", message));
    } else if (what === "content") {
      const message = "The content of the request comes too slowly";
      const error = new HostError("request-timeout", message);
      stream.content?.fail(error);
      x.cancellation.cancel(error);
    }
  }

  #onRequest(stream: Http2Stream, list: HeaderList, isWhole: boolean): void {
    if (this.#live.size >= MAX_STREAMS) {
      this.#session.reset(stream, CODE.REFUSED_STREAM);
      return this.#session.spendReset();
    }
    const { limits, deadlines } = this.#options;
    const received = receivedHead(list, limits.request, isWhole);
    if (received.refusal) this.#session.spendReset();
    if (!isWhole) {
      stream.content = new Http2Content(
        received.length,
        () => deadlines.now(),
        (bytes) => this.#session.consumed(stream, bytes),
      );
    }
    const x: Http2Exchange = new Http2Exchange({
      stream,
      received,
      client: this.#client,
      interim: (head) => Promise.try(() => sendInterim(this.#session.sender, x, head)),
    });
    this.#live.set(stream, x);
    this.#options.began?.(x);
    if (this.#options.isClosing()) this.announceClose();
    void this.#serve(x);
  }

  /** Never rejects. */
  async #serve(x: Http2Exchange): Promise<void> {
    const { handler, page } = this.#options;
    let reply: Reply;
    try {
      reply = x.refusal ? page(x, x.refusal) : await handler(x);
    } catch (error) {
      // The pipeline makes pages of failures: this one is about to be a bug.
      return this.#break(x, error);
    }
    reply.switched?.close();
    if (x.stream.isGone) {
      reply.content.cancel(x.cancellation.reason);
      return this.#finish(x, "client-left");
    }
    try {
      await this.#send(x, reply);
    } catch (error) {
      if (x.isFinished) return;
      reply.content.cancel(error);
      if (x.stream.isGone) return this.#finish(x, "client-left");
      return this.#break(x, error instanceof BrokenAnswer ? error.cause : error);
    }
  }

  async #send(x: Http2Exchange, reply: Reply): Promise<void> {
    const { sender } = this.#session;
    await this.#writer.whenRoom();
    if (x.stream.isGone) return this.#finish(x, "client-left");
    if (reply.isDropped) return this.#drop(x, reply);
    const content = sendHeadOrPage(sender, x, reply, this.#options.page);
    if (content) {
      x.sending = content;
      await sendContent(sender, x, content);
      if (x.stream.isGone) return;
    }
    sender.whenWritten(() => this.#finish(x, "complete"));
    void this.#writer.flush();
    this.#endStream(x);
  }

  /** The answer is out: what the client still sends is for nobody. */
  #endStream(x: Http2Exchange): void {
    const { stream, refusal } = x;
    x.content.cancel();
    if (!stream.isRemoteEnded) {
      this.#session.reset(
        stream,
        refusal?.code === "bad-request" ? CODE.PROTOCOL_ERROR : CODE.NO_ERROR,
      );
    }
    this.#session.settle(stream);
  }

  /** A module wants the client to get no answer. */
  #drop(x: Http2Exchange, reply: Reply): void {
    reply.content.cancel();
    this.#session.reset(x.stream, CODE.CANCEL);
    this.#finish(x, "dropped");
  }

  /** The client must not take what it has for the whole. */
  #break(x: Http2Exchange, error: unknown): void {
    this.#session.reset(x.stream, CODE.INTERNAL_ERROR);
    this.#finish(x, "broken", error);
  }

  #onReset(stream: Http2Stream, error: HostError): void {
    const x = this.#live.get(stream);
    if (!x) return;
    x.cancellation.cancel(error);
    // Before there is an answer, the handler is waited for: it may still be at work.
    if (x.status === 0) return;
    x.sending?.cancel(error);
    this.#finish(x, "client-left");
  }

  #finish(x: Http2Exchange, end: Outcome["end"], error?: unknown): void {
    if (x.isFinished) return;
    x.isFinished = true;
    this.#live.delete(x.stream);
    this.#idleSince = this.#options.deadlines.now();
    x.content.cancel();
    this.#options.finished?.(x, x.outcome(end, error));
    x.atEnd?.forEach((act) => act());
    this.#endIfDrained();
  }

  #endIfDrained(): void {
    if (!this.#isDraining || this.#live.size > 0) return;
    this.#session.isOver = true;
    void this.#writer.flush();
  }
}
