import type { Fields } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import { HpackDecoder } from "./http2_hpack.ts";
import { Patience } from "./http2_patience.ts";
import { CODE, type Code, ConnectionFault, MAX_WINDOW } from "./http2_protocol.ts";
import { ReceiveWindow } from "./http2_receive_window.ts";
import { type FrameReceiver, Http2Receiver } from "./http2_receiver.ts";
import { HeaderList, receivedTrailers } from "./http2_request.ts";
import { Http2Sender } from "./http2_sender.ts";
import { ownSettings, RECEIVE_WINDOW } from "./http2_settings.ts";
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

/**
 * One HTTP/2 connection as bytes in and frames out. It never waits and never touches a socket.
 *
 * @see RFC 9113
 */
export class Http2Session implements FrameReceiver {
  readonly sender: Http2Sender;
  /** Those that are not over. */
  readonly streams: Map<number, Http2Stream> = new Map();
  /** Whether nothing that comes is read any more; what waits to go out goes. */
  isOver = false;
  /** The highest stream the client has opened. */
  lastId = 0;

  readonly #options: SessionOptions;
  readonly #receiver: Http2Receiver;
  readonly #decoder = new HpackDecoder();
  readonly #patience: Patience;
  readonly #receiveWindow = new ReceiveWindow(RECEIVE_WINDOW.connection);
  /** The last stream that is still served, once that was said. */
  #lastServed = MAX_WINDOW;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.sender = new Http2Sender(options.now, options.wake);
    this.#receiver = new Http2Receiver(this, options.now);
    this.#patience = new Patience(options.now);
    this.sender.output.settings(ownSettings(options.headBytes));
    const more = RECEIVE_WINDOW.connection - 65_535;
    this.sender.output.windowUpdate(0, more);
  }

  /** Since when a header block is unfinished; Infinity where none is. */
  get headSince(): number {
    return this.#receiver.headSince;
  }

  /** Whether the client has begun as it must. */
  get hasBegun(): boolean {
    return this.#receiver.hasSettings;
  }

  /**
   * Takes received bytes and gives the offset up to which they are used: what is left is the beginning of a frame.
   * A broken rule ends the session with GOAWAY.
   */
  receive(bytes: Uint8Array, from: number, to: number): number {
    if (this.isOver) return to;
    try {
      return this.#receiver.receive(bytes, from, to);
    } catch (error) {
      if (!(error instanceof ConnectionFault)) throw error;
      this.end(error.code, error.message);
      return to;
    }
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
    this.#grant(stream.id, stream.receiveWindow.giveBack(bytes));
  }

  /** @see FrameReceiver */
  onData(id: number, content: Uint8Array, length: number, isLast: boolean): void {
    if (this.isOver) return;
    this.#checkOpened(id);
    if (!this.#receiveWindow.take(length)) throw tooMuch("More content than the window allows");
    const stream = this.streams.get(id);
    if (!stream || stream.isRemoteEnded || !stream.content) {
      this.#giveBack(length);
      if (stream) this.#breakOff(stream, CODE.STREAM_CLOSED, "Content comes after its end");
      else this.onIdleFrame();
      return;
    }
    if (!stream.receiveWindow.take(length)) {
      this.#giveBack(length);
      return this.#breakOff(stream, CODE.FLOW_CONTROL_ERROR, "More content than the window allows");
    }
    // Padding is used up at once.
    if (content.length < length) this.consumed(stream, length - content.length);
    stream.content.push(content);
    const how = stream.content.wrongLength(isLast);
    if (how) {
      return this.#breakOff(stream, CODE.PROTOCOL_ERROR, `The content is ${how} than it said`);
    }
    if (isLast) this.#remoteEnded(stream);
  }

  /** @see FrameReceiver */
  onHead(id: number, block: Uint8Array, isLast: boolean): void {
    if (this.isOver) return;
    const list = new HeaderList(this.#options.headBytes);
    this.#decoder.decode(block, 0, block.length, (name, value) => list.add(name, value));
    const stream = this.streams.get(id);
    if (stream) return this.#trailers(stream, list, isLast);
    // A stream that we have ended may still get what was under way.
    if (id <= this.lastId) return this.onIdleFrame();
    this.lastId = id;
    if (id > this.#lastServed) return;
    const opened = new Http2Stream(id, RECEIVE_WINDOW.stream);
    opened.isRemoteEnded = isLast;
    this.streams.set(id, opened);
    this.sender.open(opened);
    this.#options.onRequest(opened, list, isLast);
  }

  /** @see FrameReceiver */
  onReset(id: number): void {
    if (this.isOver) return;
    this.#checkOpened(id);
    const stream = this.streams.get(id);
    if (!stream) return this.onIdleFrame();
    this.#lose(stream, new HostError("client-gone", "The client took its request back"));
    this.spendReset();
  }

  /** @see FrameReceiver */
  onSettings(firstWindow: number | undefined): void {
    if (this.isOver) return;
    const streams = this.streams.values();
    if (firstWindow !== undefined && !this.sender.setFirstWindow(firstWindow, streams)) {
      throw tooMuch("A window grows too large");
    }
    this.sender.output.settingsAck();
    this.#options.wake();
  }

  /** @see FrameReceiver */
  onPing(opaque: Uint8Array): void {
    if (this.isOver) return;
    this.sender.output.pingAck(opaque);
    this.#options.wake();
  }

  /** @see FrameReceiver */
  onWindowUpdate(id: number, more: number): void {
    if (this.isOver) return;
    if (id === 0) {
      if (more === 0) throw protocolError("WINDOW_UPDATE adds nothing");
      if (this.sender.grant(undefined, more)) return;
      throw tooMuch("The window grows too large");
    }
    this.#checkOpened(id);
    const stream = this.streams.get(id);
    if (!stream) return;
    if (more === 0) this.#breakOff(stream, CODE.PROTOCOL_ERROR, "WINDOW_UPDATE adds nothing");
    else if (!this.sender.grant(stream, more)) {
      this.#breakOff(stream, CODE.FLOW_CONTROL_ERROR, "The window grows too large");
    }
  }

  /** @see FrameReceiver */
  onIdleFrame(): void {
    if (!this.isOver) this.#patience.bearIdleFrame();
  }

  /** Counts a stream that was broken off. @throws {ConnectionFault} where there are too many */
  spendReset(): void {
    this.#patience.bearReset();
  }

  #trailers(stream: Http2Stream, list: HeaderList, isLast: boolean): void {
    if (stream.isRemoteEnded) {
      return this.#breakOff(stream, CODE.STREAM_CLOSED, "Fields come after the end of the stream");
    }
    const trailers = isLast ? receivedTrailers(list) : undefined;
    if (!trailers || stream.content?.wrongLength(true)) {
      return this.#breakOff(stream, CODE.PROTOCOL_ERROR, "The trailers break a rule");
    }
    this.#remoteEnded(stream, trailers);
  }

  #remoteEnded(stream: Http2Stream, trailers?: Fields): void {
    stream.isRemoteEnded = true;
    stream.content?.end(trailers);
    this.settle(stream);
  }

  #giveBack(bytes: number): void {
    this.#grant(0, this.#receiveWindow.giveBack(bytes));
  }

  /** Lets the client send more, on a stream or, with 0, in all. */
  #grant(id: number, bytes: number): void {
    if (bytes === 0) return;
    this.sender.output.windowUpdate(id, bytes);
    this.#options.wake();
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
}

function tooMuch(message: string): ConnectionFault {
  return new ConnectionFault(CODE.FLOW_CONTROL_ERROR, message);
}

function protocolError(message: string): ConnectionFault {
  return new ConnectionFault(CODE.PROTOCOL_ERROR, message);
}
