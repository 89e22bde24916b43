import { createHash } from "node:crypto";
import { within } from "./executable_wait.ts";
import { latin1 } from "./raw_client.ts";

/** Operation codes of frames. @see RFC 6455 §5.2 */
export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** A frame as it came. */
export interface SeenFrame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly payload: Uint8Array;
}

/** How to open a WebSocket. */
export interface WebSocketOptions {
  /** More field lines of the handshake. */
  readonly fields?: readonly string[];
  /** Certificates to trust, for `https`. */
  readonly caCerts?: readonly string[];
}

const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;

/** A WebSocket that sends and sees single frames. One thing reads from it at a time. */
export class FrameSocket implements Disposable {
  /** What the other end sent for the handshake: first line and field lines. */
  head = "";
  readonly #connection: Deno.Conn;
  #unread = new Uint8Array();

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Connects and sends the handshake; what is answered stands in `head`. */
  static async open(url: string, options: WebSocketOptions = {}): Promise<FrameSocket> {
    const { protocol, hostname, port: portText, pathname, host } = new URL(url);
    const conn = await Deno.connect({ hostname, port: Number(portText) });
    conn.setNoDelay(true);
    const caCerts = [...options.caCerts ?? []];
    const socket = new FrameSocket(
      protocol === "https:" ? await Deno.startTls(conn, { hostname, caCerts }) : conn,
    );
    try {
      const lines = [
        `GET ${pathname} HTTP/1.1`,
        `Host: ${host}`,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ...options.fields ?? [],
      ];
      await socket.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
      await within("the answer to the handshake", socket.#readHead());
      return socket;
    } catch (error) {
      socket[Symbol.dispose]();
      throw error;
    }
  }

  /** Takes the handshake that a connection begins with. What is sent to a client is not masked: use `write()`. */
  static async accepted(connection: Deno.Conn): Promise<FrameSocket> {
    const socket = new FrameSocket(connection);
    await within("a handshake", socket.#readHead());
    const key = /^sec-websocket-key: *(\S+)/im.exec(socket.head)?.[1] ?? "";
    const digest = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    const lines = [
      "HTTP/1.1 101 Switching Protocols",
      "Connection: Upgrade",
      "Upgrade: websocket",
      `Sec-WebSocket-Accept: ${digest.digest("base64")}`,
    ];
    await socket.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
    return socket;
  }

  get status(): number {
    return Number(this.head.split(" ")[1]);
  }

  /** Sends a frame, masked as clients have to. */
  async send(opcode: number, payload: string | Uint8Array, isFinal = true): Promise<void> {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    const { length } = bytes;
    const short = length < 126 ? length : length < 65_536 ? 126 : 127;
    const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
    const head = [(isFinal ? 128 : 0) | opcode, 128 | short];
    for (let i = lengthBytes - 1; i >= 0; i--) head.push(Math.floor(length / 256 ** i) & 255);
    await this.write(Uint8Array.from([...head, ...MASK]));
    await this.write(bytes.map((byte, i) => byte ^ MASK[i & 3]!));
  }

  /** Sends bytes as they are. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      rest = rest.subarray(await this.#connection.write(rest));
    }
  }

  /** Reads a frame; undefined when the other side has ended. */
  async frame(): Promise<SeenFrame | undefined> {
    return await within("a frame", this.#frame());
  }

  /** Reads the frames of one message. */
  async message(): Promise<{ opcode: number; payload: Uint8Array }> {
    const frames: SeenFrame[] = [];
    do {
      const next = await this.frame();
      if (!next) throw new Error("The WebSocket has ended within a message");
      frames.push(next);
    } while (!frames.at(-1)!.isFinal);
    const payload = new Uint8Array(
      await new Blob(frames.map((f) => f.payload as BlobPart)).bytes(),
    );
    return { opcode: frames[0]!.opcode, payload };
  }

  /** Reads the text of one message. */
  async text(): Promise<string> {
    return new TextDecoder().decode((await this.message()).payload);
  }

  /** Reads the content of an answer that is no 101: of known length, or chunks in ASCII. */
  async content(): Promise<string> {
    const length = /^content-length: *(\d+)/im.exec(this.head)?.[1];
    if (length !== undefined) return latin1(await this.#all(Number(length)));
    let content = "";
    for (;;) {
      let line = "";
      while (!line.endsWith("\r\n")) line += latin1(await this.#all(1));
      const chunk = latin1(await this.#all(parseInt(line, 16) + 2)).slice(0, -2);
      if (chunk === "") return content;
      content += chunk;
    }
  }

  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch { /* closed before */ }
  }

  async #frame(): Promise<SeenFrame | undefined> {
    const head = await this.#take(2);
    if (!head) return undefined;
    const [first, second] = [head[0]!, head[1]!];
    const short = second & 127;
    const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
    const long = await this.#take(lengthBytes);
    const length = lengthBytes === 0 ? short : long?.reduce((sum, byte) => sum * 256 + byte, 0);
    const mask = await this.#take(second < 128 ? 0 : 4);
    const payload = length === undefined ? undefined : await this.#take(length);
    if (!payload || !mask) return undefined;
    if (mask.length > 0) payload.forEach((byte, i) => payload[i] = byte ^ mask[i & 3]!);
    return { opcode: first & 15, isFinal: first >= 128, payload };
  }

  async #all(count: number): Promise<Uint8Array> {
    const bytes = await within("content", this.#take(count));
    if (!bytes) throw new Error("The content breaks off");
    return bytes;
  }

  /** Gives so many bytes; undefined when fewer came. */
  async #take(count: number): Promise<Uint8Array | undefined> {
    if (this.#unread.length < count) {
      const grown = new Uint8Array(Math.max(count, 65_536));
      let have = this.#unread.length;
      grown.set(this.#unread);
      while (have < count) {
        const read = await this.#connection.read(grown.subarray(have)).catch(() => null);
        if (read === null) return undefined;
        have += read;
      }
      this.#unread = grown.subarray(0, have);
    }
    const taken = this.#unread.slice(0, count);
    this.#unread = this.#unread.subarray(count);
    return taken;
  }

  async #readHead(): Promise<void> {
    while (!this.head.endsWith("\r\n\r\n")) {
      const byte = await this.#take(1);
      if (!byte) throw new Error(`The handshake was answered with ${JSON.stringify(this.head)}`);
      this.head += latin1(byte);
    }
  }
}
