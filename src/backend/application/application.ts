import type { StartFailure, Target } from "../../contract/directory.ts";
import type { FailureWindow } from "./rapid_fail.ts";

/** What the life of an application depends on in its configuration. */
export interface Plan {
  /** Which configuration it is: a start carries it back to whoever holds them. */
  readonly revision: number;
  /** How many processes serve together. @see ANCM P-40 */
  readonly processes: number;
  /** @see ANCM R-6 */
  readonly rapidFails: number;
  /** How long a window of failures is, milliseconds. */
  readonly windowMs: number;
  /** How long what is in flight may take when its processes are to end, milliseconds. */
  readonly drainMs: number;
  /** Whether, and why, an old process must be gone before a new one starts. @see ANCM O-42 */
  readonly stopFirst: "no" | "asked" | "fixed port";
  /** Whether it is started again without a request, although it never served. */
  readonly isPreloaded: boolean;
}

/** One process as the application sees it, from the wish to start it until nothing of it is left. */
export type Member =
  & {
    /** Unique within this host process. */
    readonly id: number;
    readonly generation: number;
  }
  & (
    | { readonly at: "starting" }
    /** It takes requests. `hasServed`: and has answered one. */
    | { readonly at: "ready"; readonly target: Target; readonly hasServed: boolean }
    /** It takes no new requests; those it has may finish. */
    | { readonly at: "draining"; readonly target: Target }
    /** It was told to end, or ends by itself. */
    | { readonly at: "ending"; readonly wasReady: boolean }
  );

/** What the application is about. */
export type Mode =
  /** Requests may have it started. */
  | { readonly is: "open" }
  /** Everything ends; `then` comes when nothing is left. */
  | { readonly is: "stopping"; readonly then: "offline" | "stopped" | "start" }
  /** app_offline.htm is there. @see ANCM O-1 */
  | { readonly is: "offline" }
  /** The host stops. */
  | { readonly is: "closed" };

/** Whether rapid fail forbids starts. */
export type Hold =
  | { readonly is: "none" }
  | { readonly is: "held"; readonly until: number }
  /** One start is under way that shows whether others make sense. */
  | { readonly is: "trial" };

/** A recycle that somebody waits for. */
export interface Recycling {
  /** By which whoever waits is found. */
  readonly ticket: number;
  readonly reason: string;
  readonly isConfigChange: boolean;
  /** Milliseconds of the clock. */
  readonly since: number;
  readonly how: RecycleWay;
  /** What served before, where the old generation had to end and the configuration is another one. */
  readonly fallback?: Plan | undefined;
}

/**
 * - `overlapped`: both generations run for a while
 * - `stop-first`: the old one has to be gone before
 * - `anew`: a start is under way or due, and begins again
 * - `idle`: nothing runs, nor has to
 * - `closed`: the host stops
 */
export type RecycleWay = "overlapped" | "stop-first" | "anew" | "idle" | "closed";

/** The new generation of an overlapped recycle, while the old one serves. */
export interface NextGeneration {
  readonly generation: number;
  readonly plan: Plan;
  /** Why the newest of its processes failed. */
  readonly failure?: StartFailure;
}

/** A generation that is to end. */
export interface Drain {
  readonly generation: number;
  /** When its processes are told to end, milliseconds of the clock; undefined once they were. */
  readonly until: number | undefined;
}

/** All there is to know of an application and its processes. Frozen by convention: each step makes another. */
export interface ApplicationState {
  readonly mode: Mode;
  /** Of `generation`. */
  readonly plan: Plan;
  /** The one that serves, or that comes next. */
  readonly generation: number;
  readonly next: NextGeneration | undefined;
  readonly members: readonly Member[];
  readonly drains: readonly Drain[];
  readonly recycling: Recycling | undefined;
  readonly window: FailureWindow;
  readonly hold: Hold;
  /** When missing processes are started without being asked for, milliseconds of the clock. */
  readonly restartAt: number | undefined;
  /** Starts of the application: one may start several processes. */
  readonly starts: number;
  /** The newest start of which no process became ready. */
  readonly failure: { readonly start: number; readonly reason: StartFailure } | undefined;
  readonly lastId: number;
  readonly lastGeneration: number;
  readonly crashes: number;
  readonly recycles: number;
}

/** What can happen to an application. */
export type ApplicationEvent =
  /** A request waits for it. */
  | { readonly is: "want" }
  | { readonly is: "ready"; readonly id: number; readonly target: Target }
  /** A process answered its first request. */
  | { readonly is: "served"; readonly id: number }
  /** A process is ready no more. */
  | { readonly is: "lost"; readonly id: number }
  /** Nothing of a process is left. `failure`: it could not be started. */
  | { readonly is: "ended"; readonly id: number; readonly failure?: StartFailure }
  /** Nothing of a generation is in flight. */
  | { readonly is: "drained"; readonly generation: number }
  | {
    readonly is: "recycle";
    readonly ticket: number;
    readonly reason: string;
    /** Of the configuration that counts from now on; absent where it stays. */
    readonly plan?: Plan;
  }
  /** app_offline.htm came, or went. */
  | { readonly is: "offline" }
  | { readonly is: "online" }
  /** Nobody needs it for now. */
  | { readonly is: "rest"; readonly reason: string }
  | { readonly is: "stop" }
  | { readonly is: "kill" }
  /** The time of {@linkcode nextDeadline} has come. */
  | { readonly is: "tick" };

/** What has to be done because of an event. */
export type ApplicationEffect =
  | {
    readonly do: "start";
    readonly id: number;
    readonly generation: number;
    readonly revision: number;
    /** Processes that must be gone before. */
    readonly after: readonly number[];
  }
  | { readonly do: "stop"; readonly id: number }
  | { readonly do: "kill"; readonly id: number }
  /** See whether app_offline.htm is still there. */
  | { readonly do: "look-again" }
  | { readonly do: "answer"; readonly ticket: number; readonly result: RecycleEnd }
  | { readonly do: "tell"; readonly what: ApplicationTale };

/** How a recycle ended. */
export type RecycleEnd =
  /** The new generation serves. */
  | { readonly outcome: "switched"; readonly generation: number }
  /** Nothing ran that had to be replaced. */
  | { readonly outcome: "idle" }
  /** The new generation did not start, and the old one serves on; `isRestarted`: it had ended, and is started again. */
  | { readonly outcome: "kept"; readonly failure: string; readonly isRestarted: boolean }
  /** The new generation did not start, and the old one had ended before. */
  | { readonly outcome: "failed"; readonly failure: string }
  | { readonly outcome: "given-up"; readonly because: "another recycle" | "offline" | "closed" };

/** What the log is told. */
export type ApplicationTale =
  | { readonly what: "restarting"; readonly failures: number; readonly delayMs: number }
  | {
    readonly what: "refused";
    readonly failures: number;
    readonly limit: number;
    /** Whether it was one start after too many failures, which failed too. */
    readonly isTrial: boolean;
    readonly forMs: number;
  }
  | { readonly what: "trial" }
  | {
    readonly what: "recycling";
    readonly recycling: Recycling;
    readonly stopFirst: Plan["stopFirst"];
  }
  | { readonly what: "recycle-ended"; readonly recycling: Recycling; readonly end: RecycleEnd }
  | { readonly what: "going-offline" | "offline" | "online" }
  | { readonly what: "resting"; readonly reason: string };
