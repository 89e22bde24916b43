import type { HostStatus } from "../../contract/host_status.ts";
import type { RequestTotals } from "../../contract/live_status.ts";
import type { Browser } from "./_browser.ts";

/** One look at the host. */
export interface Sample {
  /** Milliseconds of a clock that only goes up. */
  readonly atMs: number;
  readonly status: HostStatus;
  readonly totals: RequestTotals;
}

/** What the page plots, a value for each second; null where there was none. */
export interface History {
  readonly requests: (number | null)[];
  readonly failed: (number | null)[];
  readonly medianMs: (number | null)[];
  readonly slowMs: (number | null)[];
  readonly inFlight: (number | null)[];
}

/** What the page knows. */
export interface PageState {
  readonly browser: Browser;
  readonly history: History;
  /** Absent before the first one, and after a break. */
  last: Sample | undefined;
  /** Of the host that the newest sample came from. */
  startedAt: string;
  /** The generation whose configuration is shown, or is being asked for. */
  generation: number | undefined;
  /** Ends the connection under way. */
  connection: AbortController;
  /** Whether a command is under way. */
  isBusy: boolean;
}
