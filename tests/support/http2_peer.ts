import { HpackDecoder } from "../../src/server/http2_hpack.ts";
import { FLAG, FRAME, FRAME_HEAD, PREFACE, readFrames } from "../../src/server/http2_protocol.ts";
import type { Http2Wire } from "../../src/server/http2_front.ts";
import { eventually } from "./eventually.ts";
import { bytesOf, latin1 } from "./raw_client.ts";

/** A frame that was received. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Uint8Array;
  /** Of HEADERS: the fields. */
  readonly fields?: readonly (readonly [string, string])[];
}

/** What a stream was answered with. */
export interface Http2Answer {
  readonly status: number;
  readonly fields: readonly (readonly [string, string])[];
  readonly content: string;
  readonly trailers: readonly (readonly [string, string])[] | undefined;
  readonly interim: readonly number[];
}

/** Writes a frame. */
export function frame(
  type: number,
  flags: number,
  id: number,
  payload: Uint8Array | readonly number[] = [],
): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEAD + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length << 8);
  bytes[3] = type;
  bytes[4] = flags;
  new DataView(bytes.buffer).setUint32(5, id);
  bytes.set(payload, FRAME_HEAD);
  return bytes;
}

/** Writes a header block: every field as a literal that is not kept. Texts are shorter than 16,000 bytes each. */
export function block(fields: readonly (readonly [string, string])[]): Uint8Array {
  return concat(fields.flatMap(([name, value]) => [Uint8Array.of(0), text(name), text(value)]));
}

function text(value: string): Uint8Array {
  const { length } = value;
  const head = length < 127 ? [length] : [127, (length - 127) % 128 | 128, (length - 127) >> 7];
  return concat([Uint8Array.from(head), bytesOf(value)]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function number32(value: number): number[] {
  return [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
}

/** The fields of a plain request. */
export function request(
  path = "/",
  ...more: (readonly [string, string])[]
): (readonly [string, string])[] {
  return [
    [":method", "GET"],
    [":scheme", "http"],
    [":authority", "a.test"],
    [":path", path],
    ...more,
  ];
}

/** The other end of a connection, in memory: sends frames, keeps what comes. */
export class Http2Peer {
  /** All that came, acknowledgements too. */
  readonly frames: Frame[] = [];
  /** Whether the host has closed its sending side, or all of it. */
  isEnded = false;
  isClosed = false;
  /** While it is set, nothing the host writes arrives. */
  holds: PromiseWithResolvers<void> | undefined;

  readonly #decoder = new HpackDecoder();
  readonly #toHost: Uint8Array[] = [];
  #waiting: PromiseWithResolvers<void> | undefined;
  #hasLeft = false;
  #received: Uint8Array = new Uint8Array(0);

  /** What the host serves. */
  readonly wire: Http2Wire = {
    read: async (into) => {
      while (this.#toHost.length === 0) {
        if (this.isClosed) throw new Error("closed");
        if (this.#hasLeft) return null;
        this.#waiting = Promise.withResolvers();
        await this.#waiting.promise;
      }
      const first = this.#toHost[0]!;
      const count = Math.min(first.length, into.length);
      into.set(first.subarray(0, count));
      if (count === first.length) this.#toHost.shift();
      else this.#toHost[0] = first.subarray(count);
      return count;
    },
    write: async (bytes) => {
      await this.holds?.promise;
      if (this.isClosed) throw new Error("closed");
      this.#take(bytes);
    },
    closeWrite: () => {
      this.isEnded = true;
      return Promise.resolve();
    },
    close: () => {
      this.isEnded = this.isClosed = true;
      this.holds?.resolve();
      this.#waiting?.resolve();
    },
  };

  /** Sends the preface and empty SETTINGS. */
  begin(): void {
    this.send(PREFACE, frame(FRAME.SETTINGS, 0, 0));
  }

  send(...frames: readonly Uint8Array[]): void {
    this.#toHost.push(concat(frames));
    this.#waiting?.resolve();
  }

  /** Sends a request without content. */
  get(id: number, fields = request()): void {
    this.send(frame(FRAME.HEADERS, FLAG.END_HEADERS | FLAG.END_STREAM, id, block(fields)));
  }

  /** Sends a request whose content is to follow. */
  post(id: number, ...more: (readonly [string, string])[]): void {
    const fields = request("/", ...more).with(0, [":method", "POST"] as const);
    this.send(frame(FRAME.HEADERS, FLAG.END_HEADERS, id, block(fields)));
  }

  data(id: number, content: Uint8Array | string, isLast = false): void {
    const bytes = typeof content === "string" ? bytesOf(content) : content;
    this.send(frame(FRAME.DATA, isLast ? FLAG.END_STREAM : 0, id, bytes));
  }

  /** Takes a request back. */
  reset(id: number): void {
    this.send(frame(FRAME.RST_STREAM, 0, id, number32(8)));
  }

  /** Ends its side of the connection. */
  leave(): void {
    this.#hasLeft = true;
    this.#waiting?.resolve();
  }

  /** The frames of a type that came on a stream. */
  of(type: number, id?: number): Frame[] {
    return this.frames.filter((one) => one.type === type && (id === undefined || one.id === id));
  }

  /** Waits for a frame. */
  async frame(type: number, id?: number): Promise<Frame> {
    return await eventually(() => this.of(type, id)[0], `No frame of type ${type} came`);
  }

  /** The code of the RST_STREAM, or GOAWAY, that came or comes. */
  async resetCode(id: number): Promise<number> {
    return codeAt(await this.frame(FRAME.RST_STREAM, id), 0);
  }

  async goawayCode(): Promise<number> {
    return codeAt(await this.frame(FRAME.GOAWAY, 0), 4);
  }

  /** Waits for the end of an answer. */
  async answer(id: number): Promise<Http2Answer> {
    await eventually(
      () => this.frames.some((one) => one.id === id && endsStream(one)),
      `No whole answer came on stream ${id}`,
    );
    const heads = this.of(FRAME.HEADERS, id).map(({ fields = [] }) => fields);
    const statuses = heads.map((fields) => Number(fields[0]?.[1]));
    const at = statuses.findIndex((status) => status >= 200);
    return {
      status: statuses[at] ?? 0,
      fields: heads[at]?.slice(1) ?? [],
      content: this.of(FRAME.DATA, id).map(({ payload }) => latin1(payload)).join(""),
      trailers: heads[at + 1],
      interim: statuses.slice(0, at),
    };
  }

  #take(bytes: Uint8Array): void {
    const all = concat([this.#received, bytes]);
    const used = readFrames(all, 0, all.length, (type, flags, id, from, begin, end) => {
      const payload = from.slice(begin, end);
      const one = { type, flags, id, payload };
      if (type !== FRAME.HEADERS) return this.frames.push(one);
      const fields: [string, string][] = [];
      this.#decoder.decode(payload, 0, payload.length, (name, value) => fields.push([name, value]));
      this.frames.push({ ...one, fields });
    });
    this.#received = all.slice(used);
  }
}

function endsStream({ type, flags }: Frame): boolean {
  return (type === FRAME.DATA || type === FRAME.HEADERS) && (flags & FLAG.END_STREAM) !== 0;
}

function codeAt({ payload }: Frame, at: number): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(at);
}
