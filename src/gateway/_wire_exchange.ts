import type { Cancellation } from "../contract/cancellation.ts";
import { emptyContent } from "../contract/content.ts";
import type { Target } from "../contract/directory.ts";
import type { Content, Reply, RequestHead } from "../contract/exchange.ts";
import {
  type FieldList,
  FRAMING,
  PARSE_ERRORS,
  type ReceivedResponse,
  STEP,
} from "../http1/mod.ts";
import { AnswerContent, type AnswerObserver } from "./_answer_content.ts";
import { BackendStream } from "./_backend_stream.ts";
import { RequestSender, type SenderObserver } from "./_request_sender.ts";
import type { BackendConnection } from "./backend_connection.ts";
import { type SendHooks, TransportFault } from "./transport.ts";

/** Interim answers before the final one; a backend that sends more of them never ends. */
const MAX_INTERIM = 64;

/** What is sent, and what with. */
export interface WireRequest {
  readonly target: Target;
  readonly head: RequestHead;
  readonly content: Content;
  readonly cancellation: Cancellation;
  readonly hooks: SendHooks;
}

/** Who made an exchange. */
export interface WireOwner {
  /** Takes the connection back, which may serve again. */
  release(connection: BackendConnection): void;
  /** Sends a request once more: the connection was dead when it was sent. */
  again(request: WireRequest): Promise<Reply>;
}

/** One request and its answer on one connection, both at the same time. */
export class WireExchange implements AnswerObserver, SenderObserver {
  readonly #connection: BackendConnection;
  readonly #request: WireRequest;
  readonly #owner: WireOwner;
  readonly #sender: RequestSender;
  /** Of the answer, as they lie in the bytes of the connection. */
  #fields: FieldList | undefined;
  #hasAnswered = false;
  #isOver = false;

  constructor(connection: BackendConnection, request: WireRequest, owner: WireOwner) {
    this.#connection = connection;
    this.#request = request;
    this.#owner = owner;
    const { head, content } = request;
    this.#sender = new RequestSender(connection, head, content, this);
  }

  /** Whether the request can be sent again although it failed: it did no harm, or was not sent at all. */
  get #mayRepeat(): boolean {
    const { head: { method }, content, cancellation } = this.#request;
    if (!this.#connection.isReused || this.#hasAnswered || cancellation.isCancelled) return false;
    if (this.#sender.failure !== undefined) return false;
    if (this.#connection.written === 0) return !this.#sender.hasRead;
    return content.length === 0 && (method === "GET" || method === "HEAD" || method === "OPTIONS");
  }

  /** Sends the request and reads the head of the answer. @throws {TransportFault} */
  run(): Promise<Reply> {
    const { head, cancellation, hooks } = this.#request;
    this.#connection.reader.expect(head.method === "HEAD", hooks.upgrade !== undefined);
    cancellation.onCancel(this.#abort);
    this.#sender.start();
    return this.#run();
  }

  /** Says that the answer was read to its end: the connection may serve again, or is closed. */
  end(): void {
    const connection = this.#connection;
    const { reader } = connection;
    const isClean = this.#sender.isDone && reader.keepAlive && connection.start === connection.end;
    this.#leave();
    if (!isClean || connection.hasEnded) return connection.close();
    // Whoever has read the content may ask for the fields much later, when another answer lies in their place.
    this.#fields?.detach();
    this.#owner.release(connection);
  }

  /** Ends it at once and gives the error that is to be told: a failure of the sender's own comes first. */
  fail(error: unknown): unknown {
    const { failure } = this.#sender;
    this.#leave();
    this.#connection.close();
    return failure ?? error;
  }

  /** Says what is wrong with the answer. */
  fault(): TransportFault {
    const { reader, failure } = this.#connection;
    const { error } = reader;
    if (error && !error.startsWith("truncated-")) {
      return new TransportFault("invalid", PARSE_ERRORS[error].message);
    }
    const when = this.#hasAnswered ? "within its answer" : "without an answer";
    return new TransportFault("broken", `the backend ended the connection ${when}`, {
      cause: failure,
      hasAnswered: this.#hasAnswered,
    });
  }

  /** @see SenderObserver */
  sendingFailed(): void {
    this.#abort();
  }

  readonly #abort = (): void => {
    // What fails after the end concerns this exchange only: the connection may serve another by now.
    if (!this.#isOver) this.#connection.close();
  };

  #leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sender.stop();
    this.#request.cancellation.offCancel(this.#abort);
  }

  async #run(): Promise<Reply> {
    try {
      return await this.#answer();
    } catch (error) {
      const failure = this.fail(error);
      if (this.#mayRepeat) return this.#owner.again(this.#request);
      throw failure;
    }
  }

  async #answer(): Promise<Reply> {
    const connection = this.#connection;
    const { reader } = connection;
    for (let interim = 0;;) {
      const at = connection.start;
      const step = reader.next(connection.bytes, at, connection.end);
      connection.start = reader.position;
      if (connection.end > at) this.#hasAnswered = true;
      switch (step) {
        case STEP.MORE:
          if (connection.hasEnded) {
            reader.close();
            throw this.fault();
          }
          await connection.fill();
          break;
        case STEP.INTERIM:
          if (++interim > MAX_INTERIM) {
            throw new TransportFault("invalid", "the backend sends interim answers without end");
          }
          await this.#request.hooks.interim?.(reader.head(connection.bytes, at));
          break;
        case STEP.HEAD:
          return this.#reply(reader.head(connection.bytes, at));
        case STEP.SWITCHED:
          return this.#switched(reader.head(connection.bytes, at));
        default:
          throw this.fault();
      }
    }
  }

  #reply(head: ReceivedResponse): Reply {
    const connection = this.#connection;
    const { reader } = connection;
    connection.keepHead();
    this.#fields = head.fields;
    const { framing } = reader;
    if (framing === FRAMING.CLOSE || framing === FRAMING.CHUNKED || reader.length > 0) {
      const length = framing === FRAMING.LENGTH ? reader.length : undefined;
      return { head, content: new AnswerContent(connection, length, this) };
    }
    reader.next(connection.bytes, connection.start, connection.end); // the end, which takes no byte
    this.end();
    return { head, content: emptyContent };
  }

  #switched(head: ReceivedResponse): Reply {
    const asked = this.#request.hooks.upgrade?.toLowerCase();
    if (head.fields.get("upgrade")?.toLowerCase() !== asked) {
      throw new TransportFault("invalid", "the backend switched to a protocol nobody asked for");
    }
    this.#sender.stop();
    const switched = new BackendStream(this.#connection, () => this.#leave());
    return { head, content: emptyContent, switched };
  }
}
