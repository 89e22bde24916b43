import { parseSocketAddress } from "../contract/ip_address.ts";

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;

/** The bytes of an address as the system gives them on Linux; those of IPv6 have a flow label that says nothing. */
export type SocketAddress = Uint8Array;

/** Makes out of an address as Deno tells it the bytes that the system has for it; undefined where none are known. */
export function socketAddress(address: Deno.Addr): SocketAddress | undefined {
  if (address.transport === "tcp") return internetAddress(address);
  if (address.transport !== "unix") return undefined;
  // Sockets that have no name are told as null.
  const path = new TextEncoder().encode((address.path as string | null) ?? "");
  return Uint8Array.of(...familyBytes(AF_UNIX), ...path);
}

/** Tells whether both are one address. */
export function isSameAddress(one: SocketAddress, other: SocketAddress): boolean {
  if (one.length !== other.length) return false;
  const hasFlowLabel = one[0] === AF_INET6 && one.length === 24;
  return one.every((byte, i) => byte === other[i] || (hasFlowLabel && i >= 4 && i < 8));
}

/** Gives a text that is the same for addresses that are one, and hardly ever for others. */
export function keyOf(address: SocketAddress): string {
  let key = "";
  // The family says nothing that the length does not say, and the rest is the flow label of IPv6 or part of a path.
  for (let i = 2; i < address.length; i += i === 3 && address.length === 24 ? 5 : 1) {
    key += String.fromCharCode(address[i]!);
  }
  return key;
}

/** Whether no two connections have this peer and the same address of our own: not so on Unix sockets. */
export function isUnique(address: SocketAddress): boolean {
  return address[0] !== AF_UNIX;
}

/** Cuts off what follows an address in the room that the system filled. */
export function trimmedAddress(bytes: Uint8Array, length: number): SocketAddress {
  switch (bytes[0]) {
    case AF_INET:
      return bytes.subarray(0, 8);
    case AF_INET6:
      return bytes.subarray(0, 24);
    default: {
      // A path may end with a zero, which is no part of it.
      const end = bytes.subarray(0, length).indexOf(0, 2);
      return bytes.subarray(0, end < 0 ? length : end);
    }
  }
}

function internetAddress({ hostname, port }: Deno.NetAddr): SocketAddress | undefined {
  const groups = parseSocketAddress(hostname);
  if (!groups) return undefined;
  const bytes = [port, ...groups].flatMap((group) => [group >> 8, group & 255]);
  const [high = 0, low = 0, ...rest] = bytes;
  return groups.length === 2
    ? Uint8Array.of(...familyBytes(AF_INET), high, low, ...rest)
    : Uint8Array.of(...familyBytes(AF_INET6), high, low, 0, 0, 0, 0, ...rest);
}

/** All machines Deno runs on have the low byte first. */
function familyBytes(family: number): [number, number] {
  return [family, 0];
}
