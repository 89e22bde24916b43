const READ_BYTES = 4 * 1024;
const HEAD_END = [13, 10, 13, 10];
const LAST_CHUNK = "0\r\n\r\n";

/**
 * A connection that sends one GET after another and reads each answer whole: as little of a client
 * as a bench can do with, so that it measures the server. For loopback and answers below 4 KiB.
 */
export class HttpConnection implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #request: Uint8Array;
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #decoder = new TextDecoder("latin1");

  private constructor(conn: Deno.Conn, request: Uint8Array) {
    this.#conn = conn;
    this.#request = request;
  }

  /** @throws {Deno.errors.ConnectionRefused} when nobody listens there */
  static async open(
    port: number,
    path: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<HttpConnection> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay(true);
    return new HttpConnection(conn, requestHead(port, path, fields));
  }

  /** Connects over TLS. `certificate` is the server's own, as PEM. */
  static async openTls(port: number, path: string, certificate: string): Promise<HttpConnection> {
    const conn = await Deno.connectTls({
      hostname: "127.0.0.1",
      port,
      caCerts: [certificate],
      alpnProtocols: ["http/1.1"],
    });
    return new HttpConnection(conn, requestHead(port, path, {}));
  }

  /**
   * Sends the request and gives the status of its answer.
   *
   * @throws {Error} when the connection ends before the answer does
   */
  async get(): Promise<number> {
    for (let sent = 0; sent < this.#request.length;) {
      sent += await this.#conn.write(this.#request.subarray(sent));
    }
    let have = 0;
    let end: { head: string; at: number | undefined } | undefined;
    while (true) {
      const read = await this.#conn.read(this.#buffer.subarray(have));
      if (!read) throw new Error("Cannot read the answer: the connection ended");
      have += read;
      end ??= this.#head(have);
      if (end && this.#isWhole(have, end.at)) return Number(end.head.slice(9, 12));
    }
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }

  /** Gives the head once it is there, and where the answer ends if that is known from it. */
  #head(have: number): { head: string; at: number | undefined } | undefined {
    const headBytes = endOfHead(this.#buffer.subarray(0, have));
    if (headBytes === undefined) return;
    const head = this.#decoder.decode(this.#buffer.subarray(0, headBytes));
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    return { head, at: length === undefined ? undefined : headBytes + Number(length) };
  }

  #isWhole(have: number, at: number | undefined): boolean {
    if (at !== undefined) return have >= at;
    return this.#decoder.decode(this.#buffer.subarray(have - LAST_CHUNK.length, have)) ===
      LAST_CHUNK;
  }
}

function requestHead(
  port: number,
  path: string,
  fields: Readonly<Record<string, string>>,
): Uint8Array {
  const lines = Object.entries({ Host: `127.0.0.1:${port}`, ...fields })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return new TextEncoder().encode(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
}

function endOfHead(bytes: Uint8Array): number | undefined {
  for (let at = bytes.indexOf(13); at >= 0; at = bytes.indexOf(13, at + 1)) {
    if (HEAD_END.every((byte, i) => bytes[at + i] === byte)) return at + HEAD_END.length;
  }
}
