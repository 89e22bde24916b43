import { Buffer } from "node:buffer";

/** An answer as it came over the wire, its content without its framing. Text is latin1. */
export interface RawAnswer {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: string;
  /** Whether the framing says that all of the content came. */
  readonly complete: boolean;
}

/** Text as bytes, one for each character. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Bytes as text, one character for each: `TextDecoder` means windows-1252 when it says latin1. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** No test waits longer for an answer: the connection ends, and with it the test. */
const PATIENCE_MS = 30_000;

/** A client that sends and sees bytes. One thing reads from it at a time. */
export class RawClient implements Disposable {
  readonly #connection: Deno.Conn;
  #seen = "";
  #ended = false;
  readonly #patience = setTimeout(() => this.close(), PATIENCE_MS);

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** @param url of a listener, such as `http://127.0.0.1:41234` or `http://unix:/path` */
  static async open(url: string): Promise<RawClient> {
    const path = /^http:\/\/unix:(.+)$/.exec(url)?.[1];
    if (path) return new RawClient(await Deno.connect({ transport: "unix", path }));
    const { hostname, port } = new URL(url);
    return new RawClient(
      await Deno.connect({ hostname: hostname.replace(/^\[|\]$/g, ""), port: Number(port) }),
    );
  }

  get localPort(): number {
    return (this.#connection.localAddr as Deno.NetAddr).port;
  }

  /** Everything received that no answer was made of. */
  get seen(): string {
    return this.#seen;
  }

  async send(data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string" ? bytesOf(data) : data;
    while (rest.length > 0) rest = rest.subarray(await this.#connection.write(rest));
  }

  /** Reads until `done` is true of what was seen, or the other side ends. */
  async until(done: (seen: string) => boolean): Promise<string> {
    while (!done(this.#seen) && !this.#ended) await this.#more();
    return this.#seen;
  }

  /** Reads one answer; interim ones are skipped. */
  async answer(method = "GET"): Promise<RawAnswer> {
    for (;;) {
      const text = await this.until((seen) => seen.includes("\r\n\r\n"));
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) throw new Error(`No answer, only ${JSON.stringify(text)}`);
      const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
      const [, status = "", reason = ""] = /^HTTP\/1\.[01] (\d+) ?(.*)$/.exec(statusLine) ?? [];
      this.#seen = text.slice(end + 4);
      if (status.startsWith("1") && status !== "101") continue;
      const fields = lines.map(fieldOf);
      const content = await this.#content(method, Number(status), fields);
      return { status: Number(status), reason, fields, ...content };
    }
  }

  /** Sends a request without content and reads the answer. */
  async get(target: string, fields: Readonly<Record<string, string>> = {}, method = "GET") {
    const lines = Object.entries({ Host: "example.test", ...fields })
      .map(([name, value]) => `${name}: ${value}\r\n`).join("");
    await this.send(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`);
    return await this.answer(method);
  }

  /** Whether the other side has ended, after reading to the end. */
  async ends(): Promise<boolean> {
    await this.until(() => false);
    return this.#ended;
  }

  close(): void {
    clearTimeout(this.#patience);
    try {
      this.#connection.close();
    } catch { /* closed before */ }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #more(): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    const count = await this.#connection.read(buffer).catch(() => null);
    if (count === null) this.#ended = true;
    else this.#seen += latin1(buffer.subarray(0, count));
  }

  async #content(
    method: string,
    status: number,
    fields: RawAnswer["fields"],
  ): Promise<Pick<RawAnswer, "content" | "complete">> {
    const value = (wanted: string) => fields.find(([name]) => name.toLowerCase() === wanted)?.[1];
    if (method === "HEAD" || [101, 204, 304].includes(status)) {
      return { content: "", complete: true };
    }
    if (value("transfer-encoding")?.toLowerCase() === "chunked") return await this.#chunked();
    const length = value("content-length");
    if (length === undefined) {
      await this.ends();
      return { content: this.#take(this.#seen.length), complete: true };
    }
    await this.until((seen) => seen.length >= Number(length));
    const complete = this.#seen.length >= Number(length);
    return { content: this.#take(Math.min(Number(length), this.#seen.length)), complete };
  }

  async #chunked(): Promise<Pick<RawAnswer, "content" | "complete">> {
    let content = "";
    for (;;) {
      await this.until((seen) => seen.includes("\r\n"));
      const line = /^([0-9a-f]+)\r\n/i.exec(this.#seen);
      if (!line) return { content, complete: false };
      const size = parseInt(line[1] ?? "", 16);
      const all = line[0].length + size + 2;
      await this.until((seen) => seen.length >= all);
      if (this.#seen.length < all) return { content, complete: false };
      content += this.#take(all).slice(line[0].length, -2);
      if (size === 0) return { content, complete: true };
    }
  }

  #take(count: number): string {
    const taken = this.#seen.slice(0, count);
    this.#seen = this.#seen.slice(count);
    return taken;
  }
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

/** The values of every field line of a name, whatever its case. */
export function valuesOf(
  fields: readonly (readonly [string, string])[],
  wanted: string,
): string[] {
  return fields.filter(([name]) => name.toLowerCase() === wanted.toLowerCase())
    .map(([, value]) => value);
}
