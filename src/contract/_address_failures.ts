import type { Failure } from "./failure.ts";

const BY_LIST =
  "Allow the address in system.webServer/security/ipSecurity in web.config; behind a proxy, name the proxy with --trusted-proxy";
const BY_COUNT =
  "Raise maxConcurrentRequests of dynamicIpSecurity/denyByConcurrentRequests in web.config; behind a proxy, name the proxy with --trusted-proxy";
const BY_RATE =
  "Raise maxRequests of dynamicIpSecurity/denyByRequestRate in web.config; behind a proxy, name the proxy with --trusted-proxy";

const forbidden = (subStatus: number, remedy: string) =>
  ({ status: 403, subStatus, side: "client", title: "Forbidden", remedy }) as const;
const unauthorized = (subStatus: number, remedy: string) =>
  ({ status: 401, subStatus, side: "client", title: "Unauthorized", remedy }) as const;
const notFound = (subStatus: number, remedy: string) =>
  ({ status: 404, subStatus, side: "client", title: "Not Found", remedy }) as const;
const dropped = (subStatus: number, remedy: string) =>
  ({ ...forbidden(subStatus, remedy), isDropped: true }) as const;

/**
 * The clients that `security/ipSecurity` and `security/dynamicIpSecurity` refuse; each in the four ways that
 * `denyAction` gives the choice of. @see IIS M-IP-2
 */
export const ADDRESS_FAILURES = {
  "address-denied": forbidden(6, BY_LIST),
  "address-denied-unauthorized": unauthorized(503, BY_LIST),
  "address-denied-not-found": notFound(503, BY_LIST),
  "address-denied-dropped": dropped(6, BY_LIST),
  "client-requests-at-once": forbidden(501, BY_COUNT),
  "client-requests-at-once-unauthorized": unauthorized(501, BY_COUNT),
  "client-requests-at-once-not-found": notFound(501, BY_COUNT),
  "client-requests-at-once-dropped": dropped(501, BY_COUNT),
  "client-request-rate": forbidden(502, BY_RATE),
  "client-request-rate-unauthorized": unauthorized(502, BY_RATE),
  "client-request-rate-not-found": notFound(502, BY_RATE),
  "client-request-rate-dropped": dropped(502, BY_RATE),
} as const satisfies Record<string, Failure>;
