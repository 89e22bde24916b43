import type { StartFailure } from "../../contract/directory.ts";
import { active, isBusy, isServing, type Moment, Turn } from "./_application_turn.ts";
import { close, comeBack, goOffline, recycle, rest } from "./_application_wishes.ts";
import type {
  ApplicationEffect,
  ApplicationEvent,
  ApplicationState,
  Member,
  NextGeneration,
  Plan,
} from "./application.ts";
import { NO_FAILURES } from "./rapid_fail.ts";

/** The next state and what to do on the way there. */
export interface ApplicationStep {
  readonly state: ApplicationState;
  readonly effects: readonly ApplicationEffect[];
}

/** Gives the application of which nothing has run yet. The first set of processes is generation 1. */
export function newApplication(plan: Plan): ApplicationState {
  return {
    mode: { is: "open" },
    plan,
    generation: 1,
    next: undefined,
    members: [],
    drains: [],
    recycling: undefined,
    window: NO_FAILURES,
    hold: { is: "none" },
    restartAt: undefined,
    starts: 0,
    failure: undefined,
    lastId: 0,
    lastGeneration: 1,
    crashes: 0,
    recycles: 0,
  };
}

/** Gives what an event makes of an application. Pure; an event that means nothing in a state changes nothing. */
export function applicationStep(
  state: ApplicationState,
  event: ApplicationEvent,
  moment: Moment,
): ApplicationStep {
  const turn = new Turn(state, moment);
  take(turn, event);
  settle(turn);
  return { state: turn.state, effects: turn.effects };
}

/** Gives when a `tick` is due, milliseconds of the clock; undefined where nothing waits for a time. */
export function nextDeadline(state: ApplicationState): number | undefined {
  const { mode, hold, restartAt, next, drains } = state;
  const times = drains.flatMap(({ until }) => until ?? []);
  if (mode.is === "open" && !next) {
    if (hold.is === "held") times.push(hold.until);
    if (restartAt !== undefined) times.push(restartAt);
  }
  return times.length > 0 ? Math.min(...times) : undefined;
}

function take(turn: Turn, event: ApplicationEvent): void {
  switch (event.is) {
    case "want":
      return want(turn);
    case "ready":
      return becomeReady(turn, event);
    case "served":
      return serve(turn, event.id);
    case "lost":
      return lose(turn, event.id);
    case "ended":
      return forget(turn, event);
    case "drained":
      return turn.endDrained(event.generation);
    case "recycle":
      return recycle(turn, event);
    case "offline":
      return goOffline(turn);
    case "online":
      return comeBack(turn);
    case "rest":
      return rest(turn, event.reason);
    case "stop":
    case "kill":
      return close(turn, event.is);
    case "tick":
      return; // what is due is done after every event
  }
}

function want(turn: Turn): void {
  const { mode, hold } = turn.state;
  if (mode.is === "offline") return turn.do({ do: "look-again" });
  if (mode.is !== "open" || hold.is === "held" || isBusy(turn.state)) return;
  turn.startMissing();
}

function becomeReady(turn: Turn, { id, target }: ApplicationEvent & { is: "ready" }): void {
  const member = turn.member(id);
  if (member?.at !== "starting") return;
  const { generation } = member;
  turn.replace({ id, generation, at: "ready", target, hasServed: false });
  if (generation !== turn.state.generation) return; // of the next one: see settleNext()
  if (turn.state.hold.is === "trial") turn.forgive();
  const { recycling, next, recycles } = turn.state;
  if (!recycling || next) return;
  if (recycling.how === "stop-first") turn.set({ recycles: recycles + 1 });
  turn.answer({ outcome: "switched", generation });
}

function serve(turn: Turn, id: number): void {
  const member = turn.member(id);
  if (member?.at === "ready" && !member.hasServed) turn.replace({ ...member, hasServed: true });
}

/** A process that was ready is so no more, and nobody had told it to end. */
function lose(turn: Turn, id: number): void {
  const member = turn.member(id);
  if (member?.at !== "ready" && member?.at !== "draining") return;
  const { generation } = member;
  turn.replace({ id, generation, at: "ending", wasReady: true });
  turn.set({ crashes: turn.state.crashes + 1 });
  if (member.at === "draining" || generation !== turn.state.generation) return;
  turn.countFailure();
  const { hold, plan } = turn.state;
  // Where others start or serve, they take the requests; what is missing is started by settleMissing().
  if (hold.is !== "none" || isBusy(turn.state)) return;
  if (member.hasServed || plan.isPreloaded) turn.restart();
}

/** Only our own bug ends a start without saying why. */
const UNFORESEEN: StartFailure = Object.freeze({
  code: "host-bug",
  message: "Cannot start the backend",
  details: Object.freeze([]),
});

