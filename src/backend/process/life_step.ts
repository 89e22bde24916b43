import {
  ANSWER_MS,
  CLEAR_MS,
  type Effect,
  type Fault,
  type Life,
  type LifeEvent,
  type LifeLimits,
  LOOK_MS,
  type Outcome,
  SHORTEST_START_MS,
  START_ATTEMPTS,
  type Tale,
  type TimerName,
} from "./life.ts";

/** The next state and what to do on the way there. */
export interface Step {
  readonly life: Life;
  readonly effects: readonly Effect[];
}

/** Gives what an event makes of a life. Pure; an event that means nothing in a state changes nothing. */
export function step(life: Life, event: LifeEvent, limits: LifeLimits): Step {
  switch (life.at) {
    case "new":
      return fromNew(life, event);
    case "preparing":
      return fromPreparing(life, event, limits);
    case "starting":
      return fromStarting(life, event, limits);
    case "ready":
      return fromReady(life, event, limits);
    case "stopping":
      return fromStopping(life, event);
    case "clearing":
      return fromClearing(life, event);
    case "ended":
      return stay(life);
  }
}

const stopped: Outcome = { why: "stopped" };
const died: Outcome = { why: "died" };
const stay = (life: Life, ...effects: Effect[]): Step => ({ life, effects });
const tell = (what: Tale): Effect => ({ do: "tell", what });
const timer = (name: TimerName, ms: number): Effect => ({ do: "timer", name, ms });

function fromNew(life: Life, event: LifeEvent): Step {
  if (event.is === "start") return preparing(1);
  if (event.is === "stop" || event.is === "kill") return ended(stopped);
  return stay(life);
}

function fromPreparing(
  life: Life & { at: "preparing" },
  event: LifeEvent,
  limits: LifeLimits,
): Step {
  switch (event.is) {
    case "spawned": {
      const limit = timer("start", Math.max(limits.startMs, SHORTEST_START_MS));
      const starting: Life = { at: "starting", attempt: life.attempt, listeners: [] };
      return stay(starting, limit, { do: "watch" });
    }
    case "refused":
      return attemptFailed({ is: "refused", fault: event.fault }, life.attempt);
    case "stop":
    case "kill":
      return ended(stopped);
    default:
      return stay(life);
  }
}

function fromStarting(
  life: Life & { at: "starting" },
  event: LifeEvent,
  limits: LifeLimits,
): Step {
  const failed = (fault: Fault) => killed({ why: "failed", fault }, life.attempt);
  switch (event.is) {
    case "listening":
      return stay({ at: "ready", leader: "alive" }, tell({ what: "started" }));
    case "adopted": {
      const adopted = tell({ what: "adopted", listener: event.listener });
      return stay({ at: "ready", leader: "alive" }, adopted, tell({ what: "started" }));
    }
    case "elsewhere": {
      const { listeners } = event;
      return stay({ ...life, listeners }, tell({ what: "elsewhere", listeners }));
    }
    case "taken":
      return failed({ is: "taken" });
    case "exited":
      return failed({ is: event.portTaken ? "taken" : "exited" });
    case "timer":
      return failed({ is: "late", listeners: life.listeners });
    case "stop":
      // Nothing listens that could take a shutdown request.
      return limits.shutdownMs === 0
        ? killed(stopped)
        : stopping("by signal", stopped, limits, { do: "terminate" });
    case "kill":
      return killed(stopped);
    default:
      return stay(life);
  }
}

function fromReady(life: Life & { at: "ready" }, event: LifeEvent, limits: LifeLimits): Step {
  switch (event.is) {
    case "exited":
      // a descendant that still listens goes on serving.
      return stay({ at: "ready", leader: "exited" }, { do: "look" }, timer("look", LOOK_MS));
    case "timer":
      return stay(life, { do: "look" }, timer("look", LOOK_MS));
    case "doubted":
      return stay(life, { do: "look" });
    case "silent":
      if (life.leader === "exited") return killed(died, 1, tell({ what: "died" }));
      // It has closed its port and still runs: it is ending by itself, and gets the time for it.
      return stopping("politely", died, limits, tell({ what: "closed-port" }));
    case "stop":
      return limits.shutdownMs === 0
        ? killed(stopped, 1, tell({ what: "killed" }))
        : stopping("politely", stopped, limits, { do: "ask" });
    case "kill":
      return killed(stopped);
    default:
      return stay(life);
  }
}

