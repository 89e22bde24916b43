import type { RequestTotals } from "../../contract/live_status.ts";

/** What happened between two samples. */
export interface Rates {
  /** Requests that ended, a second. */
  readonly requests: number;
  /** Those of them that failed, a second. */
  readonly failed: number;
  /** Half of the requests took no longer, milliseconds; null where there were none. */
  readonly medianMs: number | null;
  /** 95 of 100 requests took no longer. */
  readonly slowMs: number | null;
}

/** Tells what happened between two totals that are so many milliseconds apart. */
export function ratesBetween(before: RequestTotals, now: RequestTotals, ms: number): Rates {
  const seconds = Math.max(ms, 1) / 1_000;
  const counts = now.counts.map((count, place) => count - (before.counts[place] ?? 0));
  return {
    requests: (now.ended - before.ended) / seconds,
    failed: (now.failed - before.failed) / seconds,
    medianMs: quantile(counts, now.boundsMs, 0.5),
    slowMs: quantile(counts, now.boundsMs, 0.95),
  };
}

/** Estimates a quantile: within the bounds that it falls in, durations are taken to lie evenly. */
export function quantile(
  counts: readonly number[],
  boundsMs: readonly number[],
  share: number,
): number | null {
  const wanted = share * counts.reduce((sum, count) => sum + count, 0);
  if (wanted <= 0) return null;
  let below = 0;
  for (let place = 0; place < boundsMs.length; place++) {
    const count = counts[place] ?? 0;
    const from = place === 0 ? 0 : boundsMs[place - 1] ?? 0;
    if (below + count >= wanted) {
      return from + ((boundsMs[place] ?? from) - from) * (wanted - below) / count;
    }
    below += count;
  }
  return boundsMs[boundsMs.length - 1] ?? null;
}

/** Gives a round number that is at least as large. */
export function roundAbove(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value * 0.999999) ??
    10;
  return factor * power;
}

/** Writes a number with three digits that count, and thousands apart. */
export function shownNumber(value: number): string {
  if (value === 0) return "0";
  if (value >= 100) return Math.round(value).toLocaleString("en-GB");
  return String(Number(value.toPrecision(value >= 1 ? 3 : 2)));
}

/** Writes a duration: `0.42 ms`, `37 ms`, `1.2 s`. */
export function shownMs(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1_000 ? `${shownNumber(ms)} ms` : `${shownNumber(ms / 1_000)} s`;
}

/** Writes how long something has been: `3 d 4 h`, `2 h 5 min`, `1 min 9 s`. */
export function shownSpan(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const [d, h, min] = [Math.floor(s / 86_400), Math.floor(s / 3_600) % 24, Math.floor(s / 60) % 60];
  if (d > 0) return `${d} d ${h} h`;
  if (h > 0) return `${h} h ${min} min`;
  return min > 0 ? `${min} min ${s % 60} s` : `${s} s`;
}