function forget(turn: Turn, { id, failure }: ApplicationEvent & { is: "ended" }): void {
  lose(turn, id);
  const member = turn.member(id);
  if (!member) return;
  turn.set({ members: turn.state.members.filter((one) => one.id !== id) });
  if (member.at === "starting") failToStart(turn, member, failure ?? UNFORESEEN);
}

/** @see ANCM R-5 */
function failToStart(turn: Turn, { generation }: Member, reason: StartFailure): void {
  const { next, plan, starts } = turn.state;
  if (generation === next?.generation) return turn.set({ next: { ...next, failure: reason } });
  turn.countFailure();
  if (turn.state.hold.is === "trial") turn.refuse(turn.moment.now + plan.windowMs);
  if (isBusy(turn.state)) return; // one failed process of several is no failed start
  const fallback = turn.state.recycling?.fallback;
  if (fallback) return fallBack(turn, fallback, reason);
  turn.set({ failure: { start: starts, reason } });
  turn.answer({ outcome: "failed", failure: reason.message });
  // Two tries were made already: a third one at once would not find anything changed.
  if (turn.state.hold.is === "none" && plan.isPreloaded) {
    turn.restart(Math.max(turn.state.window.failures, 2));
  }
}

/** Starts what served before: those who wait for the new one wait on. */
function fallBack(turn: Turn, plan: Plan, { message: failure }: StartFailure): void {
  turn.answer({ outcome: "kept", failure, isRestarted: true });
  turn.forgive();
  turn.set({ plan, generation: turn.newGeneration() });
  turn.startMissing();
}

/** Does what the state calls for, whichever event brought it about. */
function settle(turn: Turn): void {
  settleNext(turn);
  settleHold(turn);
  settleMissing(turn);
  settleDrains(turn);
  settleStop(turn);
}

/** Switches over to the new generation when all of it is ready, or as soon as one is where the old one serves no more. */
function settleNext(turn: Turn): void {
  const { next, generation } = turn.state;
  if (!next) return;
  const isStarting = active(turn.state, next.generation).some(({ at }) => at === "starting");
  const isReady = isServing(turn.state, next.generation);
  if (isReady && (!isStarting || !isServing(turn.state, generation))) return switchOver(turn, next);
  if (!isReady && !isStarting) giveUp(turn, next);
}

function switchOver(turn: Turn, { generation, plan }: NextGeneration): void {
  turn.retire();
  turn.forgive();
  turn.set({ generation, plan, next: undefined, recycles: turn.state.recycles + 1 });
  turn.answer({ outcome: "switched", generation });
}

function giveUp(turn: Turn, { failure }: NextGeneration): void {
  turn.set({ next: undefined });
  const message = failure?.message ?? "Its processes ended before they were needed";
  // Where the old one has ended meanwhile, requests may wait, and it is known to have worked.
  const isRestarted = !isBusy(turn.state) && turn.state.hold.is === "none";
  turn.answer({ outcome: "kept", failure: message, isRestarted });
  if (isRestarted) turn.startMissing();
}

function settleHold(turn: Turn): void {
  const { mode, hold, next } = turn.state;
  if (mode.is !== "open" || next || hold.is !== "held" || hold.until > turn.moment.now) return;
  turn.set({ hold: { is: "trial" } });
  turn.tell({ what: "trial" });
  turn.startMissing();
}

function settleMissing(turn: Turn): void {
  const { mode, hold, next, restartAt, generation, plan } = turn.state;
  if (mode.is !== "open" || hold.is !== "none" || next) return;
  if (restartAt !== undefined) {
    if (restartAt <= turn.moment.now) turn.startMissing();
    return;
  }
  const isShort = active(turn.state, generation).length < plan.processes;
  if (isShort && isServing(turn.state, generation)) turn.restart();
}

function settleDrains(turn: Turn): void {
  for (const { generation, until } of turn.state.drains) {
    if (until !== undefined && until <= turn.moment.now) turn.endDrained(generation);
  }
  const { drains, members } = turn.state;
  const left = drains.filter(({ generation }) =>
    members.some((member) => member.generation === generation)
  );
  if (left.length < drains.length) turn.set({ drains: left });
}

function settleStop(turn: Turn): void {
  const { mode, members } = turn.state;
  if (mode.is !== "stopping" || members.length > 0) return;
  if (mode.then === "offline") {
    turn.set({ mode: { is: "offline" } });
    return turn.tell({ what: "offline" });
  }
  turn.set({ mode: { is: "open" } });
  if (mode.then === "start") turn.startMissing();
}
