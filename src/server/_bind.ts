import { type ListenAddress, ListenError } from "./listen_url.ts";

/** One socket that listens. */
export interface Bound {
  readonly url: string;
  /** Stops accepting, closes idle connections, resolves when the others have ended. */
  close(): Promise<void>;
}

/** Answers a request. */
export type Serve = (request: Request, info: Deno.ServeHandlerInfo) => Promise<Response>;

/** How often a port that the system chose is tried on the other loopback address. */
const PAIR_TRIES = 20;

/**
 * Opens the sockets of one address.
 *
 * @throws {ListenError} naming the address that cannot be had
 */
export function bind(address: ListenAddress, serve: Serve): Bound[] {
  if (address.kind === "unix") return [bindUnix(address.path, serve)];
  const { hosts, port } = address;
  if (hosts === "localhost") return bindLoopback(port, serve);
  if (hosts !== "all") return [bindTcp(hosts.name, port, serve)];
  // One socket takes both kinds, where the system has the newer one.
  try {
    return [bindTcp("::", port, serve)];
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [bindTcp("0.0.0.0", port, serve)];
  }
}

/** Opens both loopback addresses with one port; one of the two may be missing. */
function bindLoopback(port: number, serve: Serve): Bound[] {
  for (let tries = 1;; tries++) {
    let first: Bound & { port: number };
    try {
      first = bindTcp("127.0.0.1", port, serve);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return [bindTcp("::1", port, serve)];
    }
    try {
      return [first, bindTcp("::1", first.port, serve)];
    } catch (error) {
      if (isMissing(error)) return [first];
      void first.close();
      if (port !== 0 || tries >= PAIR_TRIES) throw error;
    }
  }
}

function bindTcp(hostname: string, port: number, serve: Serve): Bound & { port: number } {
  const name = hostname.includes(":") ? `[${hostname}]` : hostname;
  try {
    const server = Deno.serve({ hostname, port, onListen() {}, onError }, serve);
    return {
      url: `http://${name}:${server.addr.port}`,
      port: server.addr.port,
      close: () => server.shutdown(),
    };
  } catch (error) {
    throw listenError(`http://${name}:${port}`, error);
  }
}

function bindUnix(path: string, serve: Serve): Bound {
  const url = `http://unix:${path}`;
  try {
    const server = Deno.serve({ path, onListen() {}, onError }, serve);
    const close = async () => {
      await server.shutdown();
      await Deno.remove(path).catch(() => {}); // somebody else took it away
    };
    return { url, close };
  } catch (error) {
    throw listenError(url, error);
  }
}

/** For what cannot happen: the front never rejects. Nothing of the error goes out. */
function onError(): Response {
  return new Response(null, { status: 500, headers: { connection: "close" } });
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
