import type { ProxyHeader } from "./_proxy_header.ts";
import { readProxyLine } from "./_proxy_line.ts";
import { readProxyBinary, SIGNATURE } from "./_proxy_binary.ts";

export type { ProxyHeader };

/** A buffer of this many bytes always has room for a whole header. */
export const LONGEST_PROXY_HEADER = 536;

/**
 * Reads a PROXY header of version 1 or 2 at the beginning of a connection. Pure: call it again with all bytes when
 * more have come. A header that is too long is an error, not `more`.
 *
 * @param bytes everything received so far
 * @see the PROXY protocol, versions 1 and 2
 */
export function readProxyHeader(bytes: Uint8Array): ProxyHeader {
  if (bytes.length === 0) return { at: "more" };
  return bytes[0] === SIGNATURE[0]
    ? readProxyBinary(bytes, LONGEST_PROXY_HEADER)
    : readProxyLine(bytes);
}
