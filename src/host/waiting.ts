import type { Clock } from "../contract/clock.ts";
import { Cancellation } from "../contract/cancellation.ts";
import type { BackendDirectory, DirectorySnapshot } from "../contract/directory.ts";
import type { Exchange, Reply } from "../contract/exchange.ts";
import { HostError } from "../contract/host_error.ts";
import type { Handler } from "../contract/module.ts";
import type { BackendWait } from "../gateway/backend_wait.ts";
import { takesWaitingPage } from "../pages/waiting_page.ts";

/** What {@linkcode withWaitingPage} needs. */
export interface WaitingParts {
  readonly directory: BackendDirectory;
  readonly clock: Clock;
  readonly wait: BackendWait;
  /** Makes the page. */
  readonly page: (x: Exchange) => Reply;
  /** How long somebody waits before the page is shown, milliseconds. @default 1000 */
  readonly patienceMs?: number;
}

const LATE = new Error("Somebody has waited long enough to be told for what");

/**
 * Shows browsers a page that loads itself again, in the place of a start that takes long. A start that failed
 * meanwhile is told to the next of them, and not tried again before somebody has seen why it failed.
 */
export function withWaitingPage(forward: Handler, parts: WaitingParts): Handler {
  const { directory, clock, wait, page, patienceMs = 1_000 } = parts;
  let told = directory.current().failure?.start;

  return (x) => {
    const now = directory.current();
    if (now.targets.length > 0 || now.state === "offline" || !takesWaitingPage(x)) {
      return forward(x);
    }
    return waitOrPage(x, now);
  };

  async function waitOrPage(x: Exchange, now: DirectorySnapshot): Promise<Reply> {
    tellFailure(now);
    const patience = new Cancellation();
    const leave = () => patience.cancel(x.cancellation.reason);
    x.cancellation.onCancel(leave);
    const over = new AbortController();
    clock.sleep(patienceMs, over.signal).then(() => patience.cancel(LATE), () => {});
    try {
      await wait(patience);
    } catch (error) {
      if (error === LATE) return page(x);
      told = directory.current().failure?.start;
      throw error;
    } finally {
      over.abort();
      x.cancellation.offCancel(leave);
    }
    return await forward(x);
  }

  function tellFailure({ state, failure }: DirectorySnapshot): void {
    if (state !== "failed" || !failure || failure.start === told) return;
    told = failure.start;
    const { code, message, details } = failure.reason;
    throw new HostError(code, message, { details });
  }
}
