/**
 * Gives the next of some local times of day. An hour that the clocks skip is taken for the one behind it, of an hour they
 * repeat the first counts.
 *
 * @param secondsOfDay since midnight by the clock on the wall; at least one
 */
export function nextDaily(now: Date, secondsOfDay: readonly number[]): Date {
  let next: Date | undefined;
  // The day after tomorrow for a midnight that the clocks skip.
  for (const days of [0, 1, 2]) {
    for (const seconds of secondsOfDay) {
      const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate() + days];
      const at = new Date(year, month, day, 0, 0, seconds);
      if (at > now && (next === undefined || at < next)) next = at;
    }
  }
  if (!next) throw new RangeError("No time of day was given");
  return next;
}
