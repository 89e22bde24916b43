import type { FailureCode } from "../contract/host_error.ts";
import type { DENY_ACTION } from "./ip_security_schema.ts";

/** One of the values of `denyAction`. */
export type DenyAction = typeof DENY_ACTION.values[number];

/** Why a client is turned away. */
export type DenyReason = "address-denied" | "client-requests-at-once" | "client-request-rate";

const ENDINGS = {
  Forbidden: "",
  Unauthorized: "-unauthorized",
  NotFound: "-not-found",
  AbortRequest: "-dropped",
} as const satisfies Record<DenyAction, string>;

/** Gives the failure by which an action turns clients away. @see IIS M-IP-2 */
export function denial(reason: DenyReason, action: DenyAction): FailureCode {
  return `${reason}${ENDINGS[action]}`;
}
