import type { Client } from "../contract/exchange.ts";
import { formatIpAddress, parseIpAddress } from "../contract/ip_address.ts";

/**
 * Tells clients apart: by the IPv4 address, or by the 64 bits of an IPv6 address that a network has, for within
 * them everybody has as many addresses as they like.
 *
 * @returns undefined for a client without an address, behind a Unix socket
 */
export function clientKey({ address }: Client): string | undefined {
  if (address === "") return undefined;
  if (!address.includes(":")) return address;
  const groups = parseIpAddress(address.split("%", 1)[0] ?? "");
  return groups?.length === 8 ? groups.slice(0, 4).join(":") : groups && formatIpAddress(groups);
}
