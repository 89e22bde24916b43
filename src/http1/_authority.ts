import { COLON, HEX, HOST } from "./chars.ts";

const OPEN = 91;
const CLOSE = 93;
const DOT = 46;

/** Gives the offset after the name or address of a host that begins at `from`, or -1 where there is none. */
function hostEnd(bytes: Uint8Array, from: number, to: number): number {
  let p = from;
  if (bytes[from] !== OPEN) {
    while (p < to && HOST[bytes[p]!]! === 1) p++;
    return p === from ? -1 : p;
  }
  p++;
  while (p < to && (HEX[bytes[p]!]! < 16 || bytes[p] === COLON || bytes[p] === DOT)) p++;
  // The shortest address is `::`.
  return p < to && bytes[p] === CLOSE && p - from > 2 ? p + 1 : -1;
}

/** Tells whether the bytes are a port from 0 to 65535. */
function isPort(bytes: Uint8Array, from: number, to: number): boolean {
  if (to === from || to - from > 5) return false;
  let port = 0;
  for (let p = from; p < to; p++) {
    const digit = HEX[bytes[p]!]!;
    if (digit > 9) return false;
    port = port * 10 + digit;
  }
  return port <= 65_535;
}

/**
 * Tells whether the bytes are the name or address of a host, then perhaps a colon and a port. No user
 * information, no percent-encoding, no empty port: as http.sys and Kestrel have it.
 *
 * @param needsPort whether the port must be there
 * @see RFC 9110 §7.2
 */
export function isAuthority(
  bytes: Uint8Array,
  from: number,
  to: number,
  needsPort: boolean,
): boolean {
  if (from === to) return false;
  const end = hostEnd(bytes, from, to);
  if (end === to) return !needsPort;
  return end > 0 && bytes[end] === COLON && isPort(bytes, end + 1, to);
}
