/** How many requests with 1 MiB of content a second, over 16 connections? */
import { startLineup } from "./lineup.ts";
import { MAX_CONTENT_BYTES } from "./peers/peer.ts";
import { question } from "./question.ts";
import { loadMeasure, type LoadOptions, warmUp } from "./wrk_measure.ts";

const OPTIONS: LoadOptions = {
  id: "up",
  title: "1 MiB up, 16 connections",
  path: "/upload",
  connections: 16,
  bodyBytes: 2 ** 20,
};

await question(async (plan) => {
  await using lineup = await startLineup();
  const { contenders, notes } = lineup;
  await warmUp(contenders, OPTIONS, plan);
  return {
    measures: [await loadMeasure(contenders, OPTIONS, plan)],
    notes: [
      ...notes,
      `web.config names no limit, so requestLimits/@maxAllowedContentLength is its default, ${MAX_CONTENT_BYTES} bytes; nginx, Caddy and YARP are set to the same.`,
      "nginx passes content on as it comes (proxy_request_buffering off); by default it would first write it to a file.",
      "The app takes the SHA-256 of the content, which is part of every figure.",
    ],
  };
});
