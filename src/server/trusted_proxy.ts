import {
  formatIpAddress,
  type IpAddress,
  isMapped,
  parseSocketAddress,
} from "../contract/ip_address.ts";

/** Tells whether what this peer says about its own client is believed. The empty string is a Unix socket. */
export type IsTrusted = (address: string) => boolean;

/** A value of `--trusted-proxy` cannot be understood. The message says what would be right. */
export class TrustedProxyError extends Error {
  /** For whoever prints it. */
  override readonly name = "TrustedProxyError";
}

interface Network {
  readonly address: IpAddress;
  readonly masks: readonly number[];
}

/**
 * Understands the values of `--trusted-proxy`: addresses (`10.0.0.5`), networks (`10.0.0.0/8`, `fd00::/8`), and
 * `unix` for peers on a Unix socket, which have no address. IPv4 within IPv6 is IPv4, in networks and in peers;
 * so `::/0` is all of IPv6 and nothing of IPv4.
 *
 * @param texts each may hold several, separated by commas, semicolons or spaces
 * @returns undefined where nothing is named: then no chain is read and nothing is dropped
 * @throws {TrustedProxyError} naming the first value that is none of these
 */
export function parseTrustedProxies(texts: readonly string[]): IsTrusted | undefined {
  const values = texts.flatMap((text) => text.split(/[,;\s]+/)).filter((value) => value !== "");
  if (values.length === 0) return undefined;
  const trustsUnix = values.some((value) => value.toLowerCase() === "unix");
  const networks = values.filter((value) => value.toLowerCase() !== "unix").map(parseNetwork);
  return (text) => {
    if (text === "") return trustsUnix;
    const address = parseSocketAddress(text);
    return address !== undefined && isWithin(networks, unmapped(address));
  };
}

function parseNetwork(text: string): Network {
  const [, name = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const received = parseSocketAddress(name);
  if (!received) {
    throw wrong(text, "give an address or a network, such as 10.0.0.5, 10.0.0.0/8 or fd00::/8");
  }
  const all = received.length * 16;
  const bits = Number(length ?? all);
  if (bits > all) throw wrong(text, `what follows the slash is 0 to ${all} here`);
  const masks = masksOf(bits, received.length);
  const network = received.map((group, i) => group & masks[i]!);
  if (network.some((group, i) => group !== received[i])) {
    throw wrong(text, `give "${formatIpAddress(network)}/${bits}" for the network`);
  }
  return isMapped(received)
    ? { address: received.slice(6), masks: masks.slice(6) }
    : { address: received, masks };
}

function masksOf(bits: number, groups: number): number[] {
  return Array.from({ length: groups }, (_, i) => {
    const own = Math.min(16, Math.max(0, bits - i * 16));
    return (0xffff << (16 - own)) & 0xffff;
  });
}

function isWithin(networks: readonly Network[], groups: IpAddress): boolean {
  for (const { address, masks } of networks) {
    if (address.length !== groups.length) continue;
    let i = 0;
    while (i < groups.length && (groups[i]! & masks[i]!) === address[i]) i++;
    if (i === groups.length) return true;
  }
  return false;
}

function unmapped(address: IpAddress): IpAddress {
  return isMapped(address) ? address.slice(6) : address;
}

function wrong(text: string, advice: string): TrustedProxyError {
  return new TrustedProxyError(`Cannot trust "${text}": ${advice}`);
}
