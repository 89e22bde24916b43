/** Bytes of each message; below 126, so that a frame of the server has a head of two bytes. */
const MESSAGE_BYTES = 64;
const ECHO_BYTES = 2 + MESSAGE_BYTES;

const FIN_BINARY = 0x82;
const FIN_CLOSE = 0x88;
const MASKED = 0x80;
const NORMAL_CLOSURE = 1000;
const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;

/** How long the answer to a close frame may take. */
const CLOSE_LIMIT_MS = 5_000;

/** A WebSocket that sends one message after another and awaits its echo: as little of a client as a bench can do with. */
export class EchoSocket implements AsyncDisposable {
  readonly #conn: Deno.TcpConn;
  readonly #message = frame(FIN_BINARY, new Uint8Array(MESSAGE_BYTES).fill(0x61));
  readonly #buffer = new Uint8Array(1024);

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** @throws {Error} when the server does not switch */
  static async open(
    port: number,
    path: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<EchoSocket> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    try {
      conn.setNoDelay(true);
      await writeAll(conn, handshake(port, path, fields));
      const head = await readHead(conn);
      if (head.startsWith("HTTP/1.1 101 ")) return new EchoSocket(conn);
      throw new Error(`the handshake got "${head.slice(0, head.indexOf("\r\n"))}"`);
    } catch (error) {
      conn.close();
      throw error;
    }
  }

  /** Sends a message and waits for its echo. @throws {Error} when something else comes */
  async echo(): Promise<void> {
    await writeAll(this.#conn, this.#message);
    for (let have = 0; have < ECHO_BYTES;) {
      const read = await this.#conn.read(this.#buffer.subarray(have));
      if (!read) throw new Error("the connection ended before the echo");
      have += read;
    }
    if (this.#buffer[0] !== FIN_BINARY || this.#buffer[1] !== MESSAGE_BYTES) {
      throw new Error("something else than the echo came");
    }
  }

  /** Closes as the protocol wants it: what just goes away is an error in the app's log. */
  async [Symbol.asyncDispose](): Promise<void> {
    const timer = setTimeout(() => this.#conn.close(), CLOSE_LIMIT_MS);
    try {
      const code = new Uint8Array([NORMAL_CLOSURE >> 8, NORMAL_CLOSURE & 0xff]);
      await writeAll(this.#conn, frame(FIN_CLOSE, code));
      await this.#conn.read(this.#buffer);
      this.#conn.close();
    } catch {
      // It is closed already.
    } finally {
      clearTimeout(timer);
    }
  }
}

function handshake(
  port: number,
  path: string,
  fields: Readonly<Record<string, string>>,
): Uint8Array {
  const lines = Object.entries({
    Host: `127.0.0.1:${port}`,
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAECAwQFBgcICQoLDA0ODw==",
    ...fields,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return new TextEncoder().encode(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
}

/** Makes a frame as clients send it: masked. */
export function frame(firstByte: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  if (payload.length > 125) throw new RangeError("Cannot make a frame of more than 125 bytes");
  const masked = payload.map((byte, i) => byte ^ MASK[i % 4]!);
  return new Uint8Array([firstByte, MASKED | payload.length, ...MASK, ...masked]);
}

/** Reads to the end of the head; a server sends nothing after it until it is asked. */
async function readHead(conn: Deno.TcpConn): Promise<string> {
  const buffer = new Uint8Array(16 * 1024);
  for (let have = 0; have < buffer.length;) {
    const read = await conn.read(buffer.subarray(have));
    if (!read) throw new Error("the connection ended in the handshake");
    have += read;
    const text = new TextDecoder("latin1").decode(buffer.subarray(0, have));
    if (text.includes("\r\n\r\n")) return text;
  }
  throw new Error("the answer to the handshake is too long");
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}
