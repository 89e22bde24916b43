import { resetConnection } from "../../src/server/_reset.ts";
import { bytesOf, latin1 } from "./raw_client.ts";

/** A request as the backend saw it. Text is latin1. */
export interface RawRequest {
  /** All of its head, with the empty line. */
  readonly head: string;
  readonly line: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** One connection as the script of a backend sees it. */
export class RawConnection {
  readonly #connection: Deno.TcpConn;
  readonly #closed = Promise.withResolvers<void>();
  #seen = "";
  #ended = false;
  #isClosed = false;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Resolves when the host has ended the connection. Reads what still comes and drops it. */
  async closed(): Promise<void> {
    while (!this.#ended) await this.#more().then(() => this.#seen = "");
    await this.#closed.promise;
  }

  async send(data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string" ? bytesOf(data) : data;
    while (rest.length > 0) rest = rest.subarray(await this.#connection.write(rest));
  }

  /** Says that nothing more is sent; what comes can still be read. */
  async endSending(): Promise<void> {
    await this.#connection.closeWrite();
  }

  /** Reads `count` characters of what comes, framing included. */
  async take(count: number): Promise<string> {
    while (this.#seen.length < count && !this.#ended) await this.#more();
    const taken = this.#seen.slice(0, count);
    this.#seen = this.#seen.slice(count);
    return taken;
  }

  /** Reads that many bytes and keeps nothing of them. */
  async drop(count: number): Promise<void> {
    let rest = count - Math.min(count, this.#seen.length);
    this.#seen = this.#seen.slice(count);
    const buffer = new Uint8Array(256 * 1024);
    while (rest > 0) {
      const read = await this.#connection.read(buffer.subarray(0, Math.min(rest, buffer.length)));
      if (read === null) throw new Error(`${rest} bytes never came`);
      rest -= read;
    }
  }

  /** Reads up to and with a text; everything there is when it never comes. */
  async takeThrough(text: string): Promise<string> {
    while (!this.#seen.includes(text) && !this.#ended) await this.#more();
    const at = this.#seen.indexOf(text);
    return await this.take(at < 0 ? this.#seen.length : at + text.length);
  }

  /** Reads the head of the next request; undefined when the connection ended before one. */
  async request(): Promise<RawRequest | undefined> {
    const head = await this.takeThrough("\r\n\r\n");
    if (!head.endsWith("\r\n\r\n") || this.#isClosed) return undefined;
    const [line = "", ...lines] = head.slice(0, -4).split("\r\n");
    return {
      head,
      line,
      fields: lines.map((text) => {
        const colon = text.indexOf(":");
        return [text.slice(0, colon), text.slice(colon + 1).trim()];
      }),
    };
  }

  /** Breaks the connection off: what the host writes from now on fails at once. */
  reset(): void {
    resetConnection(this.#connection);
    this.close();
  }

  close(): void {
    this.#isClosed = true;
    try {
      this.#connection.close();
    } catch { /* closed before */ }
  }

  async #more(): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    const count = await this.#connection.read(buffer).catch(() => null);
    if (count === null) {
      this.#ended = true;
      this.#closed.resolve();
    } else this.#seen += latin1(buffer.subarray(0, count));
  }
}

/** What a backend does with one request; called again for the next one on the connection. */
export type Script = (connection: RawConnection, request: RawRequest) => Promise<void> | void;

/** A backend that does just what its script says. */
export class RawBackend implements AsyncDisposable {
  readonly port: number;
  /** Every request seen, in order. */
  readonly requests: RawRequest[] = [];
  script: Script;

  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<RawConnection>();
  readonly #accepting: Promise<void>;
  readonly #serving = new Set<Promise<void>>();

  constructor(script: Script = answering("ok")) {
    this.script = script;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#accepting = this.#accept();
  }

  /** How many connections were ever made. */
  connectionCount = 0;

  /** Stops listening and ends every connection, as a process that dies does. */
  die(): void {
    try {
      this.#listener.close();
    } catch { /* died before */ }
    for (const connection of this.#connections) connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.die();
    await this.#accepting;
    await Promise.all(this.#serving);
  }

  async #accept(): Promise<void> {
    try {
      for await (const accepted of this.#listener) {
        this.connectionCount++;
        const connection = new RawConnection(accepted);
        this.#connections.add(connection);
        const serving = this.#serve(connection).catch(() => {}).finally(() => {
          connection.close();
          this.#connections.delete(connection);
          this.#serving.delete(serving);
        });
        this.#serving.add(serving);
      }
    } catch { /* died */ }
  }

  async #serve(connection: RawConnection): Promise<void> {
    for (;;) {
      const request = await connection.request();
      if (!request) return;
      this.requests.push(request);
      await this.script(connection, request);
    }
  }
}

/** A script that answers every request the same way. */
export function answering(content: string, head = "HTTP/1.1 200 OK", ...fields: string[]): Script {
  const lines = [head, `Content-Length: ${content.length}`, ...fields];
  return (connection) => connection.send(`${lines.join("\r\n")}\r\n\r\n${content}`);
}
