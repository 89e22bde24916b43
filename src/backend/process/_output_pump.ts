import type { Clock } from "../../contract/clock.ts";
import { OUTPUT_BYTES_A_SECOND, OUTPUT_LINES_A_SECOND, OutputBudget } from "./_output_budget.ts";
import { OutputLines } from "./output_lines.ts";

/** What {@linkcode pump} needs to know. */
export interface PumpParts {
  /** The pairing token: it is masked. */
  readonly token: string;
  readonly clock: Clock;
  /** Takes each line, safe to show. Never throws. */
  readonly line: (text: string) => void;
}

/** The reading of one stream. */
export interface Pump {
  /** Resolves when it was read to its end. Never rejects. */
  readonly ended: Promise<void>;
  /** Gives up reading. */
  cancel(): void;
}

/**
 * Reads a stream of a child to its end, never slower than it writes: what would be too much to look at is dropped
 * unseen, whole lines of it, and a line tells how many.
 */
export function pump(stream: ReadableStream<Uint8Array>, parts: PumpParts): Pump {
  const flow = new OutputFlow(parts);
  const reader = stream.getReader();
  const read = async () => {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      flow.push(chunk.value);
    }
  };
  // A pipe that breaks is a pipe that ended: the child's exit says the rest.
  const ended = read().catch(() => {}).then(() => flow.end());
  return { ended, cancel: () => void reader.cancel().catch(() => {}) };
}

const LINE_END = 10;

/** Turns bytes into lines while there are not too many of them. */
export class OutputFlow {
  readonly #parts: PumpParts;
  readonly #lines: OutputLines;
  readonly #budget = new OutputBudget();
  /** Until the next line begins nothing is passed on. */
  #isDropping = false;
  #droppedLines = 0;
  #droppedBytes = 0;
  /** Ends the wait for the second in which the loss is told, though nothing more may come. */
  #telling = new AbortController();

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#lines = new OutputLines(parts.token);
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    if (!this.#budget.isLeft(this.#parts.clock.now())) return this.#drop(bytes);
    if (!this.#isDropping) return this.#pass(bytes);
    const start = bytes.indexOf(LINE_END) + 1;
    if (start === 0) return this.#drop(bytes);
    this.#drop(bytes.subarray(0, start));
    this.#isDropping = false;
    this.#tellLoss();
    this.#pass(bytes.subarray(start));
  }

  /** Takes the end of the stream. */
  end(): void {
    this.#tellLoss();
    if (!this.#isDropping) this.#emit(this.#lines.end());
  }

  #pass(bytes: Uint8Array): void {
    this.#budget.spend(this.#emit(this.#lines.push(bytes)), bytes.length);
  }

  #emit(lines: readonly string[]): number {
    for (const text of lines) this.#parts.line(text);
    return lines.length;
  }

  #drop(bytes: Uint8Array): void {
    if (!this.#isDropping) {
      this.#isDropping = true;
      // The beginning of a line whose end will not be looked at.
      this.#lines.end();
    }
    if (this.#droppedBytes === 0) this.#tellLossLater();
    this.#droppedBytes += bytes.length;
    this.#droppedLines += lineEndsIn(bytes);
  }

  #tellLossLater(): void {
    const { clock } = this.#parts;
    const { signal } = this.#telling = new AbortController();
    clock.sleep(this.#budget.wait(clock.now()), signal).then(() => this.#tellLoss(), () => {});
  }

  #tellLoss(): void {
    this.#telling.abort();
    if (this.#droppedBytes === 0) return;
    this.#parts.line(lossText(this.#droppedLines, this.#droppedBytes));
    this.#droppedLines = this.#droppedBytes = 0;
  }
}

function lineEndsIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_END); at >= 0; at = bytes.indexOf(LINE_END, at + 1)) count++;
  return count;
}

function lossText(lines: number, bytes: number): string {
  return `(${lines} lines of output dropped, ${bytes} bytes: more than ${OUTPUT_LINES_A_SECOND} lines ` +
    `or ${OUTPUT_BYTES_A_SECOND} bytes in a second)`;
}
