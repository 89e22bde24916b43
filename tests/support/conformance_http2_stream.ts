import { CODE, FLAG, FRAME } from "../../src/server/http2_protocol.ts";
import type { Answer, AnswerHead, Lines, Sending } from "./conformance_client.ts";
import { concat, frame, number32 } from "./http2_peer.ts";
import { bytesOf, latin1 } from "./raw_client.ts";

/** What a stream needs of its connection. */
export interface Http2Wire {
  window: number;
  readonly firstWindow: number;
  head(id: number, fields: Lines, isLast: boolean): Promise<void>;
  write(...frames: Uint8Array[]): Promise<void>;
  /** Resolves with the next thing that comes, or {@linkcode wake}. */
  changed(): Promise<void>;
  /** Lets those that wait look again. */
  wake(): void;
}

/** No frame is larger: neither side asks for more. */
const FRAME_BYTES = 16_384;

/** One stream. */
export class Http2Sending implements Sending {
  /** How much content may be sent on it. */
  window: number;
  /** Whether its request was sent whole. */
  hasEnded = false;

  readonly #wire: Http2Wire;
  readonly #id: number;
  readonly #length: number | undefined;
  readonly #heads: AnswerHead[] = [];
  #final: AnswerHead | undefined;
  #content = "";
  #trailers: Lines = [];
  #sent = 0;
  #granted = 0;
  #isComplete = false;
  #endsWithBlock = false;
  #failure: string | undefined;

  /** @param length of the request's content, where it was announced */
  constructor(wire: Http2Wire, id: number, length: number | undefined) {
    this.#wire = wire;
    this.#id = id;
    this.#length = length;
    this.window = wire.firstWindow;
  }

  async write(content: string | Uint8Array): Promise<void> {
    let rest = typeof content === "string" ? bytesOf(content) : content;
    while (rest.length > 0) {
      await this.#until(() => Math.min(this.window, this.#wire.window) > 0 || this.#isOver);
      if (this.#isOver) throw new Error(this.#failure ?? "The answer has ended");
      const count = Math.min(rest.length, this.window, this.#wire.window, FRAME_BYTES);
      this.window -= count;
      this.#wire.window -= count;
      this.#sent += count;
      this.hasEnded = this.#sent === this.#length;
      const flags = this.hasEnded ? FLAG.END_STREAM : 0;
      await this.#wire.write(frame(FRAME.DATA, flags, this.#id, rest.subarray(0, count)));
      rest = rest.subarray(count);
    }
  }

  async end(trailers: Lines = []): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (trailers.length === 0) {
      await this.#wire.write(frame(FRAME.DATA, FLAG.END_STREAM, this.#id));
    } else {
      const lines = trailers.map(([name, value]) => [name.toLowerCase(), value] as const);
      await this.#wire.head(this.#id, lines, true);
    }
  }

  async head(): Promise<AnswerHead> {
    await this.#until(() => this.#heads.length > 0 || this.#isOver);
    const head = this.#heads.shift();
    if (!head) throw new Error(`No answer: ${this.#failure ?? "the stream has ended"}`);
    if (head.status >= 200) this.#final = head;
    return head;
  }

  async through(text: string): Promise<string> {
    while (!this.#final) await this.head();
    await this.#until(() => this.#grant() && (this.#content.includes(text) || this.#isOver));
    return this.#content;
  }

  async answer(): Promise<Answer> {
    while (!this.#final) await this.head();
    await this.#until(() => this.#grant() && this.#isOver);
    const { status, reason, fields } = this.#final;
    const content = this.#content;
    return {
      status,
      reason,
      fields,
      content,
      trailers: this.#trailers,
      complete: this.#isComplete,
    };
  }

  leave(): void {
    this.#wire.write(frame(FRAME.RST_STREAM, 0, this.#id, number32(CODE.CANCEL)));
    this.onReset("The client left");
    this.#wire.wake();
  }

  /** A header block begins. */
  onBlock(isLast: boolean): void {
    this.#endsWithBlock = isLast;
  }

  onHeaders(fields: Lines): void {
    const [first, ...rest] = fields;
    if (first?.[0] === ":status") {
      this.#heads.push({ status: Number(first[1]), reason: "", fields: rest });
    } else this.#trailers = fields;
    if (this.#endsWithBlock) this.#isComplete = true;
  }

  onData(payload: Uint8Array, isLast: boolean): void {
    this.#content += latin1(payload);
    if (isLast) this.#isComplete = true;
  }

  onReset(why: string): void {
    // What was answered whole stays so: the rest of the request was not wanted.
    this.#failure ??= why;
  }

  get #isOver(): boolean {
    return this.#isComplete || this.#failure !== undefined;
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done()) await this.#wire.changed();
  }

  /** Lets the host send on, now that what came is wanted. */
  #grant(): true {
    const count = this.#content.length - this.#granted;
    if (count > 0 && !this.#isOver) {
      this.#granted += count;
      const more = (of: number) => frame(FRAME.WINDOW_UPDATE, 0, of, number32(count));
      this.#wire.write(concat([more(this.#id), more(0)]));
    }
    return true;
  }
}
