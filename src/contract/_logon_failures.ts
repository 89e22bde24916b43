import type { Failure } from "./failure.ts";

const unauthorized = (subStatus: number, remedy: string) =>
  ({ status: 401, subStatus, side: "client", title: "Unauthorized", remedy }) as const;

/** The requests that `security/authentication` and `security/authorization` refuse. @see IIS M-AU-3, M-UA-2 */
export const LOGON_FAILURES = {
  "logon-failed": unauthorized(
    1,
    "Give the name and the password of an account in the file that --basic-auth-file names",
  ),
  "logon-needed": unauthorized(
    2,
    "Log on, or let everybody in: enable anonymousAuthentication in system.webServer/security/authentication",
  ),
  "user-denied": unauthorized(
    2,
    'Log on as somebody else, or add <add accessType="Allow" users="…"/> to system.webServer/security/authorization in web.config',
  ),
  "logon-busy": {
    status: 503,
    subStatus: 0,
    side: "host",
    title: "Service Unavailable",
    remedy: "Too many passwords are being checked: try again",
  },
} as const satisfies Record<string, Failure>;
