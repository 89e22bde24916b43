import { BLOCK_BYTES, LineBuffer } from "./line_buffer.ts";
import type { Clock } from "./clock.ts";
import type { Report } from "./event.ts";
import { fileFault } from "./file_fault.ts";
import type { LogFile, LogFiles, LogLimits, LogWords } from "./log_file.ts";

/** What a {@linkcode LogWriter} needs. */
export interface LogWriterParts<F extends LogFile> {
  /** What the log goes by while there is no file. */
  readonly path: string;
  readonly words: LogWords;
  readonly files: LogFiles<F>;
  /** One that was begun already. @default the first of `files` */
  readonly first?: F;
  readonly limits: LogLimits;
  readonly clock: Clock;
  readonly report: Report;
  /** What may wait to be written, bytes. @default 8388608 */
  readonly maxWaitingBytes?: number;
  /** How long lines may wait for others to be written with. @default 0: for those of the same moment */
  readonly gatherMs?: number;
}

const WAITING_BYTES = 8 * 1024 * 1024;
/** Waits between two tries to write, or to begin another file, while the disk refuses: they double. */
const RETRY_MS = { first: 1000, longest: 30_000 };
/** Lost lines are told of at most this often: a disk that is too slow would fill the host's log, too. */
const TELL_MS = 10_000;
/** How long a disk that does not answer is waited for at the end. */
const CLOSE_MS = 2000;

const NOTHING = new Uint8Array();
/** Why lines are waited for no longer. Made once: an error of its own for each block would cost more than the block. */
const ENOUGH = new Error("There are enough lines");
const LINE_FEED = 10;

/**
 * Writes lines to files one block after the other, while the next ones gather: at once when there is little to do, in large
 * pieces when there is much. A refused write is tried again until the log is disposed of.
 */
export class LogWriter<F extends LogFile = LogFile> implements AsyncDisposable {
  readonly #parts: LogWriterParts<F>;
  readonly #buffer: LineBuffer;
  /** Aborted when no more lines come: then nothing is waited for that may take long. */
  readonly #over = new AbortController();
  /** Absent before it was begun, and where it cannot be. */
  #file: F | undefined;
  #size = 0;
  #begunAt = 0;
  #noNewFileBefore = 0;
  /** Under way while there are lines to write. */
  #work: Promise<void> | undefined;
  #isOff = false;
  /** Of the block that is being written. */
  #unwritten: Uint8Array = NOTHING;
  #pauseMs = 0;
  /** Aborted when no more lines are to be waited for; absent while none are. */
  #gathering: AbortController | undefined;
  #isReopenAsked = false;
  /** Not told yet. */
  #lost = 0;
  #lostInAll = 0;
  #toldAt = -Infinity;

