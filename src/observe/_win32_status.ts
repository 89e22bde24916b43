import type { ExchangeRecord } from "../contract/exchange_record.ts";
import type { FailureCode } from "../contract/host_error.ts";

/** The specified network name is no longer available: what IIS writes when the client has left. */
const CLIENT_LEFT = 64;
/** The connection was aborted by the local system. */
const ABORTED = 1236;
const ACCESS_DENIED = 5;
const FILE_NOT_FOUND = 2;

/** What WinHTTP, by which the module asks its backend, calls these. */
const OF_FAILURE: Partial<Record<FailureCode, number>> = {
  "client-gone": CLIENT_LEFT,
  "request-timeout": 121,
  "backend-silent": 12_002,
  "backend-refused": 12_029,
  "backend-broke": 12_030,
  "backend-invalid": 12_152,
};

/** Gives the code of Windows that comes closest to how an exchange ended; 0 where all was well. @see IIS M-LG-4 */
export function win32Status({ end, reply, status }: ExchangeRecord): number {
  if (end === "client-left") return CLIENT_LEFT;
  if (end !== "complete") return ABORTED;
  const error = reply?.error;
  if (!error) return 0;
  const code = OF_FAILURE[error.code];
  if (code !== undefined) return code;
  if (status === 401 || status === 403) return ACCESS_DENIED;
  return status === 404 && error.failure.subStatus === 0 ? FILE_NOT_FOUND : 0;
}
