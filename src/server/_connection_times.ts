import type { Deadlines } from "../contract/deadlines.ts";
import type { ServerLimits } from "./limits.ts";

/** What a connection reads, and so what happens when that takes too long. */
export type Reading = "first head" | "head" | "idle" | "content" | "rest" | "nothing";

/** How long one connection may take for what it is doing. All times are milliseconds of one clock. */
export class ConnectionTimes {
  /** What is being read. */
  reading: Reading = "nothing";
  readBy = Infinity;
  writeBy = Infinity;

  readonly #limits: ServerLimits;
  readonly #deadlines: Pick<Deadlines, "now">;
  /** How long the content of this request was waited for, and since when it is now. */
  #waitedMs = 0;
  #waitsSince = 0;

  constructor(limits: ServerLimits, deadlines: Pick<Deadlines, "now">) {
    this.#limits = limits;
    this.#deadlines = deadlines;
  }

  /** The sooner of both. */
  get at(): number {
    return Math.min(this.readBy, this.writeBy);
  }

  /** A head is read, or waited for. One that has begun keeps its time, however often it is read on. */
  readHead(hasBegun: boolean, isFirst: boolean): void {
    const reading = hasBegun ? "head" : isFirst ? "first head" : "idle";
    if (reading === this.reading || (reading === "head" && this.reading === "first head")) return;
    this.reading = reading;
    this.readBy = this.#deadlines.now() +
      (reading === "idle" ? this.#limits.idleMs : this.#limits.headMs);
  }

  /** The head is there: nothing is read for now. */
  headRead(): void {
    this.reading = "nothing";
    this.readBy = Infinity;
    this.#waitedMs = 0;
  }

  /**
   * More of the content is waited for. Only such waits count: what the backend does not take is no fault of the
   * client.
   *
   * @param bytes of the content that have come
   */
  readContent(bytes: number): void {
    const { contentGraceMs, contentRate } = this.#limits;
    this.reading = "content";
    this.#waitsSince = this.#deadlines.now();
    const allowed = contentGraceMs + bytes * 1_000 / contentRate;
    this.readBy = this.#waitsSince + Math.max(0, allowed - this.#waitedMs);
  }

  /** Some of it has come. */
  contentRead(): void {
    if (this.reading !== "content") return;
    this.#waitedMs += this.#deadlines.now() - this.#waitsSince;
    this.reading = "nothing";
    this.readBy = Infinity;
  }

  /** What a client that was answered still sends is passed over for a moment. */
  readRest(ms: number): void {
    this.reading = "rest";
    this.readBy = this.#deadlines.now() + ms;
  }

  /** A write begins, or has made some progress. */
  write(): void {
    this.writeBy = this.#deadlines.now() + this.#limits.writeMs;
  }

  /** The write has ended. */
  written(): void {
    this.writeBy = Infinity;
  }
}
