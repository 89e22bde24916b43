/** An IP address as groups of 16 bits: two of IPv4, eight of IPv6. */
export type IpAddress = readonly number[];

/**
 * Reads an IP address. IPv4 within IPv6 (`::ffff:10.0.0.5`) is the IPv4 address.
 *
 * @param text without brackets and zone; of IPv4 four numbers without leading zeros
 * @see RFC 4291 §2.2
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const address = parseSocketAddress(text);
  return address && isMapped(address) ? address.slice(6) : address;
}

/** Reads an IP address as a socket holds it: IPv4 within IPv6 has eight groups. */
export function parseSocketAddress(text: string): IpAddress | undefined {
  return text.includes(":") ? ipv6(text) : ipv4(text);
}

/** Tells whether it is an IPv4 address within IPv6. */
export function isMapped(address: IpAddress): boolean {
  return address.length === 8 && address[5] === 0xffff &&
    address.every((group, i) => i >= 5 || group === 0);
}

/** Writes an IP address the one way everybody writes it. @see RFC 5952 §4 */
export function formatIpAddress(address: IpAddress): string {
  if (address.length === 2) {
    return address.flatMap((group) => [group >> 8, group & 255]).join(".");
  }
  const [start, length] = longestZeros(address);
  const hex = address.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

function ipv4(text: string): IpAddress | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!parts) return undefined;
  const numbers = parts.slice(1).map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  // A leading zero means octal to some and nothing to others.
  if (numbers.some((number, i) => number > 255 || String(number) !== parts[i + 1])) {
    return undefined;
  }
  return [a << 8 | b, c << 8 | d];
}

const LONGEST_IPV6 = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length;

function ipv6(text: string): IpAddress | undefined {
  if (text.length > LONGEST_IPV6) return undefined;
  const [left = "", right, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const head = groupsOf(left);
  const tail = right === undefined ? [] : groupsOf(right);
  if (!head || !tail) return undefined;
  // IPv4 stands at the very end only.
  if (right !== undefined && left.includes(".")) return undefined;
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(parseInt(part, 16));
      continue;
    }
    const last = i === parts.length - 1 ? ipv4(part) : undefined;
    if (!last) return undefined;
    groups.push(...last);
  }
  return groups;
}

/** Where the first of the longest runs of zeros begins, and how long it is. */
function longestZeros(address: IpAddress): [start: number, length: number] {
  let longest: [number, number] = [0, 0];
  let length = 0;
  for (const [i, group] of address.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > longest[1]) longest = [i + 1 - length, length];
  }
  return longest;
}
