import type { Clock } from "../contract/clock.ts";
import type { OutputLine, OutputPiece } from "../contract/live_status.ts";
import type { BackendOutput } from "./request_events.ts";

/** Lines that are remembered. */
const LINES = 200;
/** Longest line that is kept, in characters. */
const LONGEST = 2_000;

/** A remembered line: what people read of it is made when somebody looks. */
interface Kept {
  readonly at: Date;
  readonly line: BackendOutput;
}

/** Remembers the last lines that the backend wrote. */
export class RecentOutput {
  readonly #clock: Clock;
  /** Line number n lies at n modulo its length. */
  readonly #kept: Kept[] = [];
  #taken = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a line. */
  take(line: BackendOutput): void {
    const text = line.text.length > LONGEST ? `${line.text.slice(0, LONGEST)}…` : line.text;
    this.#kept[this.#taken++ % LINES] = { at: this.#clock.date(), line: { ...line, text } };
  }

  /** Gives the lines from a place on; 0 is the first line ever. */
  since(place: number): OutputPiece {
    const first = Math.max(place, this.#taken - LINES);
    const lines: OutputLine[] = [];
    for (let n = first; n < this.#taken; n++) {
      const kept = this.#kept[n % LINES];
      if (kept) lines.push({ at: kept.at.toISOString(), ...kept.line });
    }
    return { lines, missed: first - place, next: this.#taken };
  }
}
