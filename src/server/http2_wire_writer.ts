import type { Http2Session } from "./http2_session.ts";
import type { Http2Wire } from "./http2_wire.ts";

/** For how long a client may close after we have. Milliseconds. */
const LINGER_MS = 1_000;

/** Writes the frames of a session to its connection, many at once. */
export class Http2WireWriter {
  readonly #wire: Http2Wire;
  readonly #session: Http2Session;
  readonly #now: () => number;
  readonly #failed: () => void;
  #isWriting = false;
  #isClosed = false;
  /** Since when the client takes nothing; Infinity while there is nothing to take. */
  #stuckSince = Infinity;
  #endedAt = Infinity;
  #room: PromiseWithResolvers<void> | undefined;

  /** @param failed told once that nothing can be written any more */
  constructor(wire: Http2Wire, session: Http2Session, now: () => number, failed: () => void) {
    this.#wire = wire;
    this.#session = session;
    this.#now = now;
    this.#failed = failed;
  }

  /** Whether something is being written, or the client is waited for to close. */
  get isBusy(): boolean {
    return this.#isWriting || this.#endedAt !== Infinity;
  }

  /** Whether the client has taken nothing for so long, or not closed in time. */
  isStuck(now: number, writeMs: number): boolean {
    return now - this.#stuckSince >= writeMs || now - this.#endedAt >= LINGER_MS;
  }

  /** Resolves when there is room for more, or the connection is closed. */
  async whenRoom(): Promise<void> {
    while (this.#session.sender.output.isFull && !this.#isClosed) {
      this.#room ??= Promise.withResolvers();
      await this.#room.promise;
    }
  }

  /** Writes what waits, until nothing does; then, where the session is over, ends our side. Never rejects. */
  async flush(): Promise<void> {
    if (this.#isWriting || this.#isClosed) return;
    this.#isWriting = true;
    try {
      // What else is answered in this turn goes out with it.
      await null;
      while (this.#hasMore()) await this.#flushOnce();
      // Nothing may come between the look and this: who has more then would not be heard.
      this.#isWriting = false;
      if (this.#session.isOver) await this.#end();
    } catch {
      this.#failed();
    }
  }

  /** Ends a write under way as well as it can be; closing the connection is left to the caller. */
  close(): void {
    this.#isClosed = true;
    if (this.#isWriting) this.#wire.reset?.();
    this.#room?.resolve();
    this.#session.sender.output.clear();
  }

  #hasMore(): boolean {
    const { sender } = this.#session;
    sender.pump();
    return sender.output.size > 0 || sender.hasFramed;
  }

  async #flushOnce(): Promise<void> {
    const { sender } = this.#session;
    const framed = sender.takeFramed();
    const bytes = sender.output.take();
    await this.#write(bytes);
    sender.output.giveBack(bytes);
    for (const written of framed) written();
    this.#room?.resolve();
    this.#room = undefined;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      this.#stuckSince = this.#now();
      const count = await this.#wire.write(rest);
      if (this.#isClosed) throw new Error("The connection was closed");
      rest = rest.subarray(count ?? rest.length);
    }
    this.#stuckSince = Infinity;
  }

  /** Lets the client have what was written, and close first: closing before it has may take that away again. */
  async #end(): Promise<void> {
    if (this.#endedAt !== Infinity) return;
    this.#endedAt = this.#now();
    await this.#wire.closeWrite();
  }
}
