import { formatIpAddress, isMapped } from "../contract/ip_address.ts";
import type { ProxyHeader } from "./_proxy_header.ts";

/** The first bytes of a header of version 2. */
export const SIGNATURE: Uint8Array = new TextEncoder().encode("\r\n\r\n\0\r\nQUIT\n");

const FIXED = 16;
const LOCAL = 0x20;
const PROXY = 0x21;

/** For each family and transport: the bytes of one address, and of both addresses with their ports. */
const FAMILIES: Readonly<Record<number, readonly [address: number, block: number]>> = {
  0x00: [0, 0],
  0x11: [4, 12],
  0x21: [16, 36],
  0x31: [108, 216],
};

const TLV_CRC32C = 0x03;
const TLV_SSL = 0x20;
const CLIENT_SSL = 0x01;

/** Reads a header of version 2. */
export function readProxyBinary(bytes: Uint8Array, longest: number): ProxyHeader {
  for (let i = 0; i < SIGNATURE.length && i < bytes.length; i++) {
    if (bytes[i] !== SIGNATURE[i]) return error("It begins with no PROXY header");
  }
  if (bytes.length < FIXED) return { at: "more" };
  const [command = 0, family = 0, high = 0, low = 0] = bytes.subarray(12, FIXED);
  const used = FIXED + (high << 8 | low);
  if (command !== LOCAL && command !== PROXY) {
    return error("Its PROXY version or command is unknown");
  }
  if (used > longest) return error("Its PROXY header is too long");
  if (bytes.length < used) return { at: "more" };
  // What stands in it means nothing.
  if (command === LOCAL) return { at: "local", used };
  const [size, block] = FAMILIES[family] ?? [];
  if (size === undefined || block === undefined) return error("Its PROXY family is unknown");
  if (used < FIXED + block) return error("Its PROXY addresses are cut off");
  if (size !== 4 && size !== 16) return { at: "local", used };
  return proxied(bytes.subarray(0, used), size, FIXED + block);
}

function proxied(header: Uint8Array, size: number, extras: number): ProxyHeader {
  const facts = readExtras(header, extras);
  if (!facts) return error("The additions to its PROXY header are wrong");
  const at = FIXED + 2 * size;
  const source = {
    address: addressOf(header.subarray(FIXED, FIXED + size)),
    port: header[at]! << 8 | header[at + 1]!,
  };
  return { at: "header", used: header.length, source, ...facts };
}

function addressOf(bytes: Uint8Array): string {
  const groups = Array.from(
    { length: bytes.length / 2 },
    (_, i) => bytes[2 * i]! << 8 | bytes[2 * i + 1]!,
  );
  return formatIpAddress(isMapped(groups) ? groups.slice(6) : groups);
}

/** Walks type, length and value up to the end; undefined where they do not fit, or the checksum is wrong. */
function readExtras(header: Uint8Array, from: number): { secure?: boolean } | undefined {
  const facts: { secure?: boolean } = {};
  let at = from;
  while (at < header.length) {
    const [type, high, low] = header.subarray(at, at + 3);
    if (type === undefined || high === undefined || low === undefined) return undefined;
    const value = at + 3;
    at = value + (high << 8 | low);
    if (at > header.length) return undefined;
    const bytes = header.subarray(value, at);
    if (type === TLV_CRC32C && !isWhole(header, value, bytes)) return undefined;
    if (type === TLV_SSL) {
      if (bytes.length < 5) return undefined;
      facts.secure = (bytes[0]! & CLIENT_SSL) !== 0;
    }
  }
  return facts;
}

/** Checks the sum of the whole header, taken with zeros in the place of the sum. */
function isWhole(header: Uint8Array, at: number, sum: Uint8Array): boolean {
  if (sum.length !== 4) return false;
  const zeroed = header.slice();
  zeroed.fill(0, at, at + 4);
  return crc32c(zeroed) === new DataView(sum.buffer, sum.byteOffset).getUint32(0);
}

/** The Castagnoli checksum. */
function crc32c(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0);
  }
  return ~sum >>> 0;
}

function error(why: string): ProxyHeader {
  return { at: "error", why };
}
