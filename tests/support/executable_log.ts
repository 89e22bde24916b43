import { within } from "./executable_wait.ts";

/** One line of the host's log, as it stands in JSON. */
export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly message: string;
  readonly eventId?: number;
  readonly [fact: string]: unknown;
}

/** Collects what the host writes on standard error while it runs. */
export class HostLog {
  /** Everything, as written. */
  text = "";
  /** Resolves when the host has closed its standard error. */
  readonly ended: Promise<void>;
  #news = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.ended = this.#collect(stream);
  }

  /** Gives the lines so far that are events. */
  get lines(): LogLine[] {
    return this.text.split("\n").slice(0, -1).filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
  }

  /** Gives the events so far of this name. */
  named(event: string): LogLine[] {
    return this.lines.filter((line) => line.event === event);
  }

  /** Waits for a line of this event that also satisfies `matches`. */
  async next(event: string, matches: (line: LogLine) => boolean = () => true): Promise<LogLine> {
    while (true) {
      const news = this.#news.promise;
      const found = this.named(event).find(matches);
      if (found) return found;
      await within(`event "${event}" in the log; it says:\n${this.text}`, news);
    }
  }

  async #collect(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.text += text;
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    }
  }
}
