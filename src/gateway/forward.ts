import type { Clock } from "../contract/clock.ts";
import type { Deadlines } from "../contract/deadlines.ts";
import type { BackendDirectory, DirectorySnapshot } from "../contract/directory.ts";
import type { Handler } from "../contract/module.ts";
import { Attempt } from "./_attempt.ts";
import { InFlight, type Place } from "./_in_flight.ts";
import { SilenceWatch } from "./_silence.ts";
import { askedUpgrade } from "./_upgrade.ts";
import { backendWait } from "./backend_wait.ts";
import { type Transport, TransportFault } from "./transport.ts";

/** What {@linkcode forwarder} needs. */
export interface ForwardOptions {
  readonly directory: BackendDirectory;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Ticks for `requestTimeoutMs`: it is noticed at most one tick late. */
  readonly deadlines: Deadlines;
  /** Of `aspNetCore/@requestTimeout`, milliseconds; 0 is no limit. @see ANCM F-40 */
  readonly requestTimeoutMs: number;
  /** Of `aspNetCore/@startupTimeLimit`, milliseconds. */
  readonly startupTimeLimitMs: number;
  /**
   * Protocols, in lower case, that a request may ask to switch to; any other `Upgrade` is dropped. Empty for a
   * transport that cannot pass them on. `h2c` is never taken.
   *
   * @default none
   * @see ANCM W-1
   */
  readonly upgrades?: ReadonlySet<string>;
  /** How many requests may wait for a start at a time. @default 1000 */
  readonly maxWaiting?: number;
  /** How long a fault waits for the directory to notice that the process died. @default 500 */
  readonly noticeMs?: number;
}

const NO_UPGRADES: ReadonlySet<string> = new Set();

/**
 * Makes the aspNetCore handler: sends the exchange to the backend and gives its answer.
 *
 * It throws the failures of a start, `backend-refused`, `backend-broke`, `backend-invalid`,
 * `backend-silent`, `client-gone`, `host-stopping`, `queue-full`, and what the transport cannot pass on.
 */
export function forwarder(options: ForwardOptions): Handler {
  const { directory, transport, clock, upgrades = NO_UPGRADES } = options;
  const wait = backendWait(options);
  const inFlight = new InFlight(directory);
  const silences = new SilenceWatch(options.deadlines, options.requestTimeoutMs);
  const parts = { directory, transport, silences };
  let known: DirectorySnapshot["targets"] = [];

  return async (x) => {
    // 1. What cannot be passed on needs no backend.
    const refusal = transport.refusal(x.request, x.content);
    if (refusal) throw refusal;
    // 2. A target, waiting for a start if need be.
    const now = wait(x.cancellation);
    let ready = now instanceof Promise ? await now : now;
    const attempt = new Attempt(x, parts, askedUpgrade(x.request, x.content, upgrades));
    try {
      for (let again = false;; again = true) {
        if (known !== ready.targets) transport.retain(known = ready.targets);
        const place = inFlight.enter(ready);
        try {
          return await attempt.send(place);
        } catch (error) {
          place.leave();
          // 3. Once more, on another process, where that can do no harm (design row R-10).
          const fault = error instanceof TransportFault ? error : undefined;
          const goOn = fault && !again && attempt.mayRepeat(fault) &&
            await isGone(place, ready, x.cancellation.signal);
          if (!goOn) throw attempt.failure(error);
          ready = await wait(x.cancellation);
        }
      }
    } catch (error) {
      attempt.end();
      throw error;
    }
  };

  /** Waits a moment for the directory to notice that the process behind a target has died. */
  async function isGone(place: Place, seen: DirectorySnapshot, signal: AbortSignal) {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const late = clock.sleep(options.noticeMs ?? 500, either)
      .then(() => over.abort(), () => {});
    const hasTarget = (now: DirectorySnapshot) => now.targets.some((t) => t.id === place.target.id);
    try {
      let now = directory.current();
      while (hasTarget(now)) now = await directory.changed(now, either);
      return now !== seen;
    } catch {
      return false; // it lives, or the client has left
    } finally {
      over.abort();
      await late;
    }
  }
}
