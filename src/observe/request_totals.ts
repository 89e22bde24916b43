import type { RequestTotals } from "../contract/live_status.ts";
import type { TrafficMetrics } from "./traffic_metrics.ts";

/** Gives what the status page plots out of what the metrics count. */
export function requestTotals(traffic: TrafficMetrics): RequestTotals {
  const { total: ended, failed, durations } = traffic;
  const cumulative = durations.cumulative();
  const upTo = [0, ...cumulative.map(([, count]) => count), durations.count];
  const counts = upTo.slice(1).map((count, place) => count - (upTo[place] ?? 0));
  return { ended, failed, boundsMs: cumulative.map(([bound]) => bound * 1_000), counts };
}
