import { type IpAddress, parseIpAddress, parseSocketAddress } from "../contract/ip_address.ts";

/** Addresses that have the bits of a mask in common. */
export interface Network {
  readonly address: IpAddress;
  readonly mask: IpAddress;
}

/**
 * Reads an address and its mask: a number of bits, or as text `255.255.0.0` or `ffff:ffff::`. IPv4 within IPv6 is
 * the IPv4 address; 255.255.255.255 is the whole of an IPv6 address, too, for it is the default.
 *
 * @returns undefined for what is none
 * @see IIS M-IP-3
 */
export function parseNetwork(text: string, maskText: string): Network | undefined {
  const address = parseIpAddress(text.trim());
  const mask = address && parseMask(maskText.trim(), address.length);
  return mask && { address: address.map((group, i) => group & (mask[i] ?? 0)), mask };
}

/** Tells whether an address lies in a network. */
export function isWithin({ address, mask }: Network, groups: IpAddress): boolean {
  return address.length === groups.length &&
    address.every((group, i) => group === ((groups[i] ?? 0) & (mask[i] ?? 0)));
}

function parseMask(text: string, groups: number): IpAddress | undefined {
  if (text === "255.255.255.255") return new Array<number>(groups).fill(0xffff);
  if (/^\d{1,3}$/.test(text)) return maskOf(Number(text), groups);
  const mask = parseSocketAddress(text);
  return mask?.length === groups ? mask : undefined;
}

function maskOf(bits: number, groups: number): IpAddress | undefined {
  if (bits > groups * 16) return undefined;
  return Array.from({ length: groups }, (_, i) => {
    const own = Math.min(16, Math.max(0, bits - i * 16));
    return (0xffff << (16 - own)) & 0xffff;
  });
}
