import type { ShownLocation } from "../config/mod.ts";
import type { Awaitable, Exchange, Reply } from "../contract/exchange.ts";
import type { HostStatus, Readiness, RecycleResult } from "../contract/host_status.ts";
import type { Handler } from "../contract/module.ts";
import { splitTarget } from "../http1/target.ts";
import { type AdminGuard, judgeAccess, REFUSALS } from "./admin_access.ts";
import type { AdminEvents } from "./admin_events.ts";
import { metricsReply, type MetricsText } from "./admin_metrics.ts";
import { jsonReply, textReply } from "./admin_reply.ts";
import { statusPage } from "./status_page/status_page.ts";

/** Options of {@linkcode adminSite}. */
export interface AdminSiteOptions extends AdminGuard {
  readonly status: () => HostStatus;
  readonly readiness: () => Readiness;
  readonly metrics: MetricsText;
  /** Resolves when it is over; whoever calls again meanwhile shares the result. */
  readonly recycle: (reason: string) => Promise<RecycleResult>;
  /** Begins the stop, as SIGTERM does, and waits for nothing. */
  readonly stop: (reason: string) => void;
  /** Gives the configuration in use: holds no secret. */
  readonly configuration: () => UsedConfiguration;
  /** For the status page. */
  readonly events: AdminEvents;
}

/** The JSON of `GET /configuration`. */
export interface UsedConfiguration {
  /** Those that were read, relative to the application folder. */
  readonly files: readonly string[];
  readonly locations: readonly ShownLocation[];
}

/** One thing the admin listener answers. */
interface AdminRoute {
  readonly path: string;
  /** `POST` for what changes something. */
  readonly method: "GET" | "POST";
  /** Whether everybody who reaches the listener gets it. */
  readonly isOpen: boolean;
  readonly answer: (x: Exchange, query: URLSearchParams) => Awaitable<Reply>;
}

/** Who asked, in the events of what was asked for. */
const REASON = "the admin listener";

const RECYCLE_STATUS: Readonly<Record<RecycleResult["outcome"], number>> = {
  switched: 200,
  idle: 200,
  kept: 502,
  failed: 502,
  "given-up": 503,
};

/** Answers on the admin listener: health, status and control. May throw; a page is made of that. */
export function adminSite(options: AdminSiteOptions): Handler {
  const routes = new Map(routesOf(options).map((route) => [route.path, route]));
  return (x) => {
    const { path, query } = splitTarget(x.request.target);
    const route = routes.get(path);
    if (!route) return textReply(x, 404, `There are ${[...routes.keys()].join(", ")}`);
    const { method, fields } = x.request;
    if (method !== route.method && !(method === "HEAD" && route.method === "GET")) {
      const allowed = route.method === "GET" ? "GET, HEAD" : "POST";
      return textReply(x, 405, `Ask for ${path} by ${route.method}`, [["Allow", allowed]]);
    }
    const verdict = judgeAccess(
      { isOpen: route.isOpen, changes: route.method === "POST" },
      fields,
      options,
    );
    if (verdict === "allowed") return route.answer(x, new URLSearchParams(query));
    const { status, text, fields: added } = REFUSALS[verdict];
    return textReply(x, status, text, added);
  };
}

function routesOf(options: AdminSiteOptions): AdminRoute[] {
  return [...pageRoutes(options), ...healthRoutes(options), ...commandRoutes(options)];
}

/** The status page, which is the same for everybody, and what it asks for. */
function pageRoutes({ status, configuration, events }: AdminSiteOptions): AdminRoute[] {
  return [
    { path: "/", method: "GET", isOpen: true, answer: statusPage },
    { path: "/events", method: "GET", isOpen: false, answer: (x) => events.reply(x) },
    {
      path: "/status",
      method: "GET",
      isOpen: false,
      answer: (x) => jsonReply(x, 200, status()),
    },
    {
      path: "/configuration",
      method: "GET",
      isOpen: false,
      answer: (x) => jsonReply(x, 200, configuration()),
    },
  ];
}

function healthRoutes({ readiness, metrics }: AdminSiteOptions): AdminRoute[] {
  return [
    { path: "/healthz", method: "GET", isOpen: true, answer: (x) => textReply(x, 200, "ok") },
    {
      path: "/readyz",
      method: "GET",
      isOpen: true,
      answer(x) {
        const { ready, reason } = readiness();
        return textReply(x, ready ? 200 : 503, reason);
      },
    },
    { path: "/metrics", method: "GET", isOpen: true, answer: (x) => metricsReply(x, metrics) },
  ];
}

function commandRoutes({ recycle, stop }: AdminSiteOptions): AdminRoute[] {
  return [
    {
      path: "/recycle",
      method: "POST",
      isOpen: false,
      async answer(x, query) {
        const result = recycle(REASON);
        if (query.get("wait") === "false") {
          // Its end is in the host's log.
          result.catch(() => {});
          return jsonReply(x, 202, { message: "The recycle has begun" });
        }
        const ended = await result;
        return jsonReply(x, RECYCLE_STATUS[ended.outcome], ended);
      },
    },
    {
      path: "/stop",
      method: "POST",
      isOpen: false,
      answer(x) {
        stop(REASON);
        return jsonReply(x, 202, { message: "The host drains, then stops" });
      },
    },
  ];
}
