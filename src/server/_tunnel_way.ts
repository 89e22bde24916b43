import type { ByteStream } from "../contract/exchange.ts";
import { TunnelBuffer } from "./_tunnel_buffer.ts";
import type { FrameTracker } from "./websocket_frames.ts";

/** What one direction of a tunnel needs to know and tells. */
export interface WayObserver {
  /** Milliseconds of a clock that only goes up. */
  now(): number;
  /** Bytes came. */
  onRead(): void;
  /** A write begins; {@linkcode TunnelWay.writesSince} says when. */
  onWrite(): void;
  /** Something has ended that a drain may wait for. */
  onStep(): void;
  /** A close frame could not be written. */
  onError(way: TunnelWay, error: unknown): void;
}

/** One direction of a tunnel: reads here, writes there, with one buffer and so with back-pressure. */
export class TunnelWay {
  /** Bytes that came, whether they were passed on or not. */
  bytes = 0;
  /** When the write under way began; Infinity while there is none. */
  writesSince = Infinity;
  /** Whether the source is at its end. */
  hasEnded = false;
  /** Whether it is the source that fails, if the way fails now. */
  isReading = false;

  readonly #from: ByteStream;
  readonly #to: ByteStream;
  readonly #observer: WayObserver;
  readonly #buffer = new TunnelBuffer();
  readonly #frames: FrameTracker | undefined;
  /** Set once the way drains. */
  #lastFrame: Uint8Array | undefined;
  #lastWrite: Promise<void> = Promise.resolve();
  /** Whether what was passed on so far ends with a frame. */
  #mayEndHere = true;
  /** Whether a close frame was passed on or made: none other may follow. */
  #hasPassedClose = false;

  /** @param frames follows the frames of a WebSocket; absent for other protocols */
  constructor(from: ByteStream, to: ByteStream, observer: WayObserver, frames?: FrameTracker) {
    this.#from = from;
    this.#to = to;
    this.#observer = observer;
    this.#frames = frames;
  }

  /** Whether the source has said its last word and nothing is being written. */
  get isQuiet(): boolean {
    return this.writesSince === Infinity && (this.hasEnded || this.#frames?.hasClosed === true);
  }

  /** Passes on what comes until the source ends, and then the end. Rejects when either side fails. */
  async run(): Promise<void> {
    const { unread } = this.#from;
    if (unread.length > 0) await this.#take(unread);
    for (;;) {
      const { bytes } = this.#buffer;
      this.isReading = true;
      const count = await this.#from.read(bytes);
      this.isReading = false;
      if (count === null) break;
      this.#observer.onRead();
      await this.#take(bytes.subarray(0, count));
      this.#buffer.fit(count);
    }
    this.hasEnded = true;
    await this.#lastWrite;
    await this.#timed(this.#to.closeWrite());
  }

  /** Sends a close frame as soon as one may stand there; then nothing more is passed on. */
  endWith(frame: Uint8Array): void {
    this.#lastFrame ??= frame;
    this.#sendLastFrame();
  }

  async #take(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    const passed = this.#frames ? this.#follow(this.#frames, bytes) : bytes.length;
    if (passed > 0) await this.#timed(this.#to.write(bytes.subarray(0, passed)));
    this.#sendLastFrame();
    this.#observer.onStep();
  }

  /** Tells how many of the bytes are passed on. */
  #follow(frames: FrameTracker, bytes: Uint8Array): number {
    let passed = bytes.length;
    if (!this.#lastFrame) {
      frames.pass(bytes);
    } else if (this.#hasPassedClose) {
      frames.pass(bytes);
      return 0;
    } else {
      // The frame that was under way when the drain began is the last one.
      passed = frames.advance(bytes, 0);
    }
    this.#mayEndHere = frames.isAtBoundary;
    this.#hasPassedClose = frames.hasClosed;
    frames.pass(bytes, passed);
    return passed;
  }

  #sendLastFrame(): void {
    const isDue = this.#lastFrame && this.#mayEndHere && !this.#hasPassedClose && !this.hasEnded;
    if (!isDue || this.writesSince !== Infinity) return;
    this.#hasPassedClose = true;
    this.#lastWrite = this.#timed(this.#to.write(this.#lastFrame!))
      .then(() => this.#observer.onStep(), (error) => this.#observer.onError(this, error));
  }

  async #timed(write: Promise<void>): Promise<void> {
    this.writesSince = this.#observer.now();
    this.#observer.onWrite();
    try {
      await write;
    } finally {
      this.writesSince = Infinity;
    }
  }
}
