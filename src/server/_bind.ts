import { portHolder } from "./_port_holder.ts";
import { isStaleSocket } from "./_stale_socket.ts";
import { type ListenAddress, ListenError } from "./listen_url.ts";

/** One socket that listens. */
export interface Bound {
  readonly url: string;
  /** Stops accepting; connections go on. */
  close(): void;
}

/** Opens sockets, and takes what arrives on them. */
export interface Opener {
  /** @returns the port it really has */
  tcp(hostname: string, port: number): { readonly port: number; close(): void };
  unix(path: string): { close(): void };
}

/** How often a port that the system chose is tried on the other loopback address. */
const PAIR_TRIES = 20;

/**
 * Opens the sockets of one address.
 *
 * @throws {ListenError} naming the address that cannot be had
 */
export function bind(address: ListenAddress, opener: Opener): Bound[] {
  if (address.kind === "unix") return [bindUnix(address.path, opener)];
  const { hosts, port } = address;
  const bindTcp = tcpBinder(address.isSecure ? "https" : "http", opener);
  if (hosts === "localhost") return bindLoopback(port, bindTcp);
  if (hosts !== "all") return [bindTcp(hosts.name, port)];
  // One socket takes both kinds, where the system has the newer one.
  try {
    return [bindTcp("::", port)];
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [bindTcp("0.0.0.0", port)];
  }
}

/** Opens both loopback addresses with one port; one of the two may be missing. */
function bindLoopback(port: number, bindTcp: BindTcp): Bound[] {
  for (let tries = 1;; tries++) {
    let first: Bound & { port: number };
    try {
      first = bindTcp("127.0.0.1", port);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return [bindTcp("::1", port)];
    }
    try {
      return [first, bindTcp("::1", first.port)];
    } catch (error) {
      if (isMissing(error)) return [first];
      first.close();
      if (port !== 0 || tries >= PAIR_TRIES) throw error;
    }
  }
}

type BindTcp = (hostname: string, port: number) => Bound & { readonly port: number };

function tcpBinder(scheme: "http" | "https", opener: Opener): BindTcp {
  return (hostname, port) => {
    const name = hostname.includes(":") ? `[${hostname}]` : hostname;
    try {
      const opened = opener.tcp(hostname, port);
      return { url: `${scheme}://${name}:${opened.port}`, port: opened.port, close: opened.close };
    } catch (error) {
      throw listenError(`${scheme}://${name}:${port}`, error);
    }
  };
}

function bindUnix(path: string, opener: Opener): Bound {
  const url = `http://unix:${path}`;
  try {
    // A host that was killed leaves its file behind, which nobody listens on any more.
    if (isStaleSocket(path)) Deno.removeSync(path);
    const { close } = opener.unix(path);
    const own = identityOf(path);
    const remove = () => {
      // As long as it listens nobody puts another in its place: a successor's is not taken away.
      if (own !== undefined && identityOf(path) === own) removeQuietly(path);
      close();
    };
    return { url, close: remove };
  } catch (error) {
    throw listenError(url, error);
  }
}

/** Tells a file from another one that takes its name; undefined for none. */
function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.lstatSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Its folder may not be written to any more; whoever comes next finds that nobody listens there.
  }
}

function listenError(url: string, cause: unknown): ListenError {
  return new ListenError(`Cannot listen on "${url}": ${reasonOf(url, cause)}`, { cause });
}

function holderOf(url: string): string {
  const holder = portHolder(Number(url.split(":").at(-1)));
  return holder ? `"${holder.name}" (process ${holder.pid})` : "another program";
}

function reasonOf(url: string, cause: unknown): string {
  if (cause instanceof Deno.errors.AddrInUse) {
    return url.startsWith("http://unix:")
      ? "the file is there already; stop the host that made it, or remove it"
      : `${holderOf(url)} listens there; stop it, or choose another port`;
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "the system does not allow it; choose a port above 1023, or a place you may write to";
  }
  if (cause instanceof Deno.errors.AddrNotAvailable) {
    return "this machine has no such address; give one of its own, or * for all";
  }
  if (cause instanceof Deno.errors.NotFound) {
    return "its folder is not there; make it first";
  }
  return cause instanceof Error ? cause.message : String(cause);
}

/** Tells whether the machine lacks this kind of address, rather than somebody having it. */
function isMissing(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Deno.errors.AddrNotAvailable ||
    (cause instanceof Error && /address family not supported/i.test(cause.message));
}
