import type { Clock } from "../contract/clock.ts";
import type { HostEvent, Report } from "../contract/event.ts";
import { fileFault } from "./_file_fault.ts";
import { LineBuffer } from "./_stdout_log_buffer.ts";
import type { LogFile, LogFiles } from "./_stdout_log_files.ts";

/** What a file may grow to before the next is begun; 0 is no limit. */
export interface StdoutLogLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** What a {@linkcode StdoutLogWriter} needs. */
export interface StdoutLogParts {
  /** Absolute path of its files, without `.log`. */
  readonly stem: string;
  readonly files: LogFiles;
  readonly limits: StdoutLogLimits;
  readonly clock: Clock;
  readonly report: Report;
  /** What may wait to be written, bytes. @default 8388608 */
  readonly maxWaitingBytes?: number;
}

const WAITING_BYTES = 8 * 1024 * 1024;
/** Waits between two tries to write, or to begin another file, while the disk refuses: they double. */
const RETRY_MS = { first: 1000, longest: 30_000 };
/** Lost lines are told of at most this often: a disk that is too slow would fill the host's log, too. */
const TELL_MS = 10_000;
/** How long a disk that does not answer is waited for at the end. */
const CLOSE_MS = 2000;

const NOTHING = new Uint8Array();
const LINE_FEED = 10;

/** Gives the event for a log that there will not be. @see ANCM L-9, L-23 */
export function notCreated(path: string, why: string): HostEvent {
  return {
    level: "warning",
    name: "stdout-log-not-created",
    eventId: 1004,
    message:
      `Cannot create the stdout log "${path}": ${why}. The backend's output goes to the host's log only`,
    facts: { file: path },
  };
}

/**
 * Writes lines to files one block after the other, while the next ones gather: at once when there is little to do, in large
 * pieces when there is much. A refused write is tried again until the log is disposed of.
 */
export class StdoutLogWriter implements AsyncDisposable {
  readonly #parts: StdoutLogParts;
  readonly #buffer: LineBuffer;
  /** Aborted when no more lines come: then nothing is waited for that may take long. */
  readonly #over = new AbortController();
  /** Absent before it was begun, and where it cannot be. */
  #file: LogFile | undefined;
  #size = 0;
  #begunAt = 0;
  #noNewFileBefore = 0;
  /** Under way while there are lines to write. */
  #work: Promise<void> | undefined;
  #isOff = false;
  /** Of the block that is being written. */
  #unwritten: Uint8Array = NOTHING;
  #pauseMs = 0;
  /** Not told yet. */
  #lost = 0;
  #toldAt = -Infinity;

