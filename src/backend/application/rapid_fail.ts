/** The failures of one minute: it begins with the first of them and does not slide. @see ANCM R-7 */
export interface FailureWindow {
  /** Milliseconds of the clock. */
  readonly since: number;
  readonly failures: number;
}

/** Before anything failed. */
export const NO_FAILURES: FailureWindow = Object.freeze({ since: -Infinity, failures: 0 });

/** @see ANCM R-7 */
export const RAPID_FAIL_WINDOW_MS = 60_000;

/** The pause before the second start in a row; it doubles with each further one. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** By how much of itself a pause may be longer or shorter, so that many hosts do not start as one. */
const JITTER = 0.2;

/** Counts one failure more, in a new window where the last one is over. */
export function withFailure(window: FailureWindow, now: number, windowMs: number): FailureWindow {
  if (now - window.since >= windowMs) return { since: now, failures: 1 };
  return { since: window.since, failures: window.failures + 1 };
}

/**
 * Gives the pause before a start that nobody asked for: none after the first failure of a window.
 *
 * @param random from 0 up to, not including, 1
 */
export function restartDelayMs(failures: number, random: number): number {
  if (failures <= 1) return 0;
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 2), LONGEST_PAUSE_MS);
  return Math.round(pause * (1 + JITTER * (2 * random - 1)));
}
