import type { Deadline } from "../contract/deadlines.ts";
import type { ByteStream, Client, Reply, ResponseHead } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import { connectionOption, replyFraming } from "../http1/mod.ts";
import { ConnectionTimes } from "./_connection_times.ts";
import { Http1Exchange } from "./_http1_exchange.ts";
import { Http1Input, type InputObserver } from "./_http1_input.ts";
import { BrokenContent, Http1Output } from "./_http1_output.ts";
import { requestError } from "./_request_error.ts";
import { resetConnection } from "./_reset.ts";
import type { ConnectionOptions, Outcome } from "./front.ts";
import { isHttp2Preface } from "./http2_protocol.ts";

/** How long what a refused client still sends is passed over, so that it can read its answer. Milliseconds. */
const LINGER_MS = 1_000;
/** How much of a content nobody wanted is read, so that the connection may go on. Bytes. */
const PASSED_OVER = 256 * 1024;

/** One client connection that speaks HTTP/1.0 or HTTP/1.1: request by request, until one of them is the last. */
export class Http1Connection implements Deadline, InputObserver {
  readonly #conn: Deno.Conn;
  readonly #client: Client;
  readonly #options: ConnectionOptions;
  readonly #times: ConnectionTimes;
  readonly #input: Http1Input;
  readonly #output: Http1Output;
  #exchange: Http1Exchange | undefined;
  #served = 0;
  /** Whether an answer said that the connection ends, whatever was meant before. */
  #mustClose = false;
  #isClosed = false;
  #isHandedOver = false;

  constructor(conn: Deno.Conn, client: Client, options: ConnectionOptions) {
    const { deadlines, limits } = options;
    this.#conn = conn;
    this.#client = client;
    this.#options = options;
    this.#times = new ConnectionTimes(limits, () => deadlines.now());
    this.#input = new Http1Input(conn, limits, this);
    this.#output = new Http1Output((bytes) => this.#write(bytes));
  }

  /** Whether a request is under way. */
  get isBusy(): boolean {
    return this.#exchange !== undefined || this.#input.hasBegun;
  }

  /** @see Deadline */
  get at(): number {
    return this.#times.at;
  }

