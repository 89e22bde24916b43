import { Cancellation } from "../../src/contract/cancellation.ts";
import { emptyContent } from "../../src/contract/content.ts";
import { Deadlines } from "../../src/contract/deadlines.ts";
import type { Target } from "../../src/contract/directory.ts";
import type { Content, Reply } from "../../src/contract/exchange.ts";
import type { SendHooks, Transport } from "../../src/gateway/transport.ts";
import { wireTransport } from "../../src/gateway/wire_transport.ts";
import { type FieldLine, FieldList } from "../../src/http1/mod.ts";
import { resetConnection } from "../../src/server/_reset.ts";
import { FakeClock } from "./fake_clock.ts";
import "./open_socket_calls.ts";
import { RawBackend, type Script } from "./raw_backend.ts";
import { latin1 } from "./raw_client.ts";

/** What is sent; the rest is a GET of `/` without content. */
export interface WireSend {
  readonly method?: string;
  readonly fields?: readonly FieldLine[];
  readonly content?: Content;
  readonly cancellation?: Cancellation;
  readonly hooks?: SendHooks;
  readonly target?: Target;
}

/** The wire transport alone, before a scripted backend. Its clock stands still. */
export class RawWire implements AsyncDisposable {
  readonly backend: RawBackend;
  readonly clock: FakeClock = new FakeClock();
  readonly transport: Transport;
  readonly target: Target;
  readonly #deadlines: Deadlines = new Deadlines(this.clock);

  constructor(script?: Script) {
    this.backend = new RawBackend(script);
    this.target = { id: 1, generation: 1, port: this.backend.port, token: "t" };
    this.transport = wireTransport({ deadlines: this.#deadlines, reset: resetConnection });
    this.transport.retain([this.target]);
  }

  send(send: WireSend = {}): Promise<Reply> {
    const { method = "GET", fields = [], content = emptyContent } = send;
    const head = {
      method,
      target: "/",
      version: "HTTP/1.1",
      fields: new FieldList(fields),
    } as const;
    const { target = this.target, cancellation = new Cancellation(), hooks = {} } = send;
    return this.transport.send(target, head, content, cancellation, hooks);
  }

  /** Sends and reads all of the answer. */
  async text(send: WireSend = {}): Promise<string> {
    return await textOf((await this.send(send)).content);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.transport[Symbol.dispose]();
    this.#deadlines[Symbol.dispose]();
    await this.backend[Symbol.asyncDispose]();
  }
}

/** All of a content as latin1 text. */
export async function textOf(content: Content): Promise<string> {
  let text = "";
  for (let piece = await content.read(); piece; piece = await content.read()) text += latin1(piece);
  return text;
}

/** A content of these pieces; what is no text is thrown or waited for. */
export function pieces(
  length: number | undefined,
  ...parts: (string | Error | Promise<unknown>)[]
): Content & { readonly cancelled: boolean } {
  const content = {
    length,
    cancelled: false,
    async read(): Promise<Uint8Array | null> {
      const part = parts.shift();
      if (part instanceof Error) throw part;
      if (part instanceof Promise) {
        await part;
        return content.read();
      }
      return part === undefined ? null : Uint8Array.from(part, (c) => c.charCodeAt(0));
    },
    cancel() {
      content.cancelled = true;
    },
  };
  return content;
}
