import { Budget } from "./http2_budget.ts";
import { CODE, ConnectionFault } from "./http2_protocol.ts";

/** How often a client may break streams off, or make us do so: more is an attack (CVE-2023-44487, CVE-2025-8671). */
const RESETS = { most: 200, perSecond: 50 };
/** How often it may send what asks for work and brings nothing: PING, SETTINGS, PRIORITY, empty frames. */
const IDLE_FRAMES = { most: 1_000, perSecond: 100 };

/** What is borne of one client before its connection is ended. */
export class Patience {
  readonly #resets: Budget;
  readonly #idleFrames: Budget;

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#resets = new Budget(now, RESETS.most, RESETS.perSecond);
    this.#idleFrames = new Budget(now, IDLE_FRAMES.most, IDLE_FRAMES.perSecond);
  }

  /** Counts a stream that was broken off. @throws {ConnectionFault} where there are too many */
  bearReset(): void {
    if (this.#resets.spend()) return;
    throw new ConnectionFault(CODE.ENHANCE_YOUR_CALM, "Too many streams are broken off");
  }

  /** Counts a frame that brings nothing. @throws {ConnectionFault} where there are too many */
  bearIdleFrame(): void {
    if (this.#idleFrames.spend()) return;
    throw new ConnectionFault(CODE.ENHANCE_YOUR_CALM, "Too many frames bring nothing");
  }
}
