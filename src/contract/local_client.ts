import type { Exchange } from "./exchange.ts";

/**
 * Tells whether a request comes from this machine itself: from a loopback address, and through no proxy
 * that says so.
 */
export function isLocal({ client, received }: Exchange): boolean {
  const { address } = client;
  const loopback = address === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
  return loopback &&
    !["x-forwarded-for", "forwarded", "via"].some((name) => received.fields.has(name));
}
