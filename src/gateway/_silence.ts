import type { Deadline, Deadlines } from "../contract/deadlines.ts";

/**
 * Watches the silences of all exchanges as one deadline: taking an exchange in and out costs neither a timer nor an
 * entry of a set. Leaves the tick alone while nothing is under way.
 */
export class SilenceWatch implements Deadline {
  /** Always over: a tick looks at every silence. @see Deadline */
  readonly at = 0;
  /** Milliseconds; 0 is no limit. */
  readonly limitMs: number;

  readonly #deadlines: Deadlines;
  readonly #watched: Silence[] = [];
  #isTicking = false;

  constructor(deadlines: Deadlines, limitMs: number) {
    this.#deadlines = deadlines;
    this.limitMs = limitMs;
  }

  /** @see Deadlines.now */
  now(): number {
    return this.#deadlines.now();
  }

  /** Watches one more. */
  add(silence: Silence): void {
    silence.place = this.#watched.length;
    this.#watched.push(silence);
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#deadlines.add(this);
  }

  /** Forgets one; the last one takes its place. */
  delete(silence: Silence): void {
    if (silence.place < 0) return;
    const last = this.#watched.pop();
    if (last && last !== silence) {
      this.#watched[silence.place] = last;
      last.place = silence.place;
    }
    silence.place = -1;
  }

  /** @see Deadline */
  expired(now: number): void {
    for (const silence of this.#watched.filter(({ at }) => at <= now)) silence.expired();
    if (this.#watched.length > 0) return;
    this.#isTicking = false;
    this.#deadlines.delete(this);
  }
}

/**
 * Notices that a backend stays silent: counts only while the backend is asked for something and the client is not,
 * so that a slow client never counts.
 *
 * @see ANCM F-40
 */
export class Silence implements Disposable {
  /** Milliseconds of the clock; Infinity while nothing counts. */
  at = Infinity;
  /** Where the watch keeps it; below 0 nowhere. */
  place = -1;
  /** Whether the backend stayed silent too long. */
  isLate = false;

  readonly #watch: SilenceWatch;
  readonly #over: { cancel(reason: unknown): void };
  #asksBackend = false;
  #asksClient = false;

  /** @param over is cancelled once, at most one tick after the limit */
  constructor(watch: SilenceWatch, over: { cancel(reason: unknown): void }) {
    this.#watch = watch;
    this.#over = over;
    if (watch.limitMs > 0) watch.add(this);
  }

  /** From now on the backend is waited for; again means afresh. */
  askBackend(): void {
    this.#asksBackend = true;
    this.#count();
  }

  /** The backend is not waited for any more. */
  heardBackend(): void {
    this.#asksBackend = false;
    this.at = Infinity;
  }

  /** The backend may be waiting for the client now, as we are. */
  askClient(): void {
    this.#asksClient = true;
    this.at = Infinity;
  }

  /** The client has given what the backend may wait for, or has nothing more. */
  heardClient(): void {
    this.#asksClient = false;
    if (this.#asksBackend) this.#count();
  }

  /** The limit has passed. */
  expired(): void {
    this.#watch.delete(this);
    this.isLate = true;
    this.#over.cancel(new Error(`The backend was silent for ${this.#watch.limitMs} ms`));
  }

  /** Counts no more. */
  [Symbol.dispose](): void {
    this.#watch.delete(this);
  }

  #count(): void {
    const { limitMs } = this.#watch;
    if (limitMs > 0 && !this.#asksClient) this.at = this.#watch.now() + limitMs;
  }
}