  /**
   * Serves until the connection ends. Never rejects.
   *
   * @param unread bytes that were read already
   */
  async serve(unread: Uint8Array): Promise<void> {
    this.#options.deadlines.add(this);
    if (unread.length > 0) this.#input.prepend(unread);
    try {
      while (await this.#next());
    } catch {
      // A write that failed: the client has gone, and its exchange was told.
    } finally {
      if (this.#isHandedOver) this.#options.deadlines.delete(this);
      else this.close();
    }
  }

  /** Ends the connection at once, whatever is under way. */
  close(reason: unknown = new HostError("client-gone", "The connection was closed")): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.deadlines.delete(this);
    this.#exchange?.cancellation.cancel(reason);
    // A blocked write cannot be ended otherwise, and would keep the socket for ever.
    if (this.#times.writeBy !== Infinity) resetConnection(this.#conn);
    try {
      this.#conn.close();
    } catch {
      // The system has closed it already.
    }
    this.#input.release();
  }

  /** @see InputObserver */
  onRead(): void {
    if (!this.#exchange) this.#times.readHead(this.#input.hasBegun, this.#served === 0);
    else if (!this.#input.isComplete) this.#times.readContent(this.#exchange.bytesIn);
  }

  /** @see InputObserver */
  onBytes(): void {
    this.#times.contentRead();
  }

  /** @see InputObserver */
  onEnd(): void {
    this.#exchange?.cancellation.cancel(new HostError("client-gone", "The client left"));
  }

  /** @see Deadline */
  expired(now: number): void {
    const times = this.#times;
    if (times.writeBy <= now) return this.close(tooSlow("The client takes nothing of its answer"));
    times.readBy = Infinity;
    if (times.reading === "content") {
      this.#exchange?.cancellation.cancel(tooSlow("The content of the request comes too slowly"));
      this.#input.giveUp();
    } else if (times.reading === "head" || (times.reading === "first head" && this.isBusy)) {
      this.#refuse(tooSlow("The head of the request comes too slowly"))
        .catch(() => {}).finally(() => this.close());
    } else {
      this.close();
    }
  }

  /** Serves one request; tells whether another may follow. */
  async #next(): Promise<boolean> {
    const found = await this.#input.head();
    if (found === "closed") return false;
    this.#times.headRead();
    this.#served++;
    // A client that knows beforehand that HTTP/2 is spoken here begins with its preface. RFC 9113 §3.4
    if (found === "invalid" && this.#served === 1 && isPreface(this.#input.unread)) {
      this.#isHandedOver = true;
      await this.#options.http2(this.#input.takeUnread());
      return false;
    }
    if (found === "invalid") {
      await this.#refuse(requestError(this.#input.reader.error));
      return false;
    }
    const x = this.#exchange = this.#newExchange(false);
    this.#output.bytesOut = 0;
    let persists = false;
    try {
      if (this.#input.isComplete) this.#input.watch();
      persists = await this.#serve(x);
    } finally {
      this.#exchange = undefined;
      x.end();
    }
    return persists && await this.#passRest();
  }

  async #serve(x: Http1Exchange): Promise<boolean> {
    const { handler, page, finished } = this.#options;
    const reply = this.#input.reader.isConnect
      ? page(x, new HostError("method-not-implemented", "Cannot open a tunnel for CONNECT"))
      : await handler(x);
    const persists = !reply.switched && this.#mayPersist(x, reply);
    const { end, error } = await this.#answer(x, reply, persists);
    const { bytesIn } = x;
    const outcome: Outcome = {
      status: reply.head.status,
      end,
      bytesIn,
      bytesOut: this.#output.bytesOut,
    };
    finished?.(x, error === undefined ? outcome : { ...outcome, error });
    if (end === "complete" && !persists && !reply.switched) await this.#linger();
    return end === "complete" && persists && !this.#mustClose;
  }

  async #answer(
    x: Http1Exchange,
    reply: Reply,
    persists: boolean,
  ): Promise<Pick<Outcome, "end" | "error">> {
    if (this.#isGone(x)) {
      reply.content.cancel(x.cancellation.reason);
      reply.switched?.close();
      return { end: "client-left" };
    }
    try {
      if (reply.switched) await this.#switch(x, reply, reply.switched);
      else await this.#send(x, reply, persists);
      return { end: "complete" };
    } catch (error) {
      reply.content.cancel(error);
      if (error instanceof BrokenContent && !this.#isGone(x)) {
        // The client must not take what it has for the whole.
        resetConnection(this.#conn);
        return { end: "broken", error: error.cause };
      }
      x.cancellation.cancel(new HostError("client-gone", "The client left", { cause: error }));
      return { end: "client-left" };
    }
  }

  async #send(x: Http1Exchange, reply: Reply, persists: boolean): Promise<void> {
    const { reader } = this.#input;
    const { head, content } = reply;
    if (head.status < 200) return await this.#sendPage(x, reply, "an interim status at the end");
    const framing = replyFraming({
      minor: reader.minor,
      isHead: reader.isHead,
      status: head.status,
      length: content.length,
    });
    // Says in `Connection` what the version does not say already.
    const option = connectionOption(reader.minor, persists);
    const framed = option
      ? { ...reply, head: { ...head, fields: head.fields.with("Connection", option) } }
      : reply;
    try {
      await this.#output.reply(framed, framing, reader.takesTrailers);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      await this.#sendPage(x, reply, error.message);
    }
  }

  /** Sends a page in the place of an answer whose head cannot be sent. */
  async #sendPage(x: Http1Exchange, { content }: Reply, why: string): Promise<void> {
    content.cancel();
    this.#mustClose = true;
    const error = new HostError("backend-invalid", `Cannot pass on the answer: ${why}`);
    await this.#send(x, this.#options.page(x, error), false);
  }

  #mayPersist(x: Http1Exchange, { head, content }: Reply): boolean {
    const { reader, isComplete, hasBegun } = this.#input;
    if (
      !reader.keepAlive || reader.isConnect || this.#options.isClosing() ||
      x.cancellation.isCancelled
    ) return false;
    // To a client that knows no chunks only the end of the connection tells the end.
    if (reader.minor === 0 && content.length === undefined && !reader.isHead) return false;
    // Bytes behind a refused upgrade may be no HTTP.
    if (reader.upgrade && hasBegun) return false;
    // A client that was refused, or never told to go on, may send its content or not.
    return isComplete || (head.status < 400 && !reader.expectsContinue);
  }

