import { systemClock } from "../../src/contract/clock.ts";
import { Deadlines } from "../../src/contract/deadlines.ts";
import { bytesContent } from "../../src/contract/content.ts";
import type { Content, Exchange } from "../../src/contract/exchange.ts";
import type { Handler } from "../../src/contract/module.ts";
import type { Outcome } from "../../src/server/front.ts";
import { socketCalls } from "../../src/server/_socket_calls.ts";
import { Http2Front } from "../../src/server/http2_front.ts";
import { developmentCertificate, type TlsMaterial } from "../../src/server/tls_certificate.ts";
import { listenTls, type TlsListener } from "../../src/server/tls_listener.ts";
import { reply } from "./http2_stage.ts";

// Opened once and kept: no test's leak.
socketCalls();

/** Answers `/echo` with the length of the content, `/big` with 8 MiB, and anything else with its path. */
export const plainHandler: Handler = async (x: Exchange) => {
  if (x.request.target === "/echo") return reply(String(await lengthOf(x.content)));
  if (x.request.target === "/big") return reply(bytesContent(BIG));
  return reply(x.request.target);
};

const BIG = new Uint8Array(8 * 1024 * 1024);

async function lengthOf(content: Content): Promise<number> {
  let sum = 0;
  for (let piece = await content.read(); piece; piece = await content.read()) sum += piece.length;
  return sum;
}

/** A TLS listener on a free port: HTTP/2 is served, HTTP/1.1 gets `one` and is closed. */
export class TlsStage implements AsyncDisposable {
  readonly outcomes: Outcome[] = [];
  readonly protocols: string[] = [];
  readonly refusals: string[] = [];
  readonly deadlines = new Deadlines(systemClock, 50);
  readonly front: Http2Front;
  readonly listener: TlsListener;
  readonly material: TlsMaterial;

  private constructor(material: TlsMaterial, handler: Handler) {
    this.material = material;
    this.front = new Http2Front({
      deadlines: this.deadlines,
      handler,
      page: (_x, error) => reply(error.message, error.failure.status),
      finished: (_x, outcome) => this.outcomes.push(outcome),
    });
    this.listener = listenTls({
      hostname: "127.0.0.1",
      port: 0,
      material,
      deadlines: this.deadlines,
      accepted: (conn, protocol) => this.#serve(conn, protocol),
      refused: (why) => this.refusals.push(why),
    });
  }

  static async open(handler: Handler = plainHandler): Promise<TlsStage> {
    return new TlsStage(await developmentCertificate(new Date()), handler);
  }

  get url(): string {
    return `https://localhost:${this.listener.addr.port}`;
  }

  /** A client that trusts these certificates only. */
  client(http2: boolean, ...more: TlsMaterial[]): Deno.HttpClient {
    const caCerts = [this.material, ...more].map(({ cert }) => cert);
    return Deno.createHttpClient({ caCerts, http2, http1: !http2 });
  }

  async #serve(conn: Deno.TlsConn, protocol: string): Promise<void> {
    this.protocols.push(protocol);
    const { hostname, port } = conn.remoteAddr;
    const client = { address: hostname, port, secure: true };
    if (protocol === "h2") return this.front.serve(conn, new Uint8Array(0), client);
    try {
      await conn.read(new Uint8Array(4_096));
      const answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\none";
      await conn.write(new TextEncoder().encode(answer));
      conn.close();
    } catch {
      // The client has gone.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.listener.close();
    await this.front[Symbol.asyncDispose]();
    this.deadlines[Symbol.dispose]();
  }
}
