import { bytesContent } from "../../src/contract/content.ts";
import { Deadlines } from "../../src/contract/deadlines.ts";
import type { Content, Exchange, Fields, Reply } from "../../src/contract/exchange.ts";
import type { Handler } from "../../src/contract/module.ts";
import { FieldList } from "../../src/http1/fields.ts";
import type { Outcome } from "../../src/server/front.ts";
import { Http2Front } from "../../src/server/http2_front.ts";
import { FakeClock } from "./fake_clock.ts";
import { Http2Peer } from "./http2_peer.ts";
import { bytesOf } from "./raw_client.ts";

/** Makes an answer. */
export function reply(
  content: string | Content = "",
  status = 200,
  ...fields: (readonly [string, string])[]
): Reply {
  return {
    head: { status, reason: "", fields: new FieldList(fields) },
    content: typeof content === "string" ? bytesContent(bytesOf(content)) : content,
  };
}

/** A content that gives these pieces, then its end; or fails, where the last piece is an error. */
export function piecesContent(
  pieces: readonly (string | Error | Promise<string>)[],
  more: { readonly length?: number; readonly trailers?: Fields } = {},
): Content & { readonly cancelled: unknown[] } {
  const rest = [...pieces];
  const cancelled: unknown[] = [];
  return {
    length: more.length,
    cancelled,
    async read() {
      const piece = await rest.shift();
      if (piece instanceof Error) throw piece;
      return piece === undefined ? null : bytesOf(piece);
    },
    cancel: (reason) => void cancelled.push(reason),
    trailers: () => more.trailers,
  };
}

/** Reads a content to its end. */
export async function readAll(content: Content): Promise<string> {
  let text = "";
  for (let piece = await content.read(); piece; piece = await content.read()) {
    text += String.fromCharCode(...piece);
  }
  return text;
}

/** A front with one client in memory, on a clock that stands still. */
export class Http2Stage implements AsyncDisposable {
  readonly clock = new FakeClock();
  readonly outcomes: Outcome[] = [];
  readonly exchanges: Exchange[] = [];
  readonly peer = new Http2Peer();
  readonly front: Http2Front;
  /** Resolves when the connection has ended. */
  readonly served: Promise<void>;

  constructor(handler: Handler = () => reply("hello")) {
    this.front = new Http2Front({
      deadlines: new Deadlines(this.clock),
      handler: (x) => {
        this.exchanges.push(x);
        return handler(x);
      },
      page: (_x, error) => reply(error.message, error.failure.status),
      finished: (_x, outcome) => this.outcomes.push(outcome),
    });
    this.served = this.serve(this.peer);
    this.peer.begin();
  }

  /** Serves one more client. */
  serve(peer: Http2Peer): Promise<void> {
    const client = { address: "192.0.2.7", port: 4711, secure: true };
    return this.front.serve(peer.wire, new Uint8Array(0), client);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.front[Symbol.asyncDispose]();
    await this.served;
  }
}
