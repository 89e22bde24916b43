/** Groups of an IPv6 address that are kept: 48 bits. */
const KEPT_GROUPS = 3;

/** Gives the network of a client's address: the first 24 bits of IPv4, the first 48 of IPv6. */
export function anonymousAddress(address: string): string {
  if (!address.includes(":")) return address.replace(/\.\d+$/, ".0");
  const [before = "", after] = address.replace(/%.*$/, "").split("::");
  const groups = before === "" ? [] : before.split(":");
  // What "::" leaves out is zeros, and so is what comes behind it among the first groups of any real address.
  if (after !== undefined) {
    const rest = after === "" ? [] : after.split(":");
    while (groups.length + rest.length < 8) groups.push("0");
    groups.push(...rest);
  }
  return `${groups.slice(0, KEPT_GROUPS).join(":")}::`.replace(/^(?:0:)*0::$/, "::");
}
