import type { Exchange, Reply } from "../contract/exchange.ts";
import { typedReply } from "./admin_reply.ts";

/** Writes the metrics in one of two formats. */
export type MetricsText = (format: "prometheus" | "openmetrics") => string;

const TYPES = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
} as const;

/** Answers `GET /metrics`: OpenMetrics to who names it, else Prometheus' own text. */
export function metricsReply(x: Exchange, text: MetricsText): Reply {
  const accept = x.received.fields.getAll("accept").join(", ");
  const format = /\bapplication\/openmetrics-text\b/i.test(accept) ? "openmetrics" : "prometheus";
  return typedReply(x, 200, TYPES[format], text(format));
}
