import type { Clock } from "../contract/clock.ts";
import { emptyContent } from "../contract/content.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import type { HostStatus } from "../contract/host_status.ts";
import type { RecentEvents, RequestTotals } from "../contract/live_status.ts";
import { FieldList } from "../http1/fields.ts";
import { EventStream } from "./_event_stream.ts";
import { textReply } from "./admin_reply.ts";

/** Streams at one time: half of the connections of the admin listener, so that commands get through. */
const MOST_STREAMS = 8;
/** Between two samples. Milliseconds. */
const TICK_MS = 1_000;
/** How long a reader waits before it comes back. Milliseconds. */
const RETRY_MS = 2_000;

/** What {@linkcode AdminEvents} tells of. */
export interface LiveSource {
  readonly status: () => HostStatus;
  readonly totals: () => RequestTotals;
  readonly recent: RecentEvents;
}

/** A reader, and what it knows already. */
interface Reader {
  readonly stream: EventStream;
  failuresVersion: number;
  outputPlace: number;
}

/**
 * Tells by server-sent events how the host is, once a second and only while somebody reads: `sample` each time, which
 * thus is the heartbeat, too; `failures` and `output` where there is something new. Every stream begins with all there
 * is, so a reader that comes back needs to say nothing.
 */
export class AdminEvents {
  readonly #clock: Clock;
  readonly #source: LiveSource;
  readonly #readers = new Set<Reader>();
  /** Aborted when nobody reads. */
  #ticking = new AbortController();
  #id = 0;
  #isOver = false;

  constructor(clock: Clock, source: LiveSource) {
    this.#clock = clock;
    this.#source = source;
  }

  /** Answers `GET /events`; 503 where too many read already, or the host is about to be gone. */
  reply(x: Exchange): Reply {
    if (this.#isOver || this.#readers.size >= MOST_STREAMS) {
      const why = this.#isOver
        ? "The host has stopped"
        : "Too many status pages are open: close one";
      return textReply(x, 503, why, [["Retry-After", "5"]]);
    }
    const content = x.received.method === "HEAD" ? emptyContent : this.#open(x);
    return { head: { status: 200, reason: "OK", fields: streamFields() }, content };
  }

  /** Ends every stream, and lets no other begin. */
  end(): void {
    this.#isOver = true;
    for (const { stream } of [...this.#readers]) stream.end();
  }

  #open({ cancellation }: Exchange): EventStream {
    const stream = new EventStream(() => this.#leave(reader));
    const reader: Reader = { stream, failuresVersion: -1, outputPlace: 0 };
    cancellation.onCancel(() => stream.cancel());
    if (cancellation.isCancelled) return stream;
    this.#tell(reader, `retry: ${RETRY_MS}\n\n${this.#sample()}`);
    this.#readers.add(reader);
    if (this.#readers.size === 1) void this.#tick();
    return stream;
  }

  #leave(reader: Reader): void {
    if (this.#readers.delete(reader) && this.#readers.size === 0) this.#ticking.abort();
  }

  async #tick(): Promise<void> {
    const { signal } = this.#ticking = new AbortController();
    try {
      for (;;) {
        await this.#clock.sleep(TICK_MS, signal);
        const sample = this.#sample();
        for (const reader of [...this.#readers]) this.#tell(reader, sample);
      }
    } catch {
      // Nobody reads any more; or there is a bug, which those who come back get an error page of, and the log its place.
      for (const { stream } of [...this.#readers]) stream.end();
    }
  }

  #sample(): string {
    const { status, totals } = this.#source;
    const sample = { atMs: this.#clock.now(), status: status(), totals: totals() };
    return event("sample", sample, ++this.#id);
  }

  #tell(reader: Reader, sample: string): void {
    const { recent } = this.#source;
    // What was before a reader's first look was not missed.
    const isFirst = reader.failuresVersion < 0;
    let text = sample;
    if (reader.failuresVersion !== recent.failuresVersion) {
      reader.failuresVersion = recent.failuresVersion;
      text += event("failures", recent.failures(), this.#id);
    }
    const { lines, missed, next } = recent.outputSince(reader.outputPlace);
    reader.outputPlace = next;
    if (lines.length > 0) {
      text += event("output", { lines, missed: isFirst ? 0 : missed }, this.#id);
    }
    reader.stream.send(encoded(text));
  }
}

/** JSON has no line ends of its own, so one line carries it. */
function event(name: string, value: unknown, id: number): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(value)}\n\n`;
}

function streamFields(): FieldList {
  return new FieldList([
    ["Date", new Date().toUTCString()],
    ["Content-Type", "text/event-stream; charset=utf-8"],
    ["Cache-Control", "no-store"],
    ["X-Content-Type-Options", "nosniff"],
    ["Content-Security-Policy", "default-src 'none'"],
    ["X-Accel-Buffering", "no"],
  ]);
}

const encoder = new TextEncoder();

function encoded(text: string): Uint8Array {
  return encoder.encode(text);
}
