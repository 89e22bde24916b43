import { isIpv6 } from "../http1/target.ts";

/** Where to listen, understood. */
export type ListenAddress =
  | {
    readonly kind: "tcp";
    /** As the URL says it, for messages. */
    readonly text: string;
    readonly hosts: "localhost" | "all" | { readonly name: string };
    /** 0 lets the system choose. */
    readonly port: number;
  }
  | { readonly kind: "unix"; readonly text: string; readonly path: string };

/** An address cannot be listened on. The message says why, and what would be right. */
export class ListenError extends Error {
  /** For whoever prints it. */
  override readonly name = "ListenError";
  /** Whether the URL itself is wrong, rather than its address not to be had. */
  readonly isUsage: boolean;

  /** Makes one. @param message what cannot be listened on, why, and what would be right */
  constructor(message: string, options: ErrorOptions & { readonly isUsage?: boolean } = {}) {
    super(message, options);
    this.isUsage = options.isUsage ?? false;
  }
}

/**
 * Understands a URL of `--listen`, as `ASPNETCORE_URLS` would have it. Without a port it is 80.
 *
 * @throws {ListenError} when it is no such URL
 */
export function parseListenUrl(text: string): ListenAddress {
  const [, scheme = "", rest = ""] = /^(\w+):\/\/(.*)$/.exec(text) ?? [];
  if (scheme.toLowerCase() === "https") {
    throw usage(text, "https is not there yet: give http, and TLS to a proxy in front");
  }
  if (scheme.toLowerCase() !== "http") {
    throw usage(text, "give http://HOST:PORT or http://unix:/PATH");
  }
  if (rest.startsWith("unix:")) return unixAddress(text, rest.slice("unix:".length));
  const [, host = "", port] = /^(\[[^\]/]*\]|[^:/[\]]+)(?::(\d{1,5}))?\/?$/.exec(rest) ?? [];
  if (host === "") throw usage(text, "give http://HOST:PORT, without a path");
  if (Number(port ?? 80) > 65_535) throw usage(text, "a port is 0 to 65535");
  return { kind: "tcp", text, hosts: hostsOf(text, host), port: Number(port ?? 80) };
}

function unixAddress(text: string, path: string): ListenAddress {
  if (!path.startsWith("/")) throw usage(text, "give http://unix:/PATH with an absolute path");
  return { kind: "unix", text, path };
}

function hostsOf(text: string, host: string): "localhost" | "all" | { name: string } {
  const name = host.toLowerCase();
  if (name === "localhost") return "localhost";
  if (["*", "+", "0.0.0.0", "[::]"].includes(name)) return "all";
  if (!name.startsWith("[")) return { name };
  if (!isIpv6(name.slice(1, -1))) throw usage(text, `"${host}" is no IPv6 address`);
  return { name: name.slice(1, -1) };
}

function usage(text: string, advice: string): ListenError {
  return new ListenError(`Cannot listen on "${text}": ${advice}`, { isUsage: true });
}
