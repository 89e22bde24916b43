import type { Deadline } from "../contract/deadlines.ts";
import type { ByteStream, Client, Reply, ResponseHead } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import { ConnectionTimes } from "./_connection_times.ts";
import { mayPersist, sendAnswer } from "./_http1_answer.ts";
import { Http1Exchange } from "./_http1_exchange.ts";
import { type HeadResult, Http1Input, type InputObserver } from "./_http1_input.ts";
import { BrokenContent, Http1Output, UnsendableHead } from "./_http1_output.ts";
import { linger, passRest } from "./_http1_rest.ts";
import { requestError } from "./_request_error.ts";
import { resetConnection } from "./_reset.ts";
import type { ConnectionOptions, Outcome } from "./front.ts";
import { isHttp2Preface } from "./http2_protocol.ts";

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
    this.#conn = conn;
    this.#client = client;
    this.#options = options;
    this.#times = new ConnectionTimes(options.limits, options.deadlines);
    this.#input = new Http1Input(conn, options.readers, this);
    this.#output = new Http1Output(conn, this.#times);
  }

  /** Who is at the other end. */
  get client(): Client {
    return this.#client;
  }

  /** Whether a request is under way, or another protocol has the connection. */
  get isBusy(): boolean {
    return this.#exchange !== undefined || this.#input.hasBegun || this.#isHandedOver;
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
      // An idle connection waits for no more than the head: there may be thousands.
      while (await this.#take(await this.#input.head()));
    } catch {
      // A write that failed: the client has gone, and its exchange was told.
    } finally {
      if (!this.#isHandedOver) this.close();
      this.#options.ended(this);
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

  /** Serves the request that has come; tells whether another may follow. */
  async #take(found: HeadResult): Promise<boolean> {
    if (found === "closed") return false;
    this.#times.headRead();
    this.#served++;
    // A client that knows beforehand that HTTP/2 is spoken here begins with its preface. RFC 9113 §3.4
    if (found === "invalid" && this.#served === 1 && isPreface(this.#input.unread)) {
      await this.#handOver();
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
    return persists && await passRest(this.#input) && !this.#options.isClosing();
  }

  async #handOver(): Promise<void> {
    this.#isHandedOver = true;
    this.#options.deadlines.delete(this);
    await this.#options.http2(this.#conn, this.#input.takeUnread(), this.#client);
  }

  async #serve(x: Http1Exchange): Promise<boolean> {
    const { handler, page, finished } = this.#options;
    const reply = this.#input.reader.isConnect
      ? page(x, new HostError("method-not-implemented", "Cannot open a tunnel for CONNECT"))
      : await handler(x);
    const persists = !reply.switched && !this.#options.isClosing() &&
      !x.cancellation.isCancelled && mayPersist(this.#input, reply);
    const { status, end, error } = await this.#answer(x, reply, persists);
    const { bytesIn } = x;
    const { bytesOut } = this.#output;
    const outcome: Outcome = { status, end, bytesIn, bytesOut };
    finished?.(x, error === undefined ? outcome : { ...outcome, error });
    x.atEnd?.forEach((act) => act());
    if (end === "complete" && !persists && !reply.switched) await this.#linger();
    return end === "complete" && persists && !this.#mustClose;
  }

  async #answer(
    x: Http1Exchange,
    reply: Reply,
    persists: boolean,
  ): Promise<Pick<Outcome, "status" | "end" | "error">> {
    const { status } = reply.head;
    if (this.#isGone(x)) {
      reply.content.cancel(x.cancellation.reason);
      reply.switched?.close();
      return { status, end: "client-left" };
    }
    if (reply.isDropped) {
      reply.content.cancel();
      return { status: 0, end: "dropped" };
    }
    try {
      if (!reply.switched) {
        return { status: await this.#send(x, reply, persists), end: "complete" };
      }
      if (x.record) x.record.reply = reply;
      await this.#switch(x, reply, reply.switched);
      return { status, end: "complete" };
    } catch (error) {
      reply.content.cancel(error);
      if (error instanceof BrokenContent && !this.#isGone(x)) {
        // The client must not take what it has for the whole.
        resetConnection(this.#conn);
        return { status, end: "broken", error: error.cause };
      }
      x.cancellation.cancel(new HostError("client-gone", "The client left", { cause: error }));
      return { status, end: "client-left" };
    }
  }

  /** Sends an answer, or a page in the place of one that cannot be sent, and gives the status that was sent. */
  async #send(x: Http1Exchange, reply: Reply, persists: boolean): Promise<number> {
    const { reader } = this.#input;
    try {
      if (x.record) x.record.reply = reply;
      await sendAnswer(this.#output, reader, reply, persists);
      return reply.head.status;
    } catch (error) {
      if (!(error instanceof UnsendableHead)) throw error;
      reply.content.cancel();
      this.#mustClose = true;
      const message = `Cannot pass on the answer: ${error.message}`;
      const page = this.#options.page(x, new HostError("backend-invalid", message));
      if (x.record) x.record.reply = page;
      await sendAnswer(this.#output, reader, page, false);
      return page.head.status;
    }
  }

  /** Gives the connection over to the protocol both sides have agreed on. */
  async #switch(x: Http1Exchange, { head }: Reply, backend: ByteStream): Promise<void> {
    try {
      await this.#output.interim(head);
      const client: ByteStream = {
        unread: this.#input.takeUnread(),
        read: (into) => this.#input.raw(into),
        write: (bytes) => this.#output.write(bytes),
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
    const { status, end } = await this.#answer(x, this.#options.page(x, error), false);
    const { bytesOut } = this.#output;
    this.#options.finished?.(x, { status, end, bytesIn: 0, bytesOut });
    if (end === "complete") await this.#linger();
  }

  #linger(): Promise<void> {
    return linger(this.#conn, this.#input, this.#times);
  }

  #newExchange(isUnreadable: boolean): Http1Exchange {
    const { reader } = this.#input;
    const interim = (head: ResponseHead) => this.#output.interim(head);
    const parts = { input: this.#input, client: this.#client, isUnreadable };
    const takesInterim = !isUnreadable && reader.minor === 1;
    const x = new Http1Exchange(takesInterim ? { ...parts, interim } : parts);
    this.#options.began?.(x);
    return x;
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
