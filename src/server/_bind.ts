import { type ListenAddress, ListenError } from "./listen_url.ts";

/** One socket that listens. */
export interface Bound {
  readonly url: string;
  readonly listener: Deno.Listener;
  /** Stops accepting; connections go on. */
  close(): void;
}

/** How often a port that the system chose is tried on the other loopback address. */
const PAIR_TRIES = 20;

/**
 * Opens the sockets of one address.
 *
 * @throws {ListenError} naming the address that cannot be had
 */
export function bind(address: ListenAddress): Bound[] {
  if (address.kind === "unix") return [bindUnix(address.path)];
  const { hosts, port } = address;
  if (hosts === "localhost") return bindLoopback(port);
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
function bindLoopback(port: number): Bound[] {
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

function bindTcp(hostname: string, port: number): Bound & { port: number } {
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  try {
    const listener = Deno.listen({ hostname, port });
    const { port: given } = listener.addr;
    return {
      url: `http://${name}:${given}`,
      port: given,
      listener,
      close: () => listener.close(),
    };
  } catch (error) {
    throw listenError(`http://${name}:${port}`, error);
  }
}

function bindUnix(path: string): Bound {
  const url = `http://unix:${path}`;
  try {
    const listener = Deno.listen({ transport: "unix", path });
    const close = () => {
      listener.close();
      Deno.remove(path).catch(() => {}); // somebody else took it away
    };
    return { url, listener, close };
  } catch (error) {
    throw listenError(url, error);
  }
}

function listenError(url: string, cause: unknown): ListenError {
  return new ListenError(`Cannot listen on "${url}": ${reasonOf(url, cause)}`, { cause });
}

function reasonOf(url: string, cause: unknown): string {
  if (cause instanceof Deno.errors.AddrInUse) {
    return url.startsWith("http://unix:")
      ? "the file is there already; stop the host that made it, or remove it"
      : "another program listens there; stop it, or choose another port";
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
