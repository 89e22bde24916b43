import type { Clock } from "../contract/clock.ts";

/**
 * Notices that a backend stays silent: runs only between `expect()` and `heard()`, so that a slow client
 * never counts. One timer at a time, whatever the number of pieces.
 *
 * @see ANCM F-40
 */
export interface Silence extends Disposable {
  /** From now on the backend is waited for; again means afresh. */
  expect(): void;
  /** The backend is not waited for any more. */
  heard(): void;
}

/** Timers of the platform take no more. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/**
 * Watches one exchange.
 *
 * @param limitMs 0 is no limit
 * @param onLate called once, when the backend was waited for that long
 */
export function watchSilence(clock: Clock, limitMs: number, onLate: () => void): Silence {
  let since: number | undefined;
  const over = new AbortController();

  async function watch(): Promise<void> {
    let restMs = limitMs;
    while (restMs > 0) {
      await clock.sleep(Math.min(restMs, LONGEST_SLEEP_MS), over.signal);
      restMs = since === undefined ? limitMs : since + limitMs - clock.now();
    }
    onLate();
  }

  if (limitMs > 0) watch().catch(() => {}); // ended by dispose
  return {
    expect() {
      since = clock.now();
    },
    heard() {
      since = undefined;
    },
    [Symbol.dispose]: () => over.abort(),
  };
}
