import type { Listener } from "./child.ts";
import type { StartFault } from "./failure.ts";

/** Why an attempt to start failed. */
export type Fault =
  | { readonly is: "refused"; readonly fault: StartFault }
  | { readonly is: "exited" }
  | { readonly is: "taken" }
  | { readonly is: "late"; readonly listeners: readonly Listener[] };

/** Why a process is no more: it failed to start, ended by itself after it was ready, or was asked to. */
export type Outcome =
  | { readonly why: "failed"; readonly fault: Fault }
  | { readonly why: "died" }
  | { readonly why: "stopped" };

/** Where in its life one backend process is. A second attempt to start belongs to the same life. */
export type Life =
  | { readonly at: "new" }
  /** The program, its environment and its port are being found. */
  | { readonly at: "preparing"; readonly attempt: number }
  /** The process runs and does not listen yet. */
  | { readonly at: "starting"; readonly attempt: number; readonly listeners: readonly Listener[] }
  /** It listens. `leader` is the process that was started: a script may end and leave the real server. */
  | { readonly at: "ready"; readonly leader: "alive" | "exited" }
  /** It gets time to end by itself. `asked`: what it was told, and whether it agreed. */
  | {
    readonly at: "stopping";
    readonly asked: "politely" | "agreed" | "by signal";
    readonly outcome: Outcome;
  }
  /** It was killed; the last of its group is awaited. */
  | { readonly at: "clearing"; readonly attempt: number; readonly outcome: Outcome }
  | { readonly at: "ended"; readonly outcome: Outcome };

/** What can happen to a process. */
export type LifeEvent =
  | { readonly is: "start" }
  | { readonly is: "refused"; readonly fault: StartFault }
  | { readonly is: "spawned" }
  | { readonly is: "listening" }
  /** It listens where it was not told to, and is wanted there. */
  | { readonly is: "adopted"; readonly listener: Listener }
  /** Somebody else listens on its port. */
  | { readonly is: "taken" }
  /** It listens where it was not told to. */
  | { readonly is: "elsewhere"; readonly listeners: readonly Listener[] }
  /** The process that was started has ended. `portTaken`: and somebody else listens on its port. */
  | { readonly is: "exited"; readonly portTaken: boolean }
  /** Nothing of it listens on its port any more. */
  | { readonly is: "silent" }
  /** A request could not be passed to it. */
  | { readonly is: "doubted" }
  /** Nothing of its group lives and its output was read. */
  | { readonly is: "gone" }
  /** The shutdown request was answered with that status, or could not be sent. */
  | { readonly is: "answered"; readonly status: number | undefined }
  | { readonly is: "timer"; readonly name: TimerName }
  | { readonly is: "stop" }
  | { readonly is: "kill" };

/** The waits of a life that have an end of their own. */
export type TimerName = "start" | "look" | "answer" | "shutdown" | "clear";

/** What has to be done because of an event. What began in a state ends with it. */
export type Effect =
  /** Find the program and the port, and run it: gives `spawned` or `refused`. */
  | { readonly do: "launch" }
  /** Wait for its port: gives `listening`, `adopted`, `taken`, `elsewhere`. */
  | { readonly do: "watch" }
  /** Look whether its port is still listened on: gives `silent` if not. */
  | { readonly do: "look" }
  /** Send the shutdown request: gives `answered`. */
  | { readonly do: "ask" }
  /** SIGTERM to the group. */
  | { readonly do: "terminate" }
  /** SIGKILL to the group. */
  | { readonly do: "kill" }
  /** Wait until all of its group is gone: gives `gone`. */
  | { readonly do: "settle" }
  | { readonly do: "timer"; readonly name: TimerName; readonly ms: number }
  | { readonly do: "tell"; readonly what: Tale };

/** What the log is told. */
export type Tale =
  | { readonly what: "attempt-failed"; readonly fault: Fault; readonly left: number }
  | { readonly what: "start-failed"; readonly fault: Fault }
  | { readonly what: "elsewhere"; readonly listeners: readonly Listener[] }
  | { readonly what: "adopted"; readonly listener: Listener }
  | { readonly what: "waiting" | "debugged" }
  | { readonly what: "started" | "died" | "closed-port" | "killed" | "stopped" | "left-behind" }
  | { readonly what: "answered"; readonly status: number | undefined };

/** The times of a life, in milliseconds. */
export interface LifeLimits {
  readonly startMs: number;
  readonly shutdownMs: number;
}

/** @see ANCM P-20 */
export const START_ATTEMPTS = 2;
/** How long the shutdown request may stay unanswered before a signal is sent. */
export const ANSWER_MS = 2000;
/** How often a server whose starter has ended is looked at: nobody tells when it ends. */
export const LOOK_MS = 1000;
/** How long killed processes may take to vanish. */
export const CLEAR_MS = 2000;
/** A `startupTimeLimit` of 0 still is one look and a pause. @see ANCM P-24 */
export const SHORTEST_START_MS = 250;
