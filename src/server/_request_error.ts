import { type FailureCode, HostError } from "../contract/host_error.ts";
import { PARSE_ERRORS, type ParseErrorCode } from "../http1/mod.ts";

const CODES: Record<number, FailureCode> = {
  400: "bad-request",
  414: "target-too-long",
  431: "head-too-large",
  501: "method-not-implemented",
  505: "version-not-supported",
};

/** Makes the failure for a request that broke a rule of HTTP/1.1 or a limit. */
export function requestError(code: ParseErrorCode | undefined): HostError {
  const { status, message } = PARSE_ERRORS[code ?? "invalid-request-line"];
  return new HostError(CODES[status] ?? "bad-request", `Cannot take the request: ${message}`);
}
