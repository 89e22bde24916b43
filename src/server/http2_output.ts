import { LARGE_BYTES, largeBuffers } from "../contract/buffers.ts";
import { type Code, FLAG, FRAME, FRAME_HEAD, MAX_FRAME } from "./http2_protocol.ts";

const NOTHING = new Uint8Array(0);
/** Above it no content is framed and nothing is read: the client is to take something first. Bytes. */
export const OUTPUT_FULL: number = LARGE_BYTES - FRAME_HEAD - MAX_FRAME;

/** Frames on their way to the client, until they are written. */
export class FrameOutput {
  #bytes: Uint8Array = NOTHING;
  #at = 0;

  /** Bytes that wait. */
  get size(): number {
    return this.#at;
  }

  get isFull(): boolean {
    return this.#at >= OUTPUT_FULL;
  }

  /** Gives all that waits; {@linkcode giveBack} it when it is written. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#at);
    this.#bytes = NOTHING;
    this.#at = 0;
    return bytes;
  }

  giveBack(bytes: Uint8Array): void {
    largeBuffers.give(new Uint8Array(bytes.buffer));
  }

  /** Forgets what waits. */
  clear(): void {
    this.giveBack(this.take());
  }

  /** Frames content. */
  data(id: number, bytes: Uint8Array, from: number, to: number, isLast: boolean): void {
    this.#head(FRAME.DATA, isLast ? FLAG.END_STREAM : 0, id, to - from);
    this.#bytes.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), this.#at);
    this.#at += to - from;
  }

  /** Frames a header block, in as many frames as it needs. */
  headers(id: number, block: Uint8Array, isLast: boolean): void {
    let from = 0;
    do {
      const to = Math.min(from + MAX_FRAME, block.length);
      const flags = to === block.length ? FLAG.END_HEADERS : 0;
      if (from > 0) this.#head(FRAME.CONTINUATION, flags, id, to - from);
      else this.#head(FRAME.HEADERS, flags | (isLast ? FLAG.END_STREAM : 0), id, to);
      this.#bytes.set(block.subarray(from, to), this.#at);
      this.#at += to - from;
      from = to;
    } while (from < block.length);
  }

  settings(settings: readonly (readonly [id: number, value: number])[]): void {
    this.#head(FRAME.SETTINGS, 0, 0, settings.length * 6);
    for (const [id, value] of settings) {
      this.#bytes[this.#at++] = 0;
      this.#bytes[this.#at++] = id;
      this.#uint32(value);
    }
  }

  settingsAck(): void {
    this.#head(FRAME.SETTINGS, FLAG.ACK, 0, 0);
  }

  /** @param opaque the eight bytes that came */
  pingAck(opaque: Uint8Array): void {
    this.#head(FRAME.PING, FLAG.ACK, 0, 8);
    this.#bytes.set(opaque, this.#at);
    this.#at += 8;
  }

  reset(id: number, code: Code): void {
    this.#head(FRAME.RST_STREAM, 0, id, 4);
    this.#uint32(code);
  }

  windowUpdate(id: number, bytes: number): void {
    this.#head(FRAME.WINDOW_UPDATE, 0, id, 4);
    this.#uint32(bytes);
  }

  /** @param why for whoever debugs the client */
  goaway(lastId: number, code: Code, why: string): void {
    const text = new TextEncoder().encode(why);
    this.#head(FRAME.GOAWAY, 0, 0, 8 + text.length);
    this.#uint32(lastId);
    this.#uint32(code);
    this.#bytes.set(text, this.#at);
    this.#at += text.length;
  }

  /** Makes room for a frame, and writes what stands in front of its payload. */
  #head(type: number, flags: number, id: number, length: number): void {
    this.#makeRoom(FRAME_HEAD + length);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = length >>> 16;
    bytes[at++] = length >>> 8;
    bytes[at++] = length;
    bytes[at++] = type;
    bytes[at++] = flags;
    this.#at = at;
    this.#uint32(id);
  }

  #uint32(value: number): void {
    const bytes = this.#bytes;
    bytes[this.#at++] = value >>> 24;
    bytes[this.#at++] = value >>> 16;
    bytes[this.#at++] = value >>> 8;
    bytes[this.#at++] = value;
  }

  #makeRoom(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.length) return;
    const before = this.#bytes;
    this.#bytes = needed <= LARGE_BYTES ? largeBuffers.take() : new Uint8Array(needed * 2);
    this.#bytes.set(before.subarray(0, this.#at));
    this.giveBack(before);
  }
}
