import type { Http2Stream } from "./http2_stream.ts";
import type { ServerLimits } from "./limits.ts";

/**
 * Tells in which direction a client is too slow on a stream: it takes nothing of its `answer`, or what it sends of
 * its `content` comes below the least rate. Only the time for which somebody waited for it counts.
 */
export function tooSlow(
  { stuckSince, content }: Http2Stream,
  { writeMs, contentRate, contentGraceMs }: ServerLimits,
  now: number,
): "answer" | "content" | undefined {
  if (now - stuckSince >= writeMs) return "answer";
  if (!content || content.waitsSince === Infinity) return undefined;
  const waitedMs = content.waitedMs + now - content.waitsSince;
  const allowedMs = contentGraceMs + content.received * 1_000 / contentRate;
  return waitedMs < allowedMs ? undefined : "content";
}
