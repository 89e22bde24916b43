import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { ConnDuplex } from "./conn_duplex.ts";
import { within } from "./executable_wait.ts";

/** What the tests use of the sockets of the library `ws`, which comes without types. */
export interface WsSocket {
  /** Extensions both sides agreed on, as the handshake names them. */
  readonly extensions: string;
  binaryType: "nodebuffer" | "arraybuffer" | "fragments";
  send(data: string | Uint8Array, options?: { binary?: boolean; compress?: boolean }): void;
  close(status?: number, reason?: string): void;
  terminate(): void;
  on(event: "message", listener: (data: Buffer, isBinary: boolean) => void): void;
  on(event: "close", listener: (status: number, reason: Buffer) => void): void;
  on(event: "error", listener: (error: Error & { code?: string }) => void): void;
  on(event: "open", listener: () => void): void;
}

/** Whether messages are compressed, and how. */
export type Deflate = false | Readonly<Record<string, boolean | number>>;

/** More than any message of the tests. Bytes. */
const MAX_PAYLOAD = 256 * 1_024 * 1_024;

/** One end of a WebSocket, by `ws`: strict in all that the protocol asks for. */
export class WebSocketEndpoint implements Disposable {
  readonly socket: WsSocket;
  /** The codes of what it found wrong. */
  readonly faults: string[] = [];
  /** Resolves when it is closed, with what the other end said; 1005 and 1006 are no status and no close. */
  readonly closed: Promise<{ readonly status: number; readonly reason: string }>;

  readonly #messages: { readonly data: Buffer; readonly isBinary: boolean }[] = [];
  #wake: () => void = () => {};

  private constructor(socket: WsSocket, echoes: boolean) {
    this.socket = socket;
    const { promise, resolve } = Promise.withResolvers<{ status: number; reason: string }>();
    this.closed = promise;
    socket.on("close", (status, reason) => resolve({ status, reason: String(reason) }));
    socket.on("error", ({ code, message }) => this.faults.push(code ?? message));
    socket.on("message", (data, isBinary) => {
      if (echoes) socket.send(data, { binary: isBinary });
      else this.#messages.push({ data, isBinary });
      this.#wake();
    });
  }

  /** Takes the handshake that a connection begins with. @param echoes whether messages are sent back */
  static async accept(
    conn: Deno.Conn,
    { echoes = true, deflate = false }: { echoes?: boolean; deflate?: Deflate } = {},
  ): Promise<WebSocketEndpoint> {
    const stream = new ConnDuplex(conn);
    const { request, rest } = await readHandshake(stream);
    const server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: deflate,
      maxPayload: MAX_PAYLOAD,
    });
    return await new Promise((resolve) =>
      server.handleUpgrade(
        request,
        stream,
        rest,
        (socket: WsSocket) => resolve(new WebSocketEndpoint(socket, echoes)),
      )
    );
  }

  /** Opens one. @param ca what to trust, for `wss` */
  static async open(
    url: string,
    { echoes = false, deflate = false, ca }: { echoes?: boolean; deflate?: Deflate; ca?: string } =
      {},
  ): Promise<WebSocketEndpoint> {
    const socket: WsSocket = new WebSocket(url, {
      perMessageDeflate: deflate,
      maxPayload: MAX_PAYLOAD,
      ...(ca === undefined ? {} : { ca }),
    });
    const endpoint = new WebSocketEndpoint(socket, echoes);
    await within(
      "the answer to the handshake",
      new Promise<void>((resolve, reject) => {
        socket.on("open", resolve);
        socket.on("error", reject);
      }),
    );
    return endpoint;
  }

  /** Waits for the next message. */
  async message(): Promise<{ readonly data: Buffer; readonly isBinary: boolean }> {
    for (;;) {
      const message = this.#messages.shift();
      if (message) return message;
      await within("a message", new Promise<void>((resolve) => this.#wake = resolve));
    }
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}

/** Reads the head of the request, as `node:http` would give it. */
async function readHandshake(stream: Duplex) {
  let head = Buffer.alloc(0);
  while (!head.includes("\r\n\r\n")) {
    const piece: Buffer | null = await new Promise((resolve, reject) => {
      stream.once("readable", () => resolve(stream.read()));
      stream.once("error", reject);
    });
    if (piece) head = Buffer.concat([head, piece]);
  }
  const end = head.indexOf("\r\n\r\n");
  const [line = "", ...lines] = head.subarray(0, end).toString("latin1").split("\r\n");
  const [method, url] = line.split(" ");
  const headers = Object.fromEntries(lines.map((field) => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  }));
  return { request: { method, url, headers }, rest: head.subarray(end + 4) };
}
