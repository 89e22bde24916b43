import { HeaderBlock } from "./http2_header_block.ts";
import {
  CODE,
  ConnectionFault,
  FLAG,
  FRAME,
  isHttp2Preface,
  MAX_WINDOW,
  PREFACE,
  readFrames,
  uint32,
} from "./http2_protocol.ts";
import { readSettings } from "./http2_settings.ts";

/** What frames mean to a session. Each may throw a {@linkcode ConnectionFault}. */
export interface FrameReceiver {
  /** Content; `length` is what it takes of the windows, padding included. */
  onData(id: number, content: Uint8Array, length: number, isLast: boolean): void;
  /** A whole header block. */
  onHead(id: number, block: Uint8Array, isLast: boolean): void;
  onReset(id: number): void;
  /** @param firstWindow INITIAL_WINDOW_SIZE, where it was set */
  onSettings(firstWindow: number | undefined): void;
  onPing(opaque: Uint8Array): void;
  /** @param id 0 for the connection */
  onWindowUpdate(id: number, more: number): void;
  /** Something that asks for work, or may be many, and brings nothing. */
  onIdleFrame(): void;
}

/** Reads received bytes as the frames of a client: their form, and the order they may come in. */
export class Http2Receiver {
  readonly #receiver: FrameReceiver;
  readonly #now: () => number;
  #hasPreface = false;
  #block: HeaderBlock | undefined;
  /** Whether the client has begun as it must. */
  hasSettings = false;

  constructor(receiver: FrameReceiver, now: () => number) {
    this.#receiver = receiver;
    this.#now = now;
  }

  /** Since when a header block is unfinished; Infinity where none is. */
  get headSince(): number {
    return this.#block?.startedAt ?? Infinity;
  }

  /**
   * Takes received bytes and gives the offset up to which they are used.
   *
   * @throws {ConnectionFault}
   */
  receive(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    if (!this.#hasPreface) {
      const found = isHttp2Preface(bytes, from, to);
      if (found === "more") return from;
      if (found === "no") throw protocolError("The connection does not begin with the preface");
      this.#hasPreface = true;
      at += PREFACE.length;
    }
    return readFrames(bytes, at, to, this.#onFrame);
  }

  #onFrame = (
    type: number,
    flags: number,
    id: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void => {
    if (!this.hasSettings && (type !== FRAME.SETTINGS || (flags & FLAG.ACK) !== 0)) {
      throw protocolError("The first frame is not SETTINGS");
    }
    if (this.#block && (type !== FRAME.CONTINUATION || id !== this.#block.id)) {
      throw protocolError("A frame stands within a header block");
    }
    const payload = bytes.subarray(from, to);
    switch (type) {
      case FRAME.DATA:
        return this.#data(flags, id, payload);
      case FRAME.HEADERS:
        return this.#headers(flags, id, payload);
      case FRAME.CONTINUATION:
        return this.#continuation(flags, payload);
      case FRAME.RST_STREAM:
        checkLength(payload, 4);
        return this.#receiver.onReset(id);
      case FRAME.SETTINGS:
        return this.#settings(flags, id, payload);
      case FRAME.PING:
        return this.#ping(flags, id, payload);
      case FRAME.WINDOW_UPDATE:
        checkLength(payload, 4);
        return this.#receiver.onWindowUpdate(id, uint32(payload, 0) & MAX_WINDOW);
      case FRAME.PUSH_PROMISE:
        throw protocolError("A client pushes nothing");
      default:
        // PRIORITY means nothing any more, GOAWAY is seen by what follows, and unknown frames are passed over.
        return this.#receiver.onIdleFrame();
    }
  };

  #data(flags: number, id: number, payload: Uint8Array): void {
    const content = unpadded(flags, payload);
    const isLast = (flags & FLAG.END_STREAM) !== 0;
    if (content.length === 0 && !isLast) this.#receiver.onIdleFrame();
    this.#receiver.onData(id, content, payload.length, isLast);
  }

  #headers(flags: number, id: number, payload: Uint8Array): void {
    if (id % 2 === 0) throw protocolError("A client opens streams of odd numbers only");
    let fragment = unpadded(flags, payload);
    if (flags & FLAG.PRIORITY) {
      if (fragment.length < 5) throw sizeError("HEADERS is too short");
      fragment = fragment.subarray(5);
    }
    const isLast = (flags & FLAG.END_STREAM) !== 0;
    if (flags & FLAG.END_HEADERS) return this.#receiver.onHead(id, fragment, isLast);
    this.#block = new HeaderBlock(id, isLast, this.#now(), fragment);
  }

  #continuation(flags: number, fragment: Uint8Array): void {
    const block = this.#block;
    if (!block) throw protocolError("CONTINUATION continues nothing");
    block.append(fragment);
    if ((flags & FLAG.END_HEADERS) === 0) return;
    this.#block = undefined;
    this.#receiver.onHead(block.id, block.bytes, block.isLast);
  }

  #settings(flags: number, id: number, payload: Uint8Array): void {
    if (id !== 0) throw protocolError("SETTINGS names a stream");
    if (flags & FLAG.ACK) {
      checkLength(payload, 0);
      return this.#receiver.onIdleFrame();
    }
    if (this.hasSettings) this.#receiver.onIdleFrame();
    this.hasSettings = true;
    this.#receiver.onSettings(readSettings(payload));
  }

  #ping(flags: number, id: number, payload: Uint8Array): void {
    if (id !== 0) throw protocolError("PING names a stream");
    checkLength(payload, 8);
    this.#receiver.onIdleFrame();
    if ((flags & FLAG.ACK) === 0) this.#receiver.onPing(payload);
  }
}

/** Gives the payload of a frame without its padding. */
function unpadded(flags: number, payload: Uint8Array): Uint8Array {
  if ((flags & FLAG.PADDED) === 0) return payload;
  const padding = payload[0] ?? 0;
  if (1 + padding > payload.length) throw protocolError("The padding is longer than its frame");
  return payload.subarray(1, payload.length - padding);
}

function checkLength(payload: Uint8Array, bytes: number): void {
  if (payload.length !== bytes) throw sizeError(`A frame has not the ${bytes} bytes of its type`);
}

function sizeError(message: string): ConnectionFault {
  return new ConnectionFault(CODE.FRAME_SIZE_ERROR, message);
}

function protocolError(message: string): ConnectionFault {
  return new ConnectionFault(CODE.PROTOCOL_ERROR, message);
}
