import type { Cancellation } from "../contract/cancellation.ts";
import type { Clock } from "../contract/clock.ts";
import type { BackendDirectory, DirectorySnapshot } from "../contract/directory.ts";
import { HostError } from "../contract/host_error.ts";

/** What {@linkcode backendWait} needs. */
export interface BackendWaitOptions {
  readonly directory: BackendDirectory;
  readonly clock: Clock;
  /** Of `aspNetCore/@startupTimeLimit`: how long one try of a start may take, milliseconds. */
  readonly startupTimeLimitMs: number;
  /** Of `aspNetCore/@shutdownTimeLimit`: how long the end of what ran before may take, milliseconds. */
  readonly shutdownTimeLimitMs: number;
  /** How many requests may wait at a time. @default 1000 */
  readonly maxWaiting?: number;
  /** Where those that wait are counted, where others count there, too. @default a count of its own */
  readonly queue?: { waiting: number };
}

/**
 * Gives a snapshot that has targets, starting the backend where none runs, or one that is offline. While something
 * is being stopped it waits for what comes of that. All requests that wait share the result of one start, also its
 * failure.
 *
 * @param gone a snapshot that says offline, which is known to be so no longer
 * @throws {HostError} the failure of the start; `start-timeout` when there is still no result after the time of a
 * stop and two tries; `rapid-fail`; `queue-full`; `host-stopping`
 * @throws the cancellation's reason when the client leaves
 */
export type BackendWait = (
  cancellation: Cancellation,
  gone?: DirectorySnapshot,
) => Promise<DirectorySnapshot> | DirectorySnapshot;

/** A start makes two tries, and each has to stop what it started: beyond this something is stuck. */
const STOPPING_MS = 10_000;

/** Makes the {@linkcode BackendWait} of one directory. */
export function backendWait(options: BackendWaitOptions): BackendWait {
  const { directory, clock, maxWaiting = 1_000, queue = { waiting: 0 } } = options;
  const limitMs = 2 * options.startupTimeLimitMs + options.shutdownTimeLimitMs + STOPPING_MS;

  return (cancellation, gone) => {
    const now = directory.current();
    return now.targets.length > 0 ? now : otherwise(now, cancellation, gone);
  };

  function otherwise(
    seen: DirectorySnapshot,
    cancellation: Cancellation,
    gone?: DirectorySnapshot,
  ): Promise<DirectorySnapshot> | DirectorySnapshot {
    if (seen.state === "offline") directory.want(); // has the file looked at again (ANCM O-7)
    const now = directory.current();
    if (isSettled(now, gone)) return now;
    throwIfRefused(now, clock.now());
    if (queue.waiting >= maxWaiting) {
      throw new HostError(
        "queue-full",
        `Cannot let another request wait for the backend: ${maxWaiting} wait already`,
      );
    }
    return wait(now, cancellation.signal, gone);
  }

  async function wait(
    now: DirectorySnapshot,
    signal: AbortSignal,
    gone?: DirectorySnapshot,
  ): Promise<DirectorySnapshot> {
    using scope = endsWith(signal);
    const late = clock.sleep(limitMs, scope.signal).then(
      () => scope.end(tooLate(limitMs)),
      () => {}, // the wait is over
    );
    queue.waiting++;
    try {
      return await settled(now, scope.signal, gone);
    } finally {
      queue.waiting--;
      scope.end();
      await late;
    }
  }

  async function settled(
    first: DirectorySnapshot,
    signal: AbortSignal,
    gone?: DirectorySnapshot,
  ): Promise<DirectorySnapshot> {
    const joined = first.state === "starting" ? first.starts : first.starts + 1;
    for (let now = first;; now = await directory.changed(now, signal)) {
      signal.throwIfAborted();
      if (isSettled(now, gone)) return now;
      if (now.state === "closed") throw new HostError("host-stopping", "Cannot start the backend");
      const { failure } = now;
      if (failure && failure.start >= joined) throw startError(failure.reason);
      throwIfRefused(now, clock.now());
      if (now.state !== "starting" && now.state !== "stopping") directory.want();
    }
  }
}

function isSettled(now: DirectorySnapshot, gone: DirectorySnapshot | undefined): boolean {
  return now.targets.length > 0 || (now.state === "offline" && now !== gone);
}

/** @see ANCM R-8, design row R-8 */
function throwIfRefused({ state, failure, retryAt = 0 }: DirectorySnapshot, now: number): void {
  if (state !== "refused" || retryAt <= now) return;
  const retryAfterS = Math.ceil((retryAt - now) / 1_000);
  const details = failure ? [failure.reason.message, ...failure.reason.details] : [];
  throw new HostError(
    "rapid-fail",
    `Cannot start the backend for another ${retryAfterS} s: it failed more often than ` +
      '"rapidFailsPerMinute" allows',
    { details, retryAfterS },
  );
}

function startError(
  { code, message, details }: NonNullable<DirectorySnapshot["failure"]>["reason"],
): HostError {
  return new HostError(code, message, { details });
}

function tooLate(limitMs: number): HostError {
  return new HostError(
    "start-timeout",
    `Cannot wait longer for the backend: no result within ${limitMs} ms`,
  );
}

/** A signal of its own that also ends with another one. */
function endsWith(outer: AbortSignal): Disposable & {
  readonly signal: AbortSignal;
  end(reason?: unknown): void;
} {
  const controller = new AbortController();
  const end = (reason?: unknown) => controller.abort(reason);
  const onOuter = () => end(outer.reason);
  outer.addEventListener("abort", onOuter, { once: true });
  if (outer.aborted) onOuter();
  return {
    signal: controller.signal,
    end,
    [Symbol.dispose]: () => outer.removeEventListener("abort", onOuter),
  };
}