  /** Gives the connection over to the protocol both sides have agreed on. */
  async #switch(x: Http1Exchange, { head }: Reply, backend: ByteStream): Promise<void> {
    try {
      await this.#output.interim(head);
      const client: ByteStream = {
        unread: this.#input.takeUnread(),
        read: (into) => this.#input.raw(into),
        write: (bytes) => this.#write(bytes),
        closeWrite: () => this.#conn.closeWrite(),
        close: () => this.close(),
      };
      if ("setKeepAlive" in this.#conn) (this.#conn as Deno.TcpConn).setKeepAlive(true);
      const { bytesIn, bytesOut } = await this.#options.tunnel(client, backend, x);
      x.bytesIn += bytesIn;
      this.#output.bytesOut += bytesOut;
    } finally {
      backend.close();
    }
  }

  /** Answers what could not be read as a request; the connection ends with it. */
  async #refuse(error: HostError): Promise<void> {
    const x = this.#newExchange(true);
    const reply = this.#options.page(x, error);
    await this.#send(x, reply, false);
    const { bytesOut } = this.#output;
    this.#options.finished?.(x, {
      status: reply.head.status,
      end: "complete",
      bytesIn: 0,
      bytesOut,
    });
    await this.#linger();
  }

  /** Passes over what a client still sends: closing on it would take the answer from it again. */
  async #linger(): Promise<void> {
    if (this.#input.isComplete && !this.#input.hasBegun && !this.#input.reader.error) return;
    this.#times.readRest(LINGER_MS);
    await this.#conn.closeWrite();
    const scratch = new Uint8Array(4_096);
    for (let left = PASSED_OVER; left > 0;) {
      const count = await this.#input.raw(scratch);
      if (count === null) return;
      left -= count;
    }
  }

  /** Reads what is left of a content, where that is little, so that the connection may go on. */
  async #passRest(): Promise<boolean> {
    for (let left = PASSED_OVER; !this.#input.isComplete;) {
      const piece = await this.#input.content();
      left -= piece?.length ?? 0;
      if (left < 0) return false;
    }
    return !this.#options.isClosing();
  }

  #newExchange(isUnreadable: boolean): Http1Exchange {
    const { reader } = this.#input;
    const interim = (head: ResponseHead) => this.#output.interim(head);
    const parts = { input: this.#input, client: this.#client, isUnreadable };
    return new Http1Exchange(!isUnreadable && reader.minor === 1 ? { ...parts, interim } : parts);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    try {
      for (;;) {
        this.#times.write();
        const count = await this.#conn.write(rest);
        if (count === rest.length) return;
        rest = rest.subarray(count);
      }
    } finally {
      this.#times.written();
    }
  }

  #isGone(x: Http1Exchange): boolean {
    const { reason } = x.cancellation;
    return this.#isClosed || (reason instanceof HostError && reason.code === "client-gone");
  }
}

function isPreface(unread: Uint8Array): boolean {
  return isHttp2Preface(unread, 0, unread.length) !== "no";
}

function tooSlow(message: string): HostError {
  return new HostError("request-timeout", message);
}
