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
    /** Whether it speaks TLS. */
    readonly isSecure: boolean;
    /** Whether each connection begins with a PROXY header. */
    readonly isProxied: boolean;
  }
  | {
    readonly kind: "unix";
    readonly text: string;
    readonly path: string;
    readonly isProxied: boolean;
  };

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
 * Understands a URL of `--listen`, as `ASPNETCORE_URLS` would have it. Without a port it is 80, or 443.
 *
 * @throws {ListenError} when it is no such URL
 */
export function parseListenUrl(text: string): ListenAddress {
  const [, scheme = "", rest = "", query] = /^(\w+):\/\/([^?]*)(?:\?(.*))?$/.exec(text) ?? [];
  const isSecure = scheme.toLowerCase() === "https";
  if (!isSecure && scheme.toLowerCase() !== "http") {
    throw usage(text, "give http://HOST:PORT, https://HOST:PORT or http://unix:/PATH");
  }
  const isProxied = query === "proxy=on";
  if (query !== undefined && !isProxied) throw usage(text, 'after "?" only proxy=on can stand');
  if (isProxied && isSecure) {
    throw usage(text, "the PROXY header comes before TLS, which cannot be had here; use http");
  }
  if (rest.startsWith("unix:")) {
    if (isSecure) throw usage(text, "a Unix socket is http");
    return { ...unixAddress(text, rest.slice("unix:".length)), isProxied };
  }
  const [, host = "", port] = /^(\[[^\]/]*\]|[^:/[\]]+)(?::(\d{1,5}))?\/?$/.exec(rest) ?? [];
  if (host === "") throw usage(text, `give ${scheme}://HOST:PORT, without a path`);
  const number = Number(port ?? (isSecure ? 443 : 80));
  if (number > 65_535) throw usage(text, "a port is 0 to 65535");
  return { kind: "tcp", text, hosts: hostsOf(text, host), port: number, isSecure, isProxied };
}

function unixAddress(text: string, path: string) {
  if (!path.startsWith("/")) throw usage(text, "give http://unix:/PATH with an absolute path");
  return { kind: "unix", text, path } as const;
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
