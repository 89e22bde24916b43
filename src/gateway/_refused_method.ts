import { HostError } from "../contract/host_error.ts";

/**
 * Refuses methods that no gateway passes on: TRACE would give the client what only the backend may see, such as
 * the pairing token, and CONNECT asks for another kind of proxy.
 *
 * @see RFC 9110 §9.3.8
 */
export function refusedMethod(method: string): HostError | undefined {
  switch (method.length < 8 ? method.toUpperCase() : "") {
    case "TRACE":
    case "TRACK":
      return new HostError("method-not-allowed", `Cannot pass on the method "${method}"`);
    case "CONNECT":
      return new HostError("method-not-implemented", `Cannot pass on the method "${method}"`);
  }
}
