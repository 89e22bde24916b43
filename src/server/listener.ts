import { type Clock, systemClock } from "../contract/clock.ts";
import { Deadlines } from "../contract/deadlines.ts";
import type { Refusal } from "./_admission.ts";
import { bind, type Bound, type Opener } from "./_bind.ts";
import { listenUnix } from "./_socket_mode.ts";
import { FrontDoor } from "./front_door.ts";
import type { FrontOptions } from "./front.ts";
import { forwardedRequest } from "./forwarded_client.ts";
import { SERVER_LIMITS, type ServerLimits } from "./limits.ts";
import { type ListenAddress, ListenError, parseListenUrl } from "./listen_url.ts";
import type { TlsMaterial } from "./tls_certificate.ts";
import { listenTls, type TlsListener } from "./tls_listener.ts";
import type { IsTrusted } from "./trusted_proxy.ts";

export type { Refusal } from "./_admission.ts";
export { ListenError } from "./listen_url.ts";
export { resetConnection } from "./_reset.ts";

/** Options of {@linkcode listen}. */
export interface ListenOptions extends FrontOptions {
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default SERVER_LIMITS */
  readonly limits?: ServerLimits;
  /** For https listeners; without it they are refused. */
  readonly certificate?: TlsMaterial;
  /** Whose word about a request's client is taken. @default nobody's */
  readonly isTrusted?: IsTrusted | undefined;
  /** Told of each connection that was not served, and why: for counting. Does not throw. */
  readonly refused?: ((why: Refusal) => void) | undefined;
  /** Of the files of Unix sockets, such as `0o600`. @default as the system makes them */
  readonly socketMode?: number | undefined;
}

/** Open listeners. Disposing of them ends every connection at once. */
export interface Listeners extends AsyncDisposable {
  /** Of every listener, with the ports they really have, such as `http://127.0.0.1:8080`. */
  readonly urls: readonly string[];
  /** Connections that are open. */
  readonly open: number;
  /** Uses another certificate for connections to come. */
  replaceCertificate(certificate: TlsMaterial): void;
  /**
   * From now on answers carry `Connection: close`, and open WebSockets are told to go; everything is still accepted.
   *
   * @param limitMs how long those may take
   */
  announceClose(limitMs: number): void;
  /**
   * Closes the listeners and the idle connections at once, and resolves when the others have ended: by
   * themselves, or by force when the signal is aborted.
   */
  drain(signal: AbortSignal): Promise<void>;
}

/** How long connections may take to close after a hard end. */
const HARD_END_MS = 1_000;

/** Tells whether a URL of `--listen` speaks TLS. @throws {ListenError} when it is no such URL */
export function isSecureUrl(text: string): boolean {
  const address = parseListenUrl(text);
  return address.kind === "tcp" && address.isSecure;
}

/**
 * Opens listeners for all URLs, or none.
 *
 * @throws {ListenError} naming the address that cannot be had
 */
export function listen(urls: readonly string[], options: ListenOptions): Listeners {
  const addresses = urls.map(parseListenUrl);
  const { clock = systemClock, limits = SERVER_LIMITS } = options;
  const deadlines = new Deadlines(clock);
  const door = new FrontDoor({
    ...options,
    handler: identified(options),
    clock,
    limits,
    deadlines,
  });
  const secure: TlsListener[] = [];
  const bound: Bound[] = [];
  try {
    for (const address of addresses) {
      bound.push(...bind(address, openerOf(address, door, deadlines, options, secure)));
    }
  } catch (error) {
    for (const { close } of bound) close();
    throw error;
  }
  let isListening = true;

  async function drain(signal: AbortSignal): Promise<void> {
    if (isListening) { for (const { close } of bound) close(); }
    isListening = false;
    const drained = door.drain();
    if (!await endsBefore(drained, signal)) {
      door.abort();
      const over = new AbortController();
      const late = clock.sleep(HARD_END_MS, over.signal).catch(() => {});
      await Promise.race([drained, late]);
      over.abort();
    }
    deadlines[Symbol.dispose]();
  }

  return {
    urls: bound.map(({ url }) => url),
    get open() {
      return door.open;
    },
    replaceCertificate: (certificate) => secure.forEach((one) => one.replace(certificate)),
    announceClose: (limitMs) => door.announceClose(limitMs),
    drain,
    [Symbol.asyncDispose]: () => drain(AbortSignal.abort()),
  };
}

/** Finds who a request really comes from before anything else looks at it. */
function identified({ handler, isTrusted }: ListenOptions): FrontOptions["handler"] {
  if (!isTrusted) return handler;
  return (x) => {
    const { client, fields } = forwardedRequest(x.client, x.request.fields, isTrusted);
    x.client = client;
    x.request = { ...x.request, fields };
    return handler(x);
  };
}

function openerOf(
  address: ListenAddress,
  door: FrontDoor,
  deadlines: Deadlines,
  { certificate, socketMode, refused }: ListenOptions,
  secure: TlsListener[],
): Opener {
  const plain = (listener: Deno.Listener) => {
    door.accept(listener, address.isProxied);
    return () => listener.close();
  };
  if (address.kind === "unix" || !address.isSecure) {
    return {
      unix: (path) => ({ close: plain(listenUnix(path, socketMode)) }),
      tcp(hostname, port) {
        const listener = Deno.listen({ hostname, port });
        return { port: listener.addr.port, close: plain(listener) };
      },
    };
  }
  if (!certificate) {
    throw new ListenError(`Cannot listen on "${address.text}": there is no certificate`, {
      isUsage: true,
    });
  }
  return {
    unix: () => {
      throw new TypeError("A Unix socket speaks no TLS here");
    },
    tcp(hostname, port) {
      const listener = listenTls({
        hostname,
        port: freePort(hostname, port),
        material: certificate,
        deadlines,
        accepted: (conn, protocol) => door.takeTls(conn, protocol),
        refused,
      });
      secure.push(listener);
      return { port: listener.addr.port, close: () => listener.close() };
    },
  };
}

/** A listener that shares its port with its successor would also share it with a stranger: this sees one first. */
function freePort(hostname: string, port: number): number {
  using probe = Deno.listen({ hostname, port });
  return probe.addr.port;
}

/** Tells whether a promise resolves before a signal is aborted. */
function endsBefore(promise: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onAbort = () => resolve(false);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.finally(() => {
      signal.removeEventListener("abort", onAbort);
      resolve(true);
    });
  });
}
