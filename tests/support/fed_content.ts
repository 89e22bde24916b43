import type { Content, Fields } from "../../src/contract/exchange.ts";

/** A content whose pieces a test gives when it likes. */
export interface FedContent extends Content {
  give(piece: Uint8Array | string): void;
  /** Says that all has been given. */
  end(trailers?: Fields): void;
  fail(error: Error): void;
  /** How often it was read from. */
  readonly reads: number;
  /** Whether it was cancelled, and why. */
  readonly cancelled: { readonly reason: unknown } | undefined;
}

/** Makes a content that gives what it is given, from one buffer that the next piece overwrites. */
export function fedContent(length?: number): FedContent {
  const queue: (Uint8Array | null | Error)[] = [];
  const buffer = new Uint8Array(256 * 1_024);
  let waiter: (() => void) | undefined;
  let reads = 0;
  let cancelled: { reason: unknown } | undefined;
  let trailers: Fields | undefined;
  const add = (one: Uint8Array | null | Error) => {
    queue.push(one);
    waiter?.();
  };
  return {
    length,
    give: (piece) => add(typeof piece === "string" ? new TextEncoder().encode(piece) : piece),
    end(fields) {
      trailers = fields;
      add(null);
    },
    fail: add,
    async read() {
      reads++;
      buffer.fill(0);
      if (queue.length === 0) await new Promise<void>((resolve) => waiter = resolve);
      const next = queue[0];
      if (next instanceof Error) throw next;
      if (!next) return null;
      queue.shift();
      buffer.set(next);
      return buffer.subarray(0, next.length);
    },
    state() {
      const next = queue[0];
      return next === null ? "end" : next instanceof Uint8Array ? "bytes" : "waiting";
    },
    cancel(reason) {
      cancelled ??= { reason };
      add(new Error("cancelled"));
    },
    trailers: () => trailers,
    get reads() {
      return reads;
    },
    get cancelled() {
      return cancelled;
    },
  };
}
