import type { Clock } from "../contract/clock.ts";
import type { Deadlines } from "../contract/deadlines.ts";
import type { BackendDirectory, DirectorySnapshot } from "../contract/directory.ts";
import type { Awaitable, Exchange, Reply } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { Handler } from "../contract/module.ts";
import { affinityNames } from "./_affinity.ts";
import { Attempt } from "./_attempt.ts";
import { SilenceWatch } from "./_silence.ts";
import { askedUpgrade } from "./_upgrade.ts";
import { backendWait } from "./backend_wait.ts";
import { type InFlight, Place } from "./in_flight.ts";
import { type Transport, TransportFault } from "./transport.ts";

/** What {@linkcode forwarder} needs. */
export interface ForwardOptions {
  readonly directory: BackendDirectory;
  readonly transport: Transport;
  /** Where exchanges are counted; the same one for the host's whole life, whatever the configuration. */
  readonly inFlight: InFlight;
  readonly clock: Clock;
  /** Ticks for `requestTimeoutMs`: it is noticed at most one tick late. */
  readonly deadlines: Deadlines;
  /** Of `aspNetCore/@requestTimeout`, milliseconds; 0 is no limit. @see ANCM F-40 */
  readonly requestTimeoutMs: number;
  /** Of `aspNetCore/@startupTimeLimit`, milliseconds. */
  readonly startupTimeLimitMs: number;
  /** Of `aspNetCore/@shutdownTimeLimit`, milliseconds; so long a tunnel may take to close in a recycle, too. */
  readonly shutdownTimeLimitMs: number;
  /**
   * Answers while app_offline.htm is there; gives nothing where it is there no longer.
   *
   * @see ANCM O-5
   */
  readonly offline: (x: Exchange) => Awaitable<Reply | undefined>;
  /**
   * Virtual path of the application, where a client is to stay with the process that answered it first, by a
   * cookie: `handlerSetting name="affinity"`. Only where there is more than one process.
   *
   * @default any process will do
   */
  readonly affinityPath?: string | undefined;
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
 * It throws the failures of a start, `rapid-fail`, `backend-refused`, `backend-broke`, `backend-invalid`,
 * `backend-silent`, `client-gone`, `host-stopping`, `queue-full`, and what the transport cannot pass on.
 */
export function forwarder(options: ForwardOptions): Handler {
  const { directory, transport, inFlight, clock, upgrades = NO_UPGRADES } = options;
  const { affinityPath, shutdownTimeLimitMs } = options;
  const wait = backendWait({ ...options, queue: inFlight });
  const namesOf = (x: Exchange) =>
    affinityPath === undefined ? undefined : affinityNames(x.request.fields);
  const parts = {
    directory,
    transport,
    clock,
    silences: new SilenceWatch(options.deadlines, options.requestTimeoutMs),
    tunnelDrainMs: shutdownTimeLimitMs,
    affinityPath: affinityPath ?? "/",
  };

  return async (x) => {
    // 1. What cannot be passed on needs no backend.
    const refusal = transport.refusal(x.request, x.content);
    if (refusal) throw refusal;
    const upgrade = askedUpgrade(x.request, x.content, upgrades);
    // 2. A target, waiting for a start if need be.
    const place = inFlight.enter(namesOf(x)) ?? await placeOrPage(x);
    if (!(place instanceof Place)) return place;
    inFlight.total++;
    const attempt = new Attempt(x, parts, upgrade);
    try {
      try {
        return await attempt.send(place);
      } catch (error) {
        return await sendAgain(x, attempt, place, error);
      }
    } catch (error) {
      const failure = attempt.failure(error);
      attempt.end();
      throw failure;
    }
  };

  /** 3. Once more, on another process, where that can do no harm (design row R-10). */
  async function sendAgain(
    x: Exchange,
    attempt: Attempt,
    before: Place,
    error: unknown,
  ): Promise<Reply> {
    before.leave();
    const mayRepeat = error instanceof TransportFault && attempt.mayRepeat(error);
    if (!mayRepeat || !await hasOther(before, x.cancellation.signal)) throw error;
    const place = inFlight.enter(namesOf(x), before) ?? await placeOrPage(x);
    if (!(place instanceof Place)) {
      attempt.end();
      return place;
    }
    try {
      return await attempt.send(place);
    } catch (second) {
      place.leave();
      throw second;
    }
  }

  /** Waits for a place, or for the answer of an application that is offline. */
  async function placeOrPage(x: Exchange): Promise<Place | Reply> {
    const since = clock.now();
    try {
      return await nextPlaceOrPage(x);
    } finally {
      if (x.record) x.record.queueMs += clock.now() - since;
    }
  }

  async function nextPlaceOrPage(x: Exchange): Promise<Place | Reply> {
    let gone: DirectorySnapshot | undefined = undefined;
    for (;;) {
      const now: DirectorySnapshot = await wait(x.cancellation, gone);
      const place = inFlight.enter(namesOf(x));
      if (place) return place;
      if (now.state !== "offline") continue; // it has changed within this moment
      const page = await options.offline(x);
      if (page) return page;
      // The file was removed, of which the directory will hear.
      if (gone) {
        throw new HostError("app-offline", "Cannot serve the application while it is offline");
      }
      gone = now;
    }
  }

  /** Waits a moment for another target than the one that failed, or for the end of that one. */
  async function hasOther({ target }: Place, signal: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const late = clock.sleep(options.noticeMs ?? 500, either)
      .then(() => over.abort(), () => {});
    const isOnly = ({ targets }: DirectorySnapshot) =>
      targets.length === 1 && targets[0]?.id === target.id;
    inFlight.waiting++;
    try {
      for (let now = directory.current(); isOnly(now);) now = await directory.changed(now, either);
      return true;
    } catch {
      return false; // it lives, or the client has left
    } finally {
      inFlight.waiting--;
      over.abort();
      await late;
    }
  }
}
