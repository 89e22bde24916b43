import { type Clock, systemClock } from "../contract/clock.ts";
import { bind, type Bound } from "./_bind.ts";
import type { FrontOptions } from "./front.ts";
import { parseListenUrl } from "./listen_url.ts";
import { WebFront } from "./web_front.ts";

export { ListenError } from "./listen_url.ts";

/** Options of {@linkcode listen}. */
export interface ListenOptions extends FrontOptions {
  /** @default the machine's */
  readonly clock?: Clock;
}

/** Open listeners. Disposing of them ends every exchange at once. */
export interface Listeners extends AsyncDisposable {
  /** Of every listener, with the ports they really have, such as `http://127.0.0.1:8080`. */
  readonly urls: readonly string[];
  /** Exchanges that have begun and not ended. */
  readonly inFlight: number;
  /** From now on answers carry `Connection: close`; everything is still accepted. */
  announceClose(): void;
  /**
   * Closes the listeners and the idle connections at once, and resolves when the exchanges in flight have
   * ended: by themselves, or by force when the signal is aborted.
   */
  drain(signal: AbortSignal): Promise<void>;
}

/** How long connections may take to close after a hard end; one that blocks a write never does. */
const HARD_END_MS = 1_000;

/**
 * Opens listeners for all URLs, or none.
 *
 * @throws {ListenError} naming the address that cannot be had
 */
export function listen(urls: readonly string[], options: ListenOptions): Listeners {
  const addresses = urls.map(parseListenUrl);
  const front = new WebFront(options);
  const bound: Bound[] = [];
  try {
    for (const address of addresses) bound.push(...bind(address, front.serve));
  } catch (error) {
    for (const { close } of bound) void close();
    throw error;
  }
  const { clock = systemClock } = options;
  let closed: Promise<unknown> | undefined;

  async function drain(signal: AbortSignal): Promise<void> {
    front.announceClose();
    closed ??= Promise.all(bound.map(({ close }) => close()));
    if (await endsBefore(closed, signal)) return;
    front.abort();
    const over = new AbortController();
    const late = clock.sleep(HARD_END_MS, over.signal).catch(() => {});
    await Promise.race([closed, late]);
    over.abort();
  }

  return {
    urls: bound.map(({ url }) => url),
    get inFlight() {
      return front.inFlight;
    },
    announceClose: () => front.announceClose(),
    drain,
    [Symbol.asyncDispose]: () => drain(AbortSignal.abort()),
  };
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
