import { createHash, timingSafeEqual } from "node:crypto";
import type { Fields } from "../contract/exchange.ts";
import { isAuthority, isIpv6 } from "../http1/target.ts";

/** How an admin listener is kept. */
export interface AdminGuard {
  /** Whether others than this user can reach it: true on TCP, false on a Unix socket that only he may open. */
  readonly isTokenNeeded: boolean;
  /** Of `--admin-token-file`. Secret. */
  readonly token?: string | undefined;
}

/** What of a route matters for who may have it. */
export interface Wanted {
  /** Whether everybody who reaches the listener gets it. */
  readonly isOpen: boolean;
  /** Whether it changes something: then no page of another site may ask for it. */
  readonly changes: boolean;
}

/** What is answered to a request that is not allowed. */
export const REFUSALS = {
  "foreign-host": {
    status: 403,
    text: "Ask by an IP address or localhost: a name in Host may have been made to point here",
    fields: [],
  },
  "cross-site": {
    status: 403,
    text: "A page of another site asks for this: refused",
    fields: [],
  },
  "no-token-set": {
    status: 403,
    text: "Over the network this needs a token: start the host with --admin-token-file FILE, " +
      "or use the Unix socket that is the default of --admin",
    fields: [],
  },
  "token-missing": {
    status: 401,
    text: "This needs the token of --admin-token-file: Authorization: Bearer TOKEN",
    fields: [["WWW-Authenticate", 'Bearer realm="ancm-host"']],
  },
  "token-wrong": {
    status: 401,
    text: "The token is not the one of --admin-token-file",
    fields: [["WWW-Authenticate", 'Bearer realm="ancm-host", error="invalid_token"']],
  },
} as const;

/** Judges whether a request to the admin listener may be answered. */
export function judgeAccess(
  { isOpen, changes }: Wanted,
  fields: Fields,
  { isTokenNeeded, token }: AdminGuard,
): keyof typeof REFUSALS | "allowed" {
  if (isOpen) return "allowed";
  // A tunnel from a local port to the Unix socket lets browsers in, too.
  if (!isOwnName(fields.get("host") ?? "")) return "foreign-host";
  if (changes && isCrossSite(fields)) return "cross-site";
  if (!isTokenNeeded) return "allowed";
  if (token === undefined) return "no-token-set";
  const given = bearerOf(fields.getAll("authorization"));
  if (given === undefined) return "token-missing";
  return isSameSecret(given, token) ? "allowed" : "token-wrong";
}

/** Tells whether a `Host` is one that no name server can make point elsewhere. */
function isOwnName(authority: string): boolean {
  if (!isAuthority(authority)) return false;
  const host = authority.replace(/:\d*$/, "").toLowerCase();
  return host === "localhost" || host.endsWith(".localhost") ||
    /^\d{1,3}(\.\d{1,3}){3}$/.test(host) ||
    (host.startsWith("[") && isIpv6(host.slice(1, -1)));
}

/** Tells whether a browser says that a page from elsewhere asks. Programs that are no browsers say nothing. */
function isCrossSite(fields: Fields): boolean {
  const site = fields.get("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return true;
  const origin = fields.get("origin");
  return origin !== undefined && origin.toLowerCase() !== `http://${fields.get("host") ?? ""}`
        .toLowerCase();
}

/** @see RFC 6750 §2.1 */
function bearerOf(values: readonly string[]): string | undefined {
  const [value = "", ...others] = values;
  return others.length > 0 ? undefined : /^bearer +(\S+)$/i.exec(value)?.[1];
}

/** Compares in a time that says nothing about how alike they are. */
function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