  constructor(parts: LogWriterParts<F>) {
    this.#parts = parts;
    this.#buffer = new LineBuffer({
      maxBytes: parts.maxWaitingBytes ?? WAITING_BYTES,
      gapLine: parts.words.gapLine,
      onGap: (lines) => this.#lose(lines),
    });
    this.#work = this.#start();
  }

  /** Takes a line. Never throws and never waits. */
  take(line: string): void {
    if (this.#isOff || this.#over.signal.aborted) return;
    this.#buffer.push(line);
    if (this.#gathering && this.#buffer.bytes >= BLOCK_BYTES) this.#gathering.abort(ENOUGH);
    this.#work ??= this.#drain();
  }

  /** How many lines were lost in all. */
  get lost(): number {
    return this.#lostInAll + this.#buffer.missing;
  }

  /** Writes what waits, then goes on in a file that is begun again under the same name. Resolves when it was. */
  async reopen(): Promise<void> {
    if (this.#isOff || this.#over.signal.aborted) return;
    this.#isReopenAsked = true;
    this.#gathering?.abort(ENOUGH);
    await (this.#work ??= this.#drain());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#gathering?.abort(ENOUGH);
    const ended = new AbortController();
    const work = this.#work?.then(() => ended.abort());
    if (work) await this.#parts.clock.sleep(CLOSE_MS, ended.signal).catch(() => {});
    this.#giveUp();
    this.#file?.close();
    this.#file = undefined;
  }

  async #start(): Promise<void> {
    const { files, first, path, words, report } = this.#parts;
    try {
      const file = await this.#begin(() => first ? Promise.resolve(first) : files.begin());
      const message = `Writes ${words.lines} to "${file.path}"`;
      const facts = { file: file.path };
      report({ level: "info", name: `${words.event}-opened`, message, facts });
    } catch (error) {
      this.#isOff = true;
      this.#buffer.discard();
      report(words.notCreated(path, fileFault(error)));
    }
    await this.#drain();
  }

  async #begin(open: () => Promise<F>): Promise<F> {
    const { files, clock } = this.#parts;
    const file = await open();
    if (this.#isOff) {
      file.close();
      throw new Error("The disk took too long");
    }
    this.#file?.close();
    this.#file = file;
    this.#size = file.size ?? 0;
    this.#begunAt = clock.now();
    await files.prune();
    return file;
  }

  async #drain(): Promise<void> {
    await Promise.resolve(); // lines of the same moment leave together
    for (let file = this.#file; file && !this.#isOff; file = this.#file) {
      await this.#gather();
      if (this.#isReopenAsked) file = await this.#reopened(file);
      const block = this.#buffer.next();
      if (!block) break;
      const bytes = block.bytes.subarray(0, block.used);
      await this.#writeAll(await this.#fileFor(bytes.length, file), bytes);
      this.#buffer.reuse(block);
    }
    this.#work = undefined;
  }

  /** Waits for more lines, unless there are many, or none. */
  async #gather(): Promise<void> {
    const { gatherMs = 0, clock } = this.#parts;
    const { bytes } = this.#buffer;
    const isDue = this.#isReopenAsked || this.#over.signal.aborted;
    if (gatherMs === 0 || bytes === 0 || bytes >= BLOCK_BYTES || isDue) return;
    this.#gathering = new AbortController();
    await clock.sleep(gatherMs, this.#gathering.signal).catch(() => {});
    this.#gathering = undefined;
  }

  /** Writes what waits into the file that others may have moved, then gives the one that has its name now. */
  async #reopened(file: F): Promise<F> {
    const { files } = this.#parts;
    for (let block = this.#buffer.next(); block; block = this.#buffer.next()) {
      await this.#writeAll(file, block.bytes.subarray(0, block.used));
      this.#buffer.reuse(block);
    }
    this.#isReopenAsked = false;
    if (!files.reopen) return file;
    const { reopen } = files;
    return await this.#goOn(file, "reopened", () => reopen(file));
  }

  /** Gives the file, or the next one where this is full or old. */
  async #fileFor(bytes: number, file: F): Promise<F> {
    const { files, limits: { maxBytes, maxAgeMs }, clock } = this.#parts;
    const isFull = maxBytes > 0 && this.#size + bytes > maxBytes;
    const isOld = maxAgeMs > 0 && clock.now() - this.#begunAt >= maxAgeMs;
    const isDue = (this.#size > 0 && (isFull || isOld)) || file.isOver?.() === true;
    if (!isDue || clock.now() < this.#noNewFileBefore) return file;
    return await this.#goOn(file, "rotated", () => files.begin(file));
  }

  async #goOn(file: F, how: "rotated" | "reopened", open: () => Promise<F>): Promise<F> {
    const { words, clock, report } = this.#parts;
    try {
      const next = await this.#begin(open);
      const message = `Goes on with ${words.lines} in "${next.path}"`;
      const facts = { file: next.path };
      report({ level: "debug", name: `${words.event}-${how}`, message, facts });
      return next;
    } catch (error) {
      this.#noNewFileBefore = clock.now() + RETRY_MS.longest;
      const why = fileFault(error);
      const message = `Goes on in "${file.path}", although the next ${words.log} is due: ${why}`;
      const eventId = words.notRotatedId;
      const id = eventId === undefined ? {} : { eventId };
      report({ level: "warning", name: `${words.event}-not-${how}`, message, ...id });
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
    const { words, clock, report } = this.#parts;
    if (this.#pauseMs === 0) {
      const message = `Cannot write the ${words.log} "${file.path}": ${fileFault(error)}. ` +
        "The host tries again and again; make room, or see what the disk has";
      const facts = { file: file.path };
      report({ level: "warning", name: `${words.event}-broken`, message, facts });
    }
    this.#pauseMs = Math.min(this.#pauseMs * 2 || RETRY_MS.first, RETRY_MS.longest);
    await clock.sleep(this.#pauseMs, this.#over.signal).catch(() => {});
  }

  #tellMended({ path }: LogFile): void {
    if (this.#pauseMs === 0) return;
    this.#pauseMs = 0;
    const { words, report } = this.#parts;
    const message = `Writes the ${words.log} "${path}" again`;
    report({ level: "info", name: `${words.event}-mended`, message, facts: { file: path } });
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
    const { words, clock, report } = this.#parts;
    this.#lost += lines;
    this.#lostInAll += lines;
    if (!isLast && clock.now() - this.#toldAt < TELL_MS) return;
    const path = this.#file?.path ?? this.#parts.path;
    const message = `Lost lines of ${words.lines}: ${this.#lost}; "${path}" did not take them`;
    const facts = { file: path, lines: this.#lost };
    report({ level: "warning", name: `${words.event}-lines-lost`, message, facts });
    this.#lost = 0;
    this.#toldAt = clock.now();
  }
}
