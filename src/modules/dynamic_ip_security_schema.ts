import type { ElementSchema, SectionSchema } from "../config/mod.ts";
import { DENY_ACTION } from "./ip_security_schema.ts";

const ENABLED = { type: "boolean", default: false, doc: "Whether it acts." } as const;

/** `denyByConcurrentRequests`. @see IIS section 9.2 */
export const DENY_BY_CONCURRENT_REQUESTS = {
  doc:
    "How many requests one client may have under way at a time; WebSockets count as long as they are open.",
  attributes: {
    enabled: ENABLED,
    maxConcurrentRequests: {
      type: "uint",
      default: 5,
      min: 1,
      unit: "requests",
      doc: "One more is turned away.",
    },
  },
} as const satisfies ElementSchema;

/** `denyByRequestRate`. @see IIS section 9.2 */
export const DENY_BY_REQUEST_RATE = {
  doc: "How many requests one client may send within a time.",
  attributes: {
    enabled: ENABLED,
    maxRequests: {
      type: "uint",
      default: 20,
      min: 1,
      unit: "requests",
      doc: "One more within the time is turned away.",
    },
    requestIntervalInMilliseconds: {
      type: "uint",
      default: 200,
      min: 1,
      unit: "milliseconds",
      doc: "The time. What came before it fades away within as long again.",
    },
  },
} as const satisfies ElementSchema;

/** `security/dynamicIpSecurity`. @see IIS section 9.2 */
export const DYNAMIC_IP_SECURITY = {
  name: "security/dynamicIpSecurity",
  doc:
    "Clients that ask too much at once or too often. A client is an IPv4 address or an IPv6 network of 64 bits; " +
    "behind a proxy that `--trusted-proxy` names, it is the proxy's client.",
  attributes: {
    denyAction: DENY_ACTION,
    enableLoggingOnlyMode: {
      type: "boolean",
      default: false,
      doc:
        "Whether clients are served all the same, and only the log says who would have been turned away.",
    },
    enableProxyMode: {
      type: "boolean",
      default: false,
      support: {
        level: "never",
        note:
          "whoever sends `X-Forwarded-For` could get others turned away; name the proxies with `--trusted-proxy`",
      },
      doc: "Whether addresses in `X-Forwarded-For` count, too.",
    },
  },
  children: {
    denyByConcurrentRequests: DENY_BY_CONCURRENT_REQUESTS,
    denyByRequestRate: DENY_BY_REQUEST_RATE,
  },
} as const satisfies SectionSchema;
