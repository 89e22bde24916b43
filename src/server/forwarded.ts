import { formatIpAddress, parseIpAddress } from "../contract/ip_address.ts";

/** What one hop says of the peer it had, in `Forwarded`. Other parameters are passed over. */
export interface ForwardedElement {
  /** The node it received from, such as `[2001:db8::1]:4711`, `unknown` or `_hidden`. */
  readonly for?: string;
  /** The scheme it was asked by. */
  readonly proto?: string;
}

/** An address that a hop names. */
export interface ForwardedNode {
  /** IP address without brackets, the way everybody writes it. */
  readonly address: string;
  /** 0 where none is named, or one that is hidden. */
  readonly port: number;
}

/** No hop says so much about one peer. */
const LONGEST_ELEMENT = 1_024;

/** A parameter, or none, up to the next semicolon or the end. Nothing in it can be matched in two ways. */
const PAIR =
  /[ \t]*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([!#-+\--:<-~]*))[ \t]*)?(;|$)/y;

/**
 * Reads one element of `Forwarded`, a member of the list. Addresses need no quotes around them, as many hops send
 * them, and parameters may be missing.
 *
 * @returns undefined for what is no element, such as one with an open quote or a parameter given twice
 * @see RFC 7239 §4
 */
export function parseForwardedElement(text: string): ForwardedElement | undefined {
  if (text.length > LONGEST_ELEMENT) return undefined;
  const found: { for?: string; proto?: string } = {};
  PAIR.lastIndex = 0;
  for (;;) {
    const pair = PAIR.exec(text);
    if (!pair) return undefined;
    const [, name = "", quoted, plain = "", separator] = pair;
    const key = name.toLowerCase();
    if (key === "for" || key === "proto") {
      if (found[key] !== undefined) return undefined;
      found[key] = quoted?.replace(/\\(.)/g, "$1") ?? plain;
    }
    if (separator !== ";") return found;
  }
}

/**
 * Reads the address of a hop, of `Forwarded` or of `X-Forwarded-For`: `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]`,
 * `[2001:db8::1]:80`, `2001:db8::1`. IPv4 within IPv6 is IPv4.
 *
 * @returns undefined for `unknown`, for a name somebody made up (`_hidden`), and for anything else
 * @see RFC 7239 §6
 */
export function parseForwardedNode(text: string): ForwardedNode | undefined {
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}|_[\w.-]+))?$/.exec(text);
  const [, bracketed, plain, port = "0"] = parts ?? [];
  if (bracketed !== undefined && !bracketed.includes(":")) return undefined;
  const ip = parseIpAddress(bracketed ?? plain ?? text);
  const number = port.startsWith("_") ? 0 : Number(port);
  if (!ip || number > 65_535) return undefined;
  return { address: formatIpAddress(ip), port: number };
}
