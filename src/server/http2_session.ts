import { HostError } from "../contract/host_error.ts";
import { Budget } from "./http2_budget.ts";
import { HeaderBlock } from "./http2_header_block.ts";
import { HpackDecoder } from "./http2_hpack.ts";
import {
  CODE,
  type Code,
  ConnectionFault,
  FLAG,
  FRAME,
  isHttp2Preface,
  MAX_WINDOW,
  PREFACE,
  readFrames,
  uint32,
} from "./http2_protocol.ts";
import { HeaderList, receivedTrailers } from "./http2_request.ts";
import { Http2Sender } from "./http2_sender.ts";
import { ownSettings, readSettings, RECEIVE_WINDOW } from "./http2_settings.ts";
import { Http2Stream } from "./http2_stream.ts";

/** What a session needs of its connection. */
export interface SessionOptions {
  /** The largest list of fields that is taken. Bytes. */
  readonly headBytes: number;
  readonly now: () => number;
  /** A request has begun. */
  readonly onRequest: (stream: Http2Stream, list: HeaderList, isWhole: boolean) => void;
  /** Something ended a stream before its time; nothing can be sent on it any more. */
  readonly onReset: (stream: Http2Stream, error: HostError) => void;
  /** There is something to write. */
  readonly wake: () => void;
}

/** How often a client may break streams off, or make us do so: more is an attack (CVE-2023-44487, CVE-2025-8671). */
const RESETS = { most: 200, perSecond: 50 };
/** How often it may send what asks for work and brings nothing: PING, SETTINGS, PRIORITY, empty frames. */
const IDLE_FRAMES = { most: 1_000, perSecond: 100 };

/**
 * One HTTP/2 connection as bytes in and frames out. It never waits and never touches a socket.
 *
 * @see RFC 9113
 */
export class Http2Session {
  readonly sender: Http2Sender;
  /** Those that are not over. */
  readonly streams: Map<number, Http2Stream> = new Map();
  /** Whether nothing that comes is read any more; what waits to go out goes. */
  isOver = false;
  /** The highest stream the client has opened. */
  lastId = 0;

