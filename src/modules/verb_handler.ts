import type { Clock } from "../contract/clock.ts";
import { emptyContent } from "../contract/content.ts";
import { HostError } from "../contract/host_error.ts";
import { FieldList } from "../http1/mod.ts";
import type { ChainHandler } from "./mapped_handler.ts";

/**
 * Makes the handler of `OPTIONSVerbHandler` and `TRACEVerbHandler`: it says what files take, and never mirrors a
 * request.
 *
 * @see IIS M-HD-5
 */
export function verbHandler(clock: Clock): ChainHandler {
  return ({ request: { method } }) => {
    if (method !== "OPTIONS") {
      throw new HostError(
        "method-not-allowed",
        `Cannot answer ${method}: the host mirrors no request`,
      );
    }
    const fields = new FieldList([
      ["Date", clock.date().toUTCString()],
      ["Allow", "GET, HEAD, OPTIONS"],
      ["Content-Length", "0"],
    ]);
    return { head: { status: 200, reason: "OK", fields }, content: emptyContent };
  };
}