function fromStopping(life: Life & { at: "stopping" }, event: LifeEvent): Step {
  const bySignal = (...before: Effect[]): Step => {
    if (life.asked === "by signal") return stay(life, ...before);
    return stay({ ...life, asked: "by signal" }, ...before, { do: "terminate" });
  };
  switch (event.is) {
    case "answered": {
      const answered = tell({ what: "answered", status: event.status });
      if (life.asked !== "politely") return stay(life, answered);
      return event.status === 202
        ? stay({ ...life, asked: "agreed" }, answered)
        : bySignal(answered);
    }
    case "exited":
      // What the leader has left behind has not been told yet that this is the end.
      return bySignal();
    case "timer":
      if (event.name === "shutdown") return killed(life.outcome, 1, tell({ what: "killed" }));
      return life.asked === "politely" ? bySignal() : stay(life);
    case "gone":
      return ended(life.outcome, tell({ what: life.outcome.why === "died" ? "died" : "stopped" }));
    case "kill":
      return killed(life.outcome);
    default:
      return stay(life);
  }
}

function fromClearing(life: Life & { at: "clearing" }, event: LifeEvent): Step {
  switch (event.is) {
    case "timer":
      return cleared(life, tell({ what: "left-behind" }));
    case "gone":
      return cleared(life);
    case "stop":
      return stay({ ...life, outcome: stopped });
    case "kill":
      return stay({ ...life, outcome: stopped }, { do: "kill" });
    default:
      return stay(life);
  }
}

function cleared(life: Life & { at: "clearing" }, ...before: Effect[]): Step {
  const { outcome } = life;
  if (outcome.why === "failed") return attemptFailed(outcome.fault, life.attempt, ...before);
  if (outcome.why === "stopped") before.push(tell({ what: "stopped" }));
  return ended(outcome, ...before);
}

function attemptFailed(fault: Fault, attempt: number, ...before: Effect[]): Step {
  const left = isWorthRetrying(fault) ? START_ATTEMPTS - attempt : 0;
  const failed = tell({ what: "attempt-failed", fault, left });
  if (left > 0) return preparing(attempt + 1, ...before, failed);
  return ended({ why: "failed", fault }, ...before, failed, tell({ what: "start-failed", fault }));
}

/** A missing program, a bad port and a program that does not use its port stay so. @see ANCM P-13 */
function isWorthRetrying(fault: Fault): boolean {
  return fault.is === "exited" || fault.is === "taken" ||
    (fault.is === "late" && fault.listeners.length === 0);
}

function preparing(attempt: number, ...before: Effect[]): Step {
  return stay({ at: "preparing", attempt }, ...before, { do: "launch" });
}

function stopping(
  asked: "politely" | "by signal",
  outcome: Outcome,
  limits: LifeLimits,
  ...before: Effect[]
): Step {
  const waits = [timer("shutdown", limits.shutdownMs), { do: "settle" } as const];
  if (asked === "politely") waits.push(timer("answer", ANSWER_MS));
  return stay({ at: "stopping", asked, outcome }, ...before, ...waits);
}

function killed(outcome: Outcome, attempt = 1, ...before: Effect[]): Step {
  const clearing: Life = { at: "clearing", attempt, outcome };
  return stay(clearing, ...before, { do: "kill" }, timer("clear", CLEAR_MS), { do: "settle" });
}

function ended(outcome: Outcome, ...before: Effect[]): Step {
  return stay({ at: "ended", outcome }, ...before);
}