  constructor(parts: StdoutLogParts) {
    this.#parts = parts;
    this.#buffer = new LineBuffer({
      maxBytes: parts.maxWaitingBytes ?? WAITING_BYTES,
      gapLine: (lines) => `(ancm-host: lines missing here: ${lines}; the disk did not take them)`,
      onGap: (lines) => this.#lose(lines),
    });
    this.#work = this.#start();
  }

  /** Takes a line. Never throws and never waits. */
  take({ text }: { readonly text: string }): void {
    if (this.#isOff || this.#over.signal.aborted) return;
    this.#buffer.push(text);
    this.#work ??= this.#drain();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    const ended = new AbortController();
    const work = this.#work?.then(() => ended.abort());
    if (work) await this.#parts.clock.sleep(CLOSE_MS, ended.signal).catch(() => {});
    this.#giveUp();
    this.#file?.close();
    this.#file = undefined;
  }

  async #start(): Promise<void> {
    const { stem, report } = this.#parts;
    try {
      const file = await this.#begin(1);
      const message = `Writes the backend's output to "${file.path}"`;
      report({ level: "info", name: "stdout-log-opened", message, facts: { file: file.path } });
    } catch (error) {
      this.#isOff = true;
      this.#buffer.discard();
      report(notCreated(`${stem}.log`, fileFault(error)));
    }
    await this.#drain();
  }

  async #begin(number: number): Promise<LogFile> {
    const { files, stem, clock } = this.#parts;
    const file = await files.begin(stem, number);
    if (this.#isOff) {
      file.close();
      throw new Error("The disk took too long");
    }
    this.#file?.close();
    this.#file = file;
    this.#size = 0;
    this.#begunAt = clock.now();
    await files.prune();
    return file;
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // lines of the same moment leave together
    for (let file = this.#file; file && !this.#isOff; file = this.#file) {
      const block = this.#buffer.next();
      if (!block) break;
      const bytes = block.bytes.subarray(0, block.used);
      await this.#writeAll(await this.#fileFor(bytes.length, file), bytes);
      this.#buffer.reuse(block);
    }
    this.#work = undefined;
  }

  /** Gives the file, or the next one where this is full or old. */
  async #fileFor(bytes: number, file: LogFile): Promise<LogFile> {
    const { limits: { maxBytes, maxAgeMs }, clock, report } = this.#parts;
    const isFull = maxBytes > 0 && this.#size + bytes > maxBytes;
    const isOld = maxAgeMs > 0 && clock.now() - this.#begunAt >= maxAgeMs;
    const isDue = this.#size > 0 && (isFull || isOld) && clock.now() >= this.#noNewFileBefore;
    if (!isDue) return file;
    try {
      const next = await this.#begin(file.number + 1);
      const message = `Goes on with the backend's output in "${next.path}"`;
      report({ level: "debug", name: "stdout-log-rotated", message, facts: { file: next.path } });
      return next;
    } catch (error) {
      this.#noNewFileBefore = clock.now() + RETRY_MS.longest;
      const why = fileFault(error);
      const message = `Goes on in "${file.path}", although the next stdout log is due: ${why}`;
      report({ level: "warning", name: "stdout-log-not-rotated", eventId: 1004, message });
      return file;
    }
  }

  /** Tries until all is written: a line that was begun is thus finished, whatever happens in between. */
  async #writeAll(file: LogFile, bytes: Uint8Array): Promise<void> {
    this.#unwritten = bytes;
    while (this.#unwritten.length > 0) {
      try {
        const written = await file.write(this.#unwritten);
        if (written === 0) throw new Error("Nothing was written");
        this.#size += written;
        this.#unwritten = this.#unwritten.subarray(written);
        this.#tellMended(file);
      } catch (error) {
        if (this.#over.signal.aborted) this.#giveUp();
        else await this.#pause(file, error);
      }
    }
  }

  async #pause(file: LogFile, error: unknown): Promise<void> {
    const { clock, report } = this.#parts;
    if (this.#pauseMs === 0) {
      const message = `Cannot write the stdout log "${file.path}": ${fileFault(error)}. ` +
        "The host tries again and again; make room, or see what the disk has";
      const facts = { file: file.path };
      report({ level: "warning", name: "stdout-log-broken", message, facts });
    }
    this.#pauseMs = Math.min(this.#pauseMs * 2 || RETRY_MS.first, RETRY_MS.longest);
    await clock.sleep(this.#pauseMs, this.#over.signal).catch(() => {});
  }

  #tellMended({ path }: LogFile): void {
    if (this.#pauseMs === 0) return;
    this.#pauseMs = 0;
    const message = `Writes the stdout log "${path}" again`;
    this.#parts.report({
      level: "info",
      name: "stdout-log-mended",
      message,
      facts: { file: path },
    });
  }

  /** Writes nothing more. What still waits is lost, and told. */
  #giveUp(): void {
    const lines = this.#unwritten.filter((byte) => byte === LINE_FEED).length;
    const lost = lines + this.#buffer.discard();
    this.#isOff = true;
    this.#unwritten = NOTHING;
    if (this.#file && this.#lost + lost > 0) this.#lose(lost, true);
  }

  #lose(lines: number, isLast = false): void {
    const { clock, report, stem } = this.#parts;
    this.#lost += lines;
    if (!isLast && clock.now() - this.#toldAt < TELL_MS) return;
    const path = this.#file?.path ?? `${stem}.log`;
    const message =
      `Lost lines of the backend's output: ${this.#lost}; "${path}" did not take them`;
    const facts = { file: path, lines: this.#lost };
    report({ level: "warning", name: "stdout-log-lines-lost", message, facts });
    this.#lost = 0;
    this.#toldAt = clock.now();
  }
}
