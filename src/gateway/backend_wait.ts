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
  /** How many requests may wait for a start at a time. @default 1000 */
  readonly maxWaiting?: number;
}

/**
 * Gives a snapshot that is ready, starting the backend where none runs. All requests that wait share the
 * result of one start, also its failure.
 *
 * @throws {HostError} the failure of the start; `start-timeout` when there is still no result after two
 * tries' time; `queue-full`; `host-stopping`
 * @throws the cancellation's reason when the client leaves
 */
export type BackendWait = (
  cancellation: Cancellation,
) => Promise<DirectorySnapshot> | DirectorySnapshot;

/** A start makes two tries, and each has to stop what it started: beyond this something is stuck. */
const STOPPING_MS = 10_000;

/** Makes the {@linkcode BackendWait} of one directory. */
export function backendWait(options: BackendWaitOptions): BackendWait {
  const { directory, clock, maxWaiting = 1_000 } = options;
  const limitMs = 2 * options.startupTimeLimitMs + STOPPING_MS;
  let waiting = 0;

  return (cancellation) => {
    const now = directory.current();
    if (now.state === "ready") return now;
    if (waiting >= maxWaiting) {
      throw new HostError(
        "queue-full",
        `Cannot let another request wait for the start of the backend: ${maxWaiting} wait already`,
      );
    }
    return wait(now, cancellation.signal);
  };

  async function wait(now: DirectorySnapshot, signal: AbortSignal): Promise<DirectorySnapshot> {
    using scope = endsWith(signal);
    const late = clock.sleep(limitMs, scope.signal).then(
      () => scope.end(tooLate(limitMs)),
      () => {}, // the wait is over
    );
    waiting++;
    try {
      return await started(now, scope.signal);
    } finally {
      waiting--;
      scope.end();
      await late;
    }
  }

  async function started(
    snapshot: DirectorySnapshot,
    signal: AbortSignal,
  ): Promise<DirectorySnapshot> {
    throwIfHeldBack(snapshot, clock.now());
    const joined = snapshot.state === "starting" ? snapshot.starts : snapshot.starts + 1;
    let now = snapshot;
    for (;;) {
      signal.throwIfAborted();
      if (now.state === "ready") return now;
      if (now.state === "closed") throw new HostError("host-stopping", "Cannot start the backend");
      const failure = now.failure;
      if (failure && failure.start >= joined) throw startError(failure.reason);
      if (now.state !== "starting") directory.want();
      now = await directory.changed(now, signal);
    }
  }
}

function throwIfHeldBack({ state, failure, retryAt }: DirectorySnapshot, now: number): void {
  if (state !== "failed" || !failure || retryAt === undefined || retryAt <= now) return;
  throw startError(failure.reason, Math.ceil((retryAt - now) / 1_000));
}

function startError(
  { code, message, details }: NonNullable<DirectorySnapshot["failure"]>["reason"],
  retryAfterS?: number,
): HostError {
  return new HostError(code, message, {
    details,
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
  });
}

function tooLate(limitMs: number): HostError {
  return new HostError(
    "start-timeout",
    `Cannot wait longer for the start of the backend: no result within ${limitMs} ms`,
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
