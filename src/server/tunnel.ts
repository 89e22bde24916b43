import type { Cancellation } from "../contract/cancellation.ts";
import type { Deadline, Deadlines } from "../contract/deadlines.ts";
import type { ByteStream } from "../contract/exchange.ts";
import { TunnelWay, type WayObserver } from "./_tunnel_way.ts";
import { closeFrame, FrameTracker, GOING_AWAY } from "./websocket_frames.ts";

/** Options of {@linkcode tunnel}. */
export interface TunnelOptions {
  /** Ends what takes too long. */
  readonly deadlines: Deadlines;
  /** Whether the bytes are WebSocket frames: then a drain says so to both sides. */
  readonly isWebSocket: boolean;
  /** Ends the tunnel when nothing came from either side for so long. Milliseconds. @default off */
  readonly idleMs?: number | undefined;
  /** How long a side may take for what it is sent, at most 64 KiB at a time. Milliseconds. @default 60_000 */
  readonly stallMs?: number;
  /** Ends the tunnel at once. */
  readonly cancellation?: Cancellation;
}

/**
 * How a tunnel ended.
 *
 * - `closed`: both sides have ended
 * - `client-broke`, `backend-broke`: a connection failed, such as by a reset
 * - `idle`, `stalled`: {@linkcode TunnelOptions.idleMs}, {@linkcode TunnelOptions.stallMs}
 * - `drained`: both sides closed after a drain was asked for
 * - `drain-timeout`: they did not in time
 * - `cancelled`: by {@linkcode TunnelOptions.cancellation}
 */
export type TunnelEnd =
  | "closed"
  | "client-broke"
  | "backend-broke"
  | "idle"
  | "stalled"
  | "drained"
  | "drain-timeout"
  | "cancelled";

/** What is known of a tunnel when it is over. */
export interface TunnelResult {
  readonly end: TunnelEnd;
  /** Bytes that came from the client. */
  readonly bytesIn: number;
  /** Bytes that came from the backend. */
  readonly bytesOut: number;
  /** What a connection failed with. */
  readonly error?: unknown;
}

/** A tunnel that runs. */
export interface RunningTunnel {
  /** Resolves when both connections are closed. Never rejects. */
  readonly ended: Promise<TunnelResult>;
  /**
   * Asks both sides to end, where the protocol has a way to: a WebSocket gets a close frame 1001 behind the frame
   * that is under way, and nothing after it. Whatever they do, it is over after that time.
   *
   * @param limitMs milliseconds; of several limits the first to come holds
   */
  drain(limitMs: number): Promise<TunnelResult>;
}

/** A side that takes nothing for so long is given up. Milliseconds. */
const STALL_MS = 60_000;

/**
 * Passes bytes both ways between two connections until both sides have ended, with back-pressure and each half-close
 * kept. Takes both over: they are closed when it is over. When one fails, both are closed at once.
 *
 * Holds 2 KiB each way while nothing comes.
 */
export function tunnel(
  client: ByteStream,
  backend: ByteStream,
  options: TunnelOptions,
): RunningTunnel {
  return new Tunnel(client, backend, options);
}

class Tunnel implements RunningTunnel, Deadline, WayObserver {
  at: number;
  readonly ended: Promise<TunnelResult>;

  readonly #sides: readonly ByteStream[];
  readonly #options: TunnelOptions;
  readonly #inbound: TunnelWay;
  readonly #outbound: TunnelWay;
  readonly #stallMs: number;
  readonly #idleMs: number;
  readonly #onCancel = () => this.#end("cancelled");
  #lastRead: number;
  #drainBy = Infinity;
  #running = 2;
  #resolve: ((result: TunnelResult) => void) | undefined;

  constructor(client: ByteStream, backend: ByteStream, options: TunnelOptions) {
    const newFrames = () => options.isWebSocket ? new FrameTracker() : undefined;
    this.#sides = [client, backend];
    this.#options = options;
    this.#stallMs = options.stallMs ?? STALL_MS;
    this.#idleMs = options.idleMs ?? Infinity;
    this.#lastRead = this.now();
    this.at = this.#lastRead + this.#idleMs;
    this.#inbound = new TunnelWay(client, backend, this, newFrames());
    this.#outbound = new TunnelWay(backend, client, this, newFrames());
    const { promise, resolve } = Promise.withResolvers<TunnelResult>();
    this.ended = promise;
    this.#resolve = resolve;
    options.deadlines.add(this);
    this.#run(this.#inbound);
    this.#run(this.#outbound);
    options.cancellation?.onCancel(this.#onCancel);
  }

  drain(limitMs: number): Promise<TunnelResult> {
    this.#drainBy = Math.min(this.#drainBy, this.now() + limitMs);
    this.at = Math.min(this.at, this.#drainBy);
    if (this.#resolve && this.#options.isWebSocket) {
      this.#inbound.endWith(closeFrame(GOING_AWAY, true));
      this.#outbound.endWith(closeFrame(GOING_AWAY, false));
      this.onStep();
    }
    return this.ended;
  }

  /** @see Deadline */
  expired(now: number): void {
    const writesSince = Math.min(this.#inbound.writesSince, this.#outbound.writesSince);
    const stalledAt = writesSince + this.#stallMs;
    const idleAt = this.#lastRead + this.#idleMs;
    if (this.#drainBy <= now) this.#end("drain-timeout");
    else if (stalledAt <= now) this.#end("stalled");
    else if (idleAt <= now) this.#end("idle");
    else this.at = Math.min(this.#drainBy, stalledAt, idleAt);
  }

  /** @see WayObserver */
  now(): number {
    return this.#options.deadlines.now();
  }

  /** @see WayObserver */
  onRead(): void {
    // Only looked at when the time before it has passed: no deadline is set for each piece.
    this.#lastRead = this.now();
  }

  /** @see WayObserver */
  onWrite(): void {
    const writesSince = Math.min(this.#inbound.writesSince, this.#outbound.writesSince);
    this.at = Math.min(this.at, writesSince + this.#stallMs);
  }

  /** @see WayObserver */
  onStep(): void {
    const isDraining = this.#drainBy !== Infinity && this.#options.isWebSocket;
    if (isDraining && this.#inbound.isQuiet && this.#outbound.isQuiet) this.#end("drained");
  }

  /** @see WayObserver */
  onError(way: TunnelWay, error: unknown): void {
    this.#end(way === this.#inbound ? "backend-broke" : "client-broke", error);
  }

  async #run(way: TunnelWay): Promise<void> {
    try {
      await way.run();
    } catch (error) {
      // Where both have ended, one that cannot be told so any more is no failure.
      if (!this.#inbound.hasEnded || !this.#outbound.hasEnded) return this.#broke(way, error);
    }
    this.#running--;
    if (this.#running > 0) return this.onStep();
    this.#end(this.#drainBy === Infinity ? "closed" : "drained");
  }

  #broke(way: TunnelWay, error: unknown): void {
    const isClient = (way === this.#inbound) === way.isReading;
    this.#end(isClient ? "client-broke" : "backend-broke", error);
  }

  #end(end: TunnelEnd, error?: unknown): void {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = undefined;
    this.#options.deadlines.delete(this);
    this.#options.cancellation?.offCancel(this.#onCancel);
    for (const side of this.#sides) side.close();
    const [bytesIn, bytesOut] = [this.#inbound.bytes, this.#outbound.bytes];
    resolve({ end, bytesIn, bytesOut, ...(error === undefined ? {} : { error }) });
  }
}
