import { formatIpAddress, parseIpAddress, parseSocketAddress } from "../contract/ip_address.ts";
import type { ProxyHeader } from "./_proxy_header.ts";

const LONGEST_LINE = 107;
const LF = 10;
const BEGIN = "PROXY ";

/** A port is written without leading zeros. */
const LINE =
  /^PROXY (TCP4|TCP6) ([0-9a-fA-F:.]+) ([0-9a-fA-F:.]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})\r\n$/;

/** Reads a header of version 1: a line of text. */
export function readProxyLine(bytes: Uint8Array): ProxyHeader {
  const end = bytes.subarray(0, LONGEST_LINE).indexOf(LF);
  const line = String.fromCharCode(...bytes.subarray(0, end < 0 ? LONGEST_LINE : end + 1));
  if (!line.startsWith(BEGIN.slice(0, line.length))) return error("It begins with no PROXY header");
  if (end < 0) {
    return bytes.length < LONGEST_LINE ? { at: "more" } : error("Its PROXY line has no end");
  }
  if (/^PROXY UNKNOWN(?: [ -~]*)?\r\n$/.test(line)) return { at: "local", used: end + 1 };
  const [, family, source = "", destination = "", port, otherPort] = LINE.exec(line) ?? [];
  const isRight = isOf(family, source) && isOf(family, destination) &&
    Number(port) <= 65_535 && Number(otherPort) <= 65_535;
  const address = parseIpAddress(source);
  if (!isRight || !address) return error("Its PROXY line is wrong");
  return {
    at: "header",
    used: end + 1,
    source: { address: formatIpAddress(address), port: Number(port) },
  };
}

function isOf(family: string | undefined, text: string): boolean {
  return parseSocketAddress(text)?.length === (family === "TCP4" ? 2 : 8);
}

function error(why: string): ProxyHeader {
  return { at: "error", why };
}
