import {
  announced,
  type Answer,
  type AnswerHead,
  type LaneClient,
  type Lines,
  type RequestToSend,
  type Sending,
} from "./conformance_client.ts";
import { bytesOf, latin1 } from "./raw_client.ts";

/** Statuses that have no content, whatever the fields say. */
const WITHOUT_CONTENT = [204, 304];

/** A client that speaks HTTP/1.1 byte by byte. One thing reads from it at a time. */
export class Http1Client implements LaneClient {
  readonly #conn: Deno.Conn;
  #seen = "";
  #ended = false;
  #failure: unknown;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  get localPort(): number {
    return (this.#conn.localAddr as Deno.NetAddr).port;
  }

  /** Everything that came and was not read as part of an answer. */
  get seen(): string {
    return this.#seen;
  }

  /** Whether the connection was broken off rather than ended in order. */
  get wasReset(): boolean {
    return this.#failure instanceof Deno.errors.ConnectionReset;
  }

  async send(request: RequestToSend = {}): Promise<Sending> {
    const { method = "GET", target = "/", fields = [], content = "" } = request;
    const length = announced(request);
    const lines = [["Host", "example.test"], ...fields, ...framingOf(length)];
    const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const isChunked = length === "unknown";
    await this.write(`${method} ${target} HTTP/1.1\r\n${text}\r\n`);
    if (content) await this.write(isChunked ? chunk(content) : content);
    return new Http1Sending(this, method, isChunked);
  }

  async exchange(request: RequestToSend = {}): Promise<Answer> {
    return await (await this.send(request)).answer();
  }

  /** Sends these very bytes. */
  async write(data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string" ? bytesOf(data) : data;
    while (rest.length > 0) rest = rest.subarray(await this.#conn.write(rest));
  }

  /** Reads the next head, interim or final. */
  async head(): Promise<AnswerHead> {
    const head = await this.#through("\r\n\r\n");
    if (!head.endsWith("\r\n\r\n")) throw new Error(`No answer, only ${JSON.stringify(head)}`);
    const [statusLine = "", ...lines] = head.slice(0, -4).split("\r\n");
    const [, status, reason = ""] = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(statusLine) ?? [];
    if (status === undefined) throw new Error(`No status line: ${JSON.stringify(statusLine)}`);
    return { status: Number(status), reason, fields: lines.map(fieldOf) };
  }

  /** Reads one answer whole; interim ones before it are passed over. */
  async answer(method = "GET", known?: AnswerHead): Promise<Answer> {
    let head = known ?? await this.head();
    while (head.status < 200 && head.status !== 101) head = await this.head();
    const { status, fields } = head;
    const hasNone = method === "HEAD" || status === 101 || WITHOUT_CONTENT.includes(status);
    if (hasNone) return { ...head, content: "", trailers: [], complete: true };
    if (value(fields, "transfer-encoding") === "chunked") return await this.#chunks(head);
    const length = value(fields, "content-length");
    if (length === undefined) await this.ends();
    else await this.#until((seen) => seen.length >= Number(length));
    const count = Math.min(this.#seen.length, Number(length ?? Infinity));
    const complete = length === undefined || count === Number(length);
    return { ...head, content: this.#take(count), trailers: [], complete };
  }

  /** Reads until some text has come, without taking it. */
  async through(text: string): Promise<string> {
    return await this.#until((seen) => seen.includes(text));
  }

  /** Reads that many characters, or all there are when the host ends before. */
  async take(count: number): Promise<string> {
    await this.#until((seen) => seen.length >= count);
    return this.#take(count);
  }

  /** Reads to the end; tells whether the host has ended the connection. */
  async ends(): Promise<boolean> {
    await this.#until(() => false);
    return this.#ended;
  }

  /** Says that nothing more is sent; reading goes on. */
  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }

  close(): void {
    try {
      this.#conn.close();
    } catch { /* closed before */ }
  }

  async #chunks(head: AnswerHead): Promise<Answer> {
    let content = "";
    for (;;) {
      const line = await this.#through("\r\n");
      const [, digits] = /^([0-9a-f]+)\r\n$/i.exec(line) ?? [];
      if (digits === undefined) return { ...head, content, trailers: [], complete: false };
      const size = parseInt(digits, 16);
      if (size === 0) {
        const { lines: trailers, complete } = await this.#trailers();
        return { ...head, content, trailers, complete };
      }
      const piece = await this.take(size + 2);
      content += piece.slice(0, size);
      if (piece.length < size + 2) return { ...head, content, trailers: [], complete: false };
    }
  }

  async #trailers(): Promise<{ lines: Lines; complete: boolean }> {
    const lines: (readonly [string, string])[] = [];
    for (;;) {
      const line = await this.#through("\r\n");
      if (line === "\r\n") return { lines, complete: true };
      if (!line.endsWith("\r\n")) return { lines, complete: false };
      lines.push(fieldOf(line.slice(0, -2)));
    }
  }

  async #through(text: string): Promise<string> {
    const seen = await this.through(text);
    const at = seen.indexOf(text);
    return this.#take(at < 0 ? seen.length : at + text.length);
  }

  async #until(done: (seen: string) => boolean): Promise<string> {
    const buffer = new Uint8Array(64 * 1024);
    while (!done(this.#seen) && !this.#ended) {
      const count = await this.#conn.read(buffer).catch((error) => {
        this.#failure = error;
        return null;
      });
      if (count === null) this.#ended = true;
      else this.#seen += latin1(buffer.subarray(0, count));
    }
    return this.#seen;
  }

  #take(count: number): string {
    const taken = this.#seen.slice(0, count);
    this.#seen = this.#seen.slice(count);
    return taken;
  }
}

class Http1Sending implements Sending {
  readonly #client: Http1Client;
  readonly #method: string;
  readonly #isChunked: boolean;
  #head: AnswerHead | undefined;

  constructor(client: Http1Client, method: string, isChunked: boolean) {
    this.#client = client;
    this.#method = method;
    this.#isChunked = isChunked;
  }

  async write(content: string | Uint8Array): Promise<void> {
    if (!this.#isChunked) return await this.#client.write(content);
    await this.#client.write(chunk(typeof content === "string" ? content : latin1(content)));
  }

  async end(trailers: Lines = []): Promise<void> {
    if (!this.#isChunked) return;
    const lines = trailers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    await this.#client.write(`0\r\n${lines}\r\n`);
  }

  async head(): Promise<AnswerHead> {
    const head = await this.#client.head();
    if (head.status >= 200) this.#head = head;
    return head;
  }

  async through(text: string): Promise<string> {
    while (!this.#head) await this.head();
    return await this.#client.through(text);
  }

  async answer(): Promise<Answer> {
    return await this.#client.answer(this.#method, this.#head);
  }

  leave(): void {
    this.#client.close();
  }
}

function framingOf(length: number | "unknown" | undefined): Lines {
  if (length === undefined) return [];
  if (length === "unknown") return [["Transfer-Encoding", "chunked"]];
  return [["Content-Length", String(length)]];
}

function chunk(content: string): string {
  return `${content.length.toString(16)}\r\n${content}\r\n`;
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function value(fields: Lines, wanted: string): string | undefined {
  return fields.find(([name]) => name.toLowerCase() === wanted)?.[1];
}
