import type { Content } from "../contract/exchange.ts";

/** What a reader may leave unread before it is given up; one event of any size may wait by itself. Bytes. */
const MOST_WAITING_BYTES = 512 * 1024;

/**
 * Server-sent events for one reader, written by who has news and read by whoever sends them on. A reader that
 * falls behind is given up: its connection ends, and it may come back for the present state.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventStream implements Content {
  readonly #left: () => void;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #reader: PromiseWithResolvers<Uint8Array | null> | undefined;
  #at: "open" | "ended" | "broken" = "open";

  /** @param left is called once, when nobody reads any more or the stream has ended */
  constructor(left: () => void) {
    this.#left = left;
  }

  /** Sends an event. Without effect once it is over. */
  send(bytes: Uint8Array): void {
    if (this.#at !== "open") return;
    if (this.#reader) {
      this.#reader.resolve(bytes);
      this.#reader = undefined;
      return;
    }
    if (this.#bytes > 0 && this.#bytes + bytes.length > MOST_WAITING_BYTES) {
      return this.#over("broken");
    }
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
  }

  /** Ends it behind what was sent. */
  end(): void {
    if (this.#at === "open") this.#over("ended");
  }

  read(): Promise<Uint8Array | null> {
    if (this.#at === "broken") return Promise.reject(new Error("The reader was too slow"));
    const next = this.#waiting.shift();
    this.#bytes -= next?.length ?? 0;
    if (next) return Promise.resolve(next);
    if (this.#at === "ended") return Promise.resolve(null);
    this.#reader = Promise.withResolvers();
    return this.#reader.promise;
  }

  state(): "bytes" | "end" | "waiting" {
    if (this.#waiting.length > 0) return "bytes";
    return this.#at === "open" ? "waiting" : "end";
  }

  cancel(): void {
    if (this.#at === "open") this.#over("broken");
  }

  #over(how: "ended" | "broken"): void {
    this.#at = how;
    if (how === "broken") this.#waiting = [];
    this.#reader?.resolve(null);
    this.#reader = undefined;
    this.#left();
  }
}
