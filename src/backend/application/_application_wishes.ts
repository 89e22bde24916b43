import { active, isBusy, isServing, type Turn } from "./_application_turn.ts";
import type { ApplicationEvent, ApplicationState, Plan, RecycleWay } from "./application.ts";

/** Puts a new generation in the place of the present one. @see ANCM O-40 … O-42 */
export function recycle(turn: Turn, event: ApplicationEvent & { is: "recycle" }): void {
  const { ticket, reason } = event;
  const plan = event.plan ?? turn.state.next?.plan ?? turn.state.plan;
  const how = wayOf(turn.state, plan);
  const isConfigChange = event.plan !== undefined;
  const fallback = fallbackOf(turn.state, how, plan);
  const recycling = { ticket, reason, isConfigChange, since: turn.moment.now, how, fallback };
  turn.answer({ outcome: "given-up", because: "another recycle" });
  const stopFirst = stopFirstOf(turn.state, plan);
  turn.set({ recycling });
  dropNext(turn);
  if (how !== "closed") turn.tell({ what: "recycling", recycling, stopFirst });
  switch (how) {
    case "closed":
      return turn.answer({ outcome: "given-up", because: "closed" });
    case "idle":
      takeOver(turn, plan);
      return turn.answer({ outcome: "idle" });
    case "overlapped":
      return overlap(turn, plan);
    case "anew":
      endPresent(turn);
      takeOver(turn, plan);
      return turn.startMissing();
    case "stop-first":
      if (turn.state.mode.is === "open") endPresent(turn);
      takeOver(turn, plan);
      return turn.set({ mode: { is: "stopping", then: "start" } });
  }
}

/** How a recycle has to go now. */
function wayOf(state: ApplicationState, plan: Plan): RecycleWay {
  const { mode, generation, restartAt } = state;
  if (mode.is === "closed") return "closed";
  if (mode.is === "stopping") return mode.then === "start" ? "stop-first" : "idle";
  if (mode.is === "offline") return "idle";
  if (isServing(state, generation)) {
    return stopFirstOf(state, plan) === "no" ? "overlapped" : "stop-first";
  }
  return isBusy(state) || restartAt !== undefined || plan.isPreloaded ? "anew" : "idle";
}

/** Gives what to go back to where the new configuration turns out not to work. */
function fallbackOf(
  state: ApplicationState,
  how: RecycleWay,
  plan: Plan,
): Plan | undefined {
  if (how !== "stop-first" && how !== "anew") return undefined;
  const served = isServing(state, state.generation) ? state.plan : state.recycling?.fallback;
  return served?.revision === plan.revision ? undefined : served;
}

/** Either side may be the one that bears nobody beside it. */
function stopFirstOf({ plan: old }: ApplicationState, plan: Plan): Plan["stopFirst"] {
  return plan.stopFirst === "no" ? old.stopFirst : plan.stopFirst;
}

function overlap(turn: Turn, plan: Plan): void {
  const generation = turn.newGeneration();
  turn.set({ next: { generation, plan }, restartAt: undefined });
  turn.launch(generation, plan, plan.processes);
}

/** From now on that configuration counts, and nothing that failed before does. @see ANCM R-9 */
function takeOver(turn: Turn, plan: Plan): void {
  turn.forgive();
  turn.set({ plan, failure: undefined });
}

function dropNext(turn: Turn): void {
  const { next } = turn.state;
  if (!next) return;
  for (const member of active(turn.state, next.generation)) turn.end(member);
  turn.set({ next: undefined });
}

/** Ends everything, then shows the offline page. @see ANCM O-3, O-4 */
export function goOffline(turn: Turn): void {
  const { mode } = turn.state;
  if (mode.is === "closed" || mode.is === "offline") return;
  if (mode.is === "stopping" && mode.then === "offline") return;
  turn.tell({ what: "going-offline" });
  turn.answer({ outcome: "given-up", because: "offline" });
  if (mode.is === "open") endAll(turn);
  turn.set({ mode: { is: "stopping", then: "offline" } });
}

/** Lets requests start the application again. @see ANCM O-7 */
export function comeBack(turn: Turn): void {
  const { mode, plan } = turn.state;
  const isGoing = mode.is === "stopping" && mode.then === "offline";
  if (mode.is !== "offline" && !isGoing) return;
  turn.tell({ what: "online" });
  // What still ends is ended first: it was told to.
  turn.set({ mode: { is: "stopping", then: plan.isPreloaded ? "start" : "stopped" } });
}

/** Ends what serves; the next request starts it again, at once where old and new may overlap. @see ANCM O-53 */
export function rest(turn: Turn, reason: string): void {
  const { mode, next, generation, plan } = turn.state;
  if (mode.is !== "open" || next || !isServing(turn.state, generation)) return;
  turn.tell({ what: "resting", reason });
  endAll(turn);
  if (plan.stopFirst !== "no") turn.set({ mode: { is: "stopping", then: "stopped" } });
}

/** Ends the present generation; what comes next gets a number of its own. */
function endPresent(turn: Turn): void {
  turn.retire();
  turn.set({ generation: turn.newGeneration() });
}

function endAll(turn: Turn): void {
  dropNext(turn);
  endPresent(turn);
  takeOver(turn, turn.state.plan);
}

/** Ends everything for good. */
export function close(turn: Turn, how: "stop" | "kill"): void {
  turn.answer({ outcome: "given-up", because: "closed" });
  for (const member of turn.state.members) {
    if (how === "kill" || member.at !== "ending") turn.end(member, how);
  }
  turn.set({
    mode: { is: "closed" },
    next: undefined,
    drains: [],
    hold: { is: "none" },
    restartAt: undefined,
  });
}
