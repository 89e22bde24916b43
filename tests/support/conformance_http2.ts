import { HpackDecoder } from "../../src/server/http2_hpack.ts";
import { CODE, FLAG, FRAME, PREFACE, readFrames } from "../../src/server/http2_protocol.ts";
import {
  announced,
  type Answer,
  type LaneClient,
  type Lines,
  type RequestToSend,
} from "./conformance_client.ts";
import { Http2Sending, type Http2Wire } from "./conformance_http2_stream.ts";
import { concat, frame } from "./http2_peer.ts";
import { bytesOf } from "./raw_client.ts";

/** No frame is larger: neither side asks for more. */
const FRAME_BYTES = 16_384;

/** A client that speaks HTTP/2, one stream for each request. Grants more content only when it is read. */
export class Http2Client implements LaneClient, Http2Wire {
  /** How much content may be sent on the connection. */
  window = 65_535;
  /** How much a new stream may send. */
  firstWindow = 65_535;

  readonly #conn: Deno.Conn;
  readonly #isSecure: boolean;
  readonly #decoder = new HpackDecoder();
  readonly #streams = new Map<number, Http2Sending>();
  #nextId = 1;
  #block: Uint8Array[] = [];
  #writing: Promise<unknown> = Promise.resolve();
  #changed = Promise.withResolvers<void>();

  constructor(conn: Deno.Conn, isSecure: boolean) {
    this.#conn = conn;
    this.#isSecure = isSecure;
    this.write(PREFACE, frame(FRAME.SETTINGS, 0, 0));
    this.#read();
  }

  get localPort(): number {
    return (this.#conn.localAddr as Deno.NetAddr).port;
  }

  async send(request: RequestToSend = {}): Promise<Http2Sending> {
    const { content = "" } = request;
    const length = announced(request);
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = new Http2Sending(this, id, typeof length === "number" ? length : undefined);
    this.#streams.set(id, stream);
    const isWhole = length === undefined || length === 0;
    await this.head(id, this.#fieldsOf(request, length), isWhole);
    stream.hasEnded = isWhole;
    if (content) await stream.write(content);
    return stream;
  }

  async exchange(request: RequestToSend = {}): Promise<Answer> {
    return await (await this.send(request)).answer();
  }

  close(): void {
    try {
      this.#conn.close();
    } catch { /* closed before */ }
  }

  /** Sends a header block, in as many frames as it needs. */
  async head(id: number, fields: Lines, isLast: boolean): Promise<void> {
    const block = concat(fields.map(literal));
    const frames: Uint8Array[] = [];
    for (let at = 0; at === 0 || at < block.length; at += FRAME_BYTES) {
      const part = block.subarray(at, at + FRAME_BYTES);
      const end = at + FRAME_BYTES >= block.length ? FLAG.END_HEADERS : 0;
      const flags = at === 0 && isLast ? end | FLAG.END_STREAM : end;
      frames.push(frame(at === 0 ? FRAME.HEADERS : FRAME.CONTINUATION, flags, id, part));
    }
    await this.write(...frames);
  }

  /** Writes frames, in the order of the calls. What the host does not take any more is lost. */
  async write(...frames: Uint8Array[]): Promise<void> {
    const bytes = concat(frames);
    const writing = this.#writing.then(async () => {
      for (let rest = bytes; rest.length > 0;) {
        rest = rest.subarray(await this.#conn.write(rest));
      }
    });
    this.#writing = writing.catch(() => {});
    await this.#writing;
  }

  /** Resolves with the next thing that comes. */
  changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Lets those that wait for the next thing look again. */
  wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #fieldsOf(request: RequestToSend, length: number | "unknown" | undefined): Lines {
    const { method = "GET", target = "/", fields = [] } = request;
    return [
      [":method", method],
      [":scheme", this.#isSecure ? "https" : "http"],
      [":authority", "example.test"],
      [":path", target],
      ...fields.map(([name, value]) => [name.toLowerCase(), value] as const),
      ...typeof length === "number" ? [["content-length", String(length)] as const] : [],
    ];
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    let received: Uint8Array = new Uint8Array(0);
    for (;;) {
      const count = await this.#conn.read(buffer).catch(() => null);
      if (count === null) break;
      received = concat([received, buffer.subarray(0, count)]);
      const used = readFrames(received, 0, received.length, (type, flags, id, bytes, from, to) => {
        this.#take(type, flags, id, bytes.slice(from, to));
      });
      received = received.slice(used);
      this.wake();
    }
    for (const stream of this.#streams.values()) stream.onReset("The connection ended");
    this.wake();
  }

  #take(type: number, flags: number, id: number, payload: Uint8Array): void {
    const stream = this.#streams.get(id);
    switch (type) {
      case FRAME.SETTINGS:
        if ((flags & FLAG.ACK) === 0) this.#settings(payload);
        break;
      case FRAME.PING:
        if ((flags & FLAG.ACK) === 0) this.write(frame(FRAME.PING, FLAG.ACK, 0, payload));
        break;
      case FRAME.WINDOW_UPDATE:
        if (stream) stream.window += number(payload, 0);
        else if (id === 0) this.window += number(payload, 0);
        break;
      case FRAME.HEADERS:
      case FRAME.CONTINUATION:
        this.#block.push(payload);
        // Only the first frame of a block says whether the stream ends with it.
        if (type === FRAME.HEADERS) stream?.onBlock((flags & FLAG.END_STREAM) !== 0);
        if ((flags & FLAG.END_HEADERS) !== 0) this.#headers(stream);
        break;
      case FRAME.DATA:
        stream?.onData(payload, (flags & FLAG.END_STREAM) !== 0);
        break;
      case FRAME.RST_STREAM:
        stream?.onReset(`The stream was reset with ${codeName(number(payload, 0))}`);
        break;
      case FRAME.GOAWAY:
        if (number(payload, 4) !== CODE.NO_ERROR) {
          const why = `The host ended the connection with ${codeName(number(payload, 4))}`;
          for (const one of this.#streams.values()) one.onReset(why);
        }
        break;
    }
  }

  #settings(payload: Uint8Array): void {
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      const isFirstWindow = payload[at] === 0 && payload[at + 1] === 4;
      if (!isFirstWindow) continue;
      const value = number(payload, at + 2);
      for (const stream of this.#streams.values()) stream.window += value - this.firstWindow;
      this.firstWindow = value;
    }
    this.write(frame(FRAME.SETTINGS, FLAG.ACK, 0));
  }

  #headers(stream: Http2Sending | undefined): void {
    const block = concat(this.#block);
    this.#block = [];
    const fields: (readonly [string, string])[] = [];
    // Also one that nobody waits for: it changes the table.
    this.#decoder.decode(block, 0, block.length, (name, value) => fields.push([name, value]));
    stream?.onHeaders(fields);
  }
}

/** A field as a literal that no table keeps. @see RFC 7541 §6.2.2 */
function literal([name, value]: readonly [string, string]): Uint8Array {
  return concat([Uint8Array.of(0), text(name), text(value)]);
}

function text(value: string): Uint8Array {
  const head: number[] = [];
  let { length } = value;
  if (length < 127) head.push(length);
  else {
    head.push(127);
    for (length -= 127; length >= 128; length = length >>> 7) head.push((length & 127) | 128);
    head.push(length);
  }
  return concat([Uint8Array.from(head), bytesOf(value)]);
}

function number(payload: Uint8Array, at: number): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(at) & 0x7fffffff;
}

function codeName(code: number): string {
  return Object.entries(CODE).find(([, value]) => value === code)?.[0] ?? String(code);
}