  readonly #options: SessionOptions;
  readonly #decoder = new HpackDecoder();
  readonly #resets: Budget;
  readonly #idleFrames: Budget;
  #hasPreface = false;
  #hasSettings = false;
  #block: HeaderBlock | undefined;
  #receiveWindow: number = RECEIVE_WINDOW.connection;
  #credit = 0;
  /** The last stream that is still served, once that was said. */
  #lastServed = MAX_WINDOW;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.sender = new Http2Sender(options.now, options.wake);
    this.#resets = new Budget(options.now, RESETS.most, RESETS.perSecond);
    this.#idleFrames = new Budget(options.now, IDLE_FRAMES.most, IDLE_FRAMES.perSecond);
    this.sender.output.settings(ownSettings(options.headBytes));
    const more = RECEIVE_WINDOW.connection - 65_535;
    this.sender.output.windowUpdate(0, more);
  }

  /** Since when a header block is unfinished; Infinity where none is, or no SETTINGS have come. */
  get headSince(): number {
    return this.#block?.startedAt ?? Infinity;
  }

  /** Whether the client has begun as it must. */
  get hasBegun(): boolean {
    return this.#hasSettings;
  }

  /**
   * Takes received bytes and gives the offset up to which they are used: what is left is the beginning of a frame.
   * A broken rule ends the session with GOAWAY.
   */
  receive(bytes: Uint8Array, from: number, to: number): number {
    if (this.isOver) return to;
    try {
      return this.#receive(bytes, from, to);
    } catch (error) {
      if (!(error instanceof ConnectionFault)) throw error;
      this.end(error.code, error.message);
      return to;
    }
  }

  #receive(bytes: Uint8Array, from: number, to: number): number {
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

  /** Says that no new stream is served above those that have come, or that none shall be opened at all soon. */
  goaway(isFinal: boolean): void {
    if (this.isOver) return;
    if (isFinal) this.#lastServed = Math.min(this.#lastServed, this.lastId);
    this.sender.output.goaway(this.#lastServed, CODE.NO_ERROR, "The host stops");
    this.#options.wake();
  }

  /** Ends the session; the streams that are open are lost. */
  end(code: Code, why: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.sender.output.goaway(Math.min(this.lastId, this.#lastServed), code, why);
    for (const stream of [...this.streams.values()]) {
      this.#lose(stream, new HostError("client-gone", `The connection was ended: ${why}`));
    }
    this.#options.wake();
  }

  /** Ends a stream from our side. */
  reset(stream: Http2Stream, code: Code): void {
    if (stream.isOver) return;
    this.sender.output.reset(stream.id, code);
    this.#forget(stream);
    stream.fail(new HostError("client-gone", "The stream was ended"));
    this.#options.wake();
  }

  /** Forgets a stream where both sides have ended it. */
  settle(stream: Http2Stream): void {
    if (stream.isOver) this.#forget(stream);
  }

  /** Gives bytes back to the client's windows, now and then. */
  consumed(stream: Http2Stream, bytes: number): void {
    if (this.isOver) return;
    this.#giveBack(bytes);
    if (!stream.content?.isWanted || stream.isGone) return;
    stream.credit += bytes;
    if (stream.credit < RECEIVE_WINDOW.stream / 2) return;
    stream.receiveWindow += stream.credit;
    this.sender.output.windowUpdate(stream.id, stream.credit);
    stream.credit = 0;
    this.#options.wake();
  }

  #giveBack(bytes: number): void {
    this.#credit += bytes;
    if (this.#credit < RECEIVE_WINDOW.connection / 2) return;
    this.#receiveWindow += this.#credit;
    this.sender.output.windowUpdate(0, this.#credit);
    this.#credit = 0;
    this.#options.wake();
  }

  #onFrame = (
    type: number,
    flags: number,
    id: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void => {
    if (this.isOver) return;
    if (!this.#hasSettings && (type !== FRAME.SETTINGS || (flags & FLAG.ACK) !== 0)) {
      throw protocolError("The first frame is not SETTINGS");
    }
    if (this.#block && (type !== FRAME.CONTINUATION || id !== this.#block.id)) {
      throw protocolError("A frame stands within a header block");
    }
    switch (type) {
      case FRAME.DATA:
        return this.#data(flags, id, bytes, from, to);
      case FRAME.HEADERS:
        return this.#headers(flags, id, bytes, from, to);
      case FRAME.CONTINUATION:
        return this.#continuation(flags, bytes.subarray(from, to));
      case FRAME.RST_STREAM:
        return this.#rstStream(id, to - from);
      case FRAME.SETTINGS:
        return this.#settings(flags, id, bytes, from, to);
      case FRAME.PING:
        return this.#ping(flags, id, bytes.subarray(from, to));
      case FRAME.WINDOW_UPDATE:
        return this.#windowUpdate(id, bytes, from, to);
      case FRAME.PUSH_PROMISE:
        throw protocolError("A client pushes nothing");
      case FRAME.GOAWAY:
        if (id !== 0) throw protocolError("GOAWAY names a stream");
        return this.#idleFrame();
      default:
        // PRIORITY means nothing any more, and unknown frames are passed over.
        return this.#idleFrame();
    }
  };

  #data(flags: number, id: number, bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    this.#checkOpened(id);
    this.#receiveWindow -= length;
    if (this.#receiveWindow < 0) {
      throw new ConnectionFault(CODE.FLOW_CONTROL_ERROR, "More content than the window allows");
    }
    const [begin, end] = unpadded(flags, bytes, from, to);
    const stream = this.streams.get(id);
    const isLast = (flags & FLAG.END_STREAM) !== 0;
    if (begin === end && !isLast) this.#idleFrame();
    if (!stream || stream.isRemoteEnded || !stream.content) {
      this.#giveBack(length);
      if (stream) this.#breakOff(stream, CODE.STREAM_CLOSED, "Content comes after its end");
      else this.#idleFrame();
      return;
    }
    stream.receiveWindow -= length;
    if (stream.receiveWindow < 0) {
      this.#giveBack(length);
      return this.#breakOff(stream, CODE.FLOW_CONTROL_ERROR, "More content than the window allows");
    }
    // Padding is used up at once.
    if (end - begin < length) this.consumed(stream, length - (end - begin));
    stream.content.push(bytes, begin, end);
    const { length: told, received } = stream.content;
    if (told !== undefined && (received > told || (isLast && received < told))) {
      const how = received > told ? "longer" : "shorter";
      return this.#breakOff(stream, CODE.PROTOCOL_ERROR, `The content is ${how} than it said`);
    }
    if (isLast) this.#remoteEnded(stream);
  }

  #headers(flags: number, id: number, bytes: Uint8Array, from: number, to: number): void {
    if (id % 2 === 0) throw protocolError("A client opens streams of odd numbers only");
    let [begin, end] = unpadded(flags, bytes, from, to);
    if (flags & FLAG.PRIORITY) begin += 5;
    if (begin > end) throw new ConnectionFault(CODE.FRAME_SIZE_ERROR, "HEADERS is too short");
    const isLast = (flags & FLAG.END_STREAM) !== 0;
    if (flags & FLAG.END_HEADERS) return this.#head(id, isLast, bytes, begin, end);
    if (begin === end) this.#idleFrame();
    const first = bytes.subarray(begin, end);
    this.#block = new HeaderBlock(id, isLast, this.#options.now(), first);
  }

  #continuation(flags: number, fragment: Uint8Array): void {
    const block = this.#block;
    if (!block) throw protocolError("CONTINUATION continues nothing");
    block.append(fragment);
    if ((flags & FLAG.END_HEADERS) === 0) return;
    this.#block = undefined;
    this.#head(block.id, block.isLast, block.bytes, 0, block.bytes.length);
  }

  #head(id: number, isLast: boolean, bytes: Uint8Array, from: number, to: number): void {
    const list = new HeaderList(this.#options.headBytes);
    this.#decoder.decode(bytes, from, to, (name, value) => list.add(name, value));
    const stream = this.streams.get(id);
    if (stream) return this.#trailers(stream, list, isLast);
    // A stream that we have ended may still get what was under way.
    if (id <= this.lastId) return this.#idleFrame();
    this.lastId = id;
    if (id > this.#lastServed) return;
    const opened = new Http2Stream(id, RECEIVE_WINDOW.stream);
    opened.isRemoteEnded = isLast;
    this.streams.set(id, opened);
    this.sender.open(opened);
    this.#options.onRequest(opened, list, isLast);
  }

  #trailers(stream: Http2Stream, list: HeaderList, isLast: boolean): void {
    if (stream.isRemoteEnded) {
      return this.#breakOff(stream, CODE.STREAM_CLOSED, "Fields come after the end of the stream");
    }
    const trailers = isLast ? receivedTrailers(list) : undefined;
    const content = stream.content;
    const isShort = content?.length !== undefined && content.received < content.length;
    if (!trailers || isShort) {
      return this.#breakOff(stream, CODE.PROTOCOL_ERROR, "The trailers break a rule");
    }
    stream.isRemoteEnded = true;
    content?.end(trailers);
    this.settle(stream);
  }

  #remoteEnded(stream: Http2Stream): void {
    stream.isRemoteEnded = true;
    stream.content?.end();
    this.settle(stream);
  }

  #rstStream(id: number, length: number): void {
    if (length !== 4) throw new ConnectionFault(CODE.FRAME_SIZE_ERROR, "RST_STREAM is not 4 bytes");
    this.#checkOpened(id);
    const stream = this.streams.get(id);
    if (!stream) return this.#idleFrame();
    this.#lose(stream, new HostError("client-gone", "The client took its request back"));
    this.spendReset();
  }

  #settings(flags: number, id: number, bytes: Uint8Array, from: number, to: number): void {
    if (id !== 0) throw protocolError("SETTINGS names a stream");
    if (flags & FLAG.ACK) {
      if (to !== from) throw new ConnectionFault(CODE.FRAME_SIZE_ERROR, "SETTINGS is no plain ACK");
      return this.#idleFrame();
    }
    if (this.#hasSettings) this.#idleFrame();
    this.#hasSettings = true;
    const firstWindow = readSettings(bytes, from, to);
    const streams = this.streams.values();
    if (firstWindow !== undefined && !this.sender.setFirstWindow(firstWindow, streams)) {
      throw new ConnectionFault(CODE.FLOW_CONTROL_ERROR, "A window grows too large");
    }
    this.sender.output.settingsAck();
    this.#options.wake();
  }

  #ping(flags: number, id: number, opaque: Uint8Array): void {
    if (id !== 0) throw protocolError("PING names a stream");
    if (opaque.length !== 8) {
      throw new ConnectionFault(CODE.FRAME_SIZE_ERROR, "PING is not 8 bytes");
    }
    this.#idleFrame();
    if (flags & FLAG.ACK) return;
    this.sender.output.pingAck(opaque);
    this.#options.wake();
  }

  #windowUpdate(id: number, bytes: Uint8Array, from: number, to: number): void {
    if (to - from !== 4) {
      throw new ConnectionFault(CODE.FRAME_SIZE_ERROR, "WINDOW_UPDATE is not 4 bytes");
    }
    const more = uint32(bytes, from) & MAX_WINDOW;
    if (id === 0) {
      if (more === 0) throw protocolError("WINDOW_UPDATE adds nothing");
      if (this.sender.grant(undefined, more)) return;
      throw new ConnectionFault(CODE.FLOW_CONTROL_ERROR, "The window grows too large");
    }
    this.#checkOpened(id);
    const stream = this.streams.get(id);
    if (!stream) return;
    if (more === 0) this.#breakOff(stream, CODE.PROTOCOL_ERROR, "WINDOW_UPDATE adds nothing");
    else if (!this.sender.grant(stream, more)) {
      this.#breakOff(stream, CODE.FLOW_CONTROL_ERROR, "The window grows too large");
    }
  }

  #checkOpened(id: number): void {
    if (id === 0 || id % 2 === 0 || id > this.lastId) {
      throw protocolError("A frame is for a stream that was never opened");
    }
  }

  /** Ends a stream on which the client broke a rule. */
  #breakOff(stream: Http2Stream, code: Code, why: string): void {
    this.sender.output.reset(stream.id, code);
    this.#lose(stream, new HostError("bad-request", `Cannot take the request: ${why}`));
    this.#options.wake();
    this.spendReset();
  }

  #lose(stream: Http2Stream, error: HostError): void {
    this.#forget(stream);
    stream.fail(error);
    this.#options.onReset(stream, error);
  }

  #forget(stream: Http2Stream): void {
    this.streams.delete(stream.id);
  }

  /** Counts a stream that was broken off. @throws {ConnectionFault} where there are too many */
  spendReset(): void {
    if (this.#resets.spend()) return;
    throw new ConnectionFault(CODE.ENHANCE_YOUR_CALM, "Too many streams are broken off");
  }

  #idleFrame(): void {
    if (this.#idleFrames.spend()) return;
    throw new ConnectionFault(CODE.ENHANCE_YOUR_CALM, "Too many frames bring nothing");
  }
}

/** Gives where the payload of a padded frame begins and ends. */
function unpadded(flags: number, bytes: Uint8Array, from: number, to: number): [number, number] {
  if ((flags & FLAG.PADDED) === 0) return [from, to];
  const padding = from < to ? bytes[from]! : 0;
  if (from + 1 + padding > to) throw protocolError("The padding is longer than its frame");
  return [from + 1, to - padding];
}

function protocolError(message: string): ConnectionFault {
  return new ConnectionFault(CODE.PROTOCOL_ERROR, message);
}
