import type { Awaitable, Exchange, Reply } from "../contract/exchange.ts";
import type { HostStatus, Readiness, RecycleResult } from "../contract/host_status.ts";
import type { Handler } from "../contract/module.ts";
import { splitTarget } from "../http1/target.ts";
import { type AdminGuard, judgeAccess, REFUSALS } from "./admin_access.ts";
import { jsonReply, textReply } from "./admin_reply.ts";

/** Options of {@linkcode adminSite}. */
export interface AdminSiteOptions extends AdminGuard {
  readonly status: () => HostStatus;
  readonly readiness: () => Readiness;
  /** Resolves when it is over; whoever calls again meanwhile shares the result. */
  readonly recycle: (reason: string) => Promise<RecycleResult>;
  /** Begins the stop, as SIGTERM does, and waits for nothing. */
  readonly stop: (reason: string) => void;
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

function routesOf({ status, readiness, recycle, stop }: AdminSiteOptions): AdminRoute[] {
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
    {
      path: "/status",
      method: "GET",
      isOpen: false,
      answer: (x) => jsonReply(x, 200, status()),
    },
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
