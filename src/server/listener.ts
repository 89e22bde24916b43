import { type Clock, systemClock } from "../contract/clock.ts";
import { bind, type Bound } from "./_bind.ts";
import { FrontDoor } from "./front_door.ts";
import type { FrontOptions } from "./front.ts";
import type { ServerLimits } from "./limits.ts";
import { parseListenUrl } from "./listen_url.ts";

export { ListenError } from "./listen_url.ts";
export { resetConnection } from "./_reset.ts";

/** Options of {@linkcode listen}. */
export interface ListenOptions extends FrontOptions {
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default SERVER_LIMITS */
  readonly limits?: ServerLimits;
}

/** Open listeners. Disposing of them ends every connection at once. */
export interface Listeners extends AsyncDisposable {
  /** Of every listener, with the ports they really have, such as `http://127.0.0.1:8080`. */
  readonly urls: readonly string[];
  /** Connections that are open. */
  readonly open: number;
  /** From now on answers carry `Connection: close`; everything is still accepted. */
  announceClose(): void;
  /**
   * Closes the listeners and the idle connections at once, and resolves when the others have ended: by
   * themselves, or by force when the signal is aborted.
   */
  drain(signal: AbortSignal): Promise<void>;
}

/** How long connections may take to close after a hard end. */
const HARD_END_MS = 1_000;

/**
 * Opens listeners for all URLs, or none.
 *
 * @throws {ListenError} naming the address that cannot be had
 */
export function listen(urls: readonly string[], options: ListenOptions): Listeners {
  const addresses = urls.map(parseListenUrl);
  const { clock = systemClock } = options;
  const bound: Bound[] = [];
  try {
    for (const address of addresses) bound.push(...bind(address));
  } catch (error) {
    for (const { close } of bound) close();
    throw error;
  }
  const door = new FrontDoor(options);
  for (const { listener } of bound) door.accept(listener);
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
    door[Symbol.dispose]();
  }

  return {
    urls: bound.map(({ url }) => url),
    get open() {
      return door.open;
    },
    announceClose: () => door.announceClose(),
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
