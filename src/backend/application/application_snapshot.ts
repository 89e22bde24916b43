import type { BackendStatus, ProcessStatus } from "../../contract/backend_status.ts";
import type { DirectorySnapshot, Target } from "../../contract/directory.ts";
import { active, isBusy } from "./_application_turn.ts";
import type { ApplicationState } from "./application.ts";

/** Gives what the data plane is to know of an application. Pure; frozen. */
export function snapshotOf(state: ApplicationState): DirectorySnapshot {
  const { generation, starts, failure, hold } = state;
  const targets = targetsOf(state);
  const at = stateOf(state, targets);
  return Object.freeze({
    generation,
    state: at,
    targets: Object.freeze(targets),
    retiring: Object.freeze(state.drains.map((drain) => drain.generation)),
    starts,
    ...(failure ? { failure: Object.freeze(failure) } : {}),
    ...(at === "refused" && hold.is === "held" ? { retryAt: hold.until } : {}),
  });
}

function targetsOf(state: ApplicationState): Target[] {
  return active(state, state.generation).flatMap((one) => one.at === "ready" ? one.target : []);
}

function stateOf(
  state: ApplicationState,
  targets: readonly Target[],
): DirectorySnapshot["state"] {
  const { mode, hold, failure, starts } = state;
  if (mode.is !== "open") return mode.is;
  if (targets.length > 0) return "ready";
  if (isBusy(state)) return "starting";
  if (hold.is === "held") return "refused";
  return failure?.start === starts ? "failed" : "stopped";
}

/** What only whoever runs the processes knows. */
export interface StatusFacts {
  readonly lastFailure?: BackendStatus["lastFailure"];
  /** Gives the date of a time of the clock. */
  dateAt(ms: number): Date;
  process(id: number): Pick<ProcessStatus, "startedAt" | "pid" | "port">;
}

/** Gives what there is to know of an application, for people. */
export function statusOf(state: ApplicationState, facts: StatusFacts): BackendStatus {
  const { generation, members, lastId: starts, crashes, recycles } = state;
  const { state: at, retryAt } = snapshotOf(state);
  return {
    state: at,
    generation,
    processes: members.map((one) => ({
      id: one.id,
      generation: one.generation,
      state: one.at === "ending" ? "stopping" : one.at,
      ...facts.process(one.id),
    })),
    starts,
    crashes,
    recycles,
    ...(retryAt === undefined ? {} : { retryAt: facts.dateAt(retryAt).toISOString() }),
    ...(facts.lastFailure ? { lastFailure: facts.lastFailure } : {}),
  };
}
