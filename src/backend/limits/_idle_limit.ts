import type { LimitSources, RecycleLimit } from "./_recycle_limit.ts";

/** How often requests are looked for, at least and at most: a hundredth of the limit, milliseconds. */
const LOOK_MS = { least: 1_000, most: 60_000 } as const;

/**
 * Notices that nothing has been asked of the application for a while. It looks now and then instead of being told by
 * each request, so it may be late by one look.
 */
export function idleLimit(
  limitMs: number,
  { clock, traffic }: Pick<LimitSources, "clock" | "traffic">,
): RecycleLimit {
  const lookMs = Math.min(Math.max(limitMs / 100, LOOK_MS.least), LOOK_MS.most);
  let busyAt = clock.now();
  let total = traffic.total;
  return {
    begin() {
      busyAt = clock.now();
      total = traffic.total;
    },
    waitMs: () => lookMs,
    exceeded() {
      if (traffic.inFlight > 0 || traffic.total !== total) busyAt = clock.now();
      total = traffic.total;
      if (clock.now() - busyAt < limitMs) return undefined;
      return `nothing was asked of it for ${limitMs / 1_000} s (idleTimeout)`;
    },
  };
}
