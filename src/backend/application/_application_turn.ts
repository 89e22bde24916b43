import type {
  ApplicationEffect,
  ApplicationState,
  ApplicationTale,
  Member,
  Plan,
  RecycleEnd,
} from "./application.ts";
import { NO_FAILURES, restartDelayMs, withFailure } from "./rapid_fail.ts";

/** What a step may know of the world. */
export interface Moment {
  /** Milliseconds of the clock. */
  readonly now: number;
  /** From 0 up to, not including, 1. */
  readonly random: number;
}

/** One step of an application under way: what has become of the state so far, and what is to be done. */
export class Turn {
  readonly effects: ApplicationEffect[] = [];
  readonly moment: Moment;
  #state: ApplicationState;

  constructor(state: ApplicationState, moment: Moment) {
    this.#state = state;
    this.moment = moment;
  }

  get state(): ApplicationState {
    return this.#state;
  }

  set(change: Partial<ApplicationState>): void {
    this.#state = { ...this.#state, ...change };
  }

  do(effect: ApplicationEffect): void {
    this.effects.push(effect);
  }

  tell(what: ApplicationTale): void {
    this.do({ do: "tell", what });
  }

  member(id: number): Member | undefined {
    return this.#state.members.find((member) => member.id === id);
  }

  /** Puts a member in the place of the one with its id. */
  replace(changed: Member): void {
    const { members } = this.#state;
    this.set({ members: members.map((member) => member.id === changed.id ? changed : member) });
  }

  /** Has a process end. */
  end(member: Member, how: "stop" | "kill" = "stop"): void {
    const { id, generation } = member;
    this.replace({ id, generation, at: "ending", wasReady: hasBeenReady(member) });
    this.do({ do: how, id });
  }

  /** Starts the processes that the present generation lacks; one alone where it is to show whether that makes sense. */
  startMissing(): void {
    const { generation, plan, hold, starts } = this.#state;
    const missing = plan.processes - active(this.#state, generation).length;
    this.set({ restartAt: undefined, starts: isBusy(this.#state) ? starts : starts + 1 });
    this.launch(generation, plan, hold.is === "trial" ? 1 : missing);
  }

  /** Starts processes of a generation. */
  launch(generation: number, plan: Plan, count: number): void {
    const after = this.#inTheWay(plan);
    for (let i = 0; i < count; i++) {
      const id = this.#state.lastId + 1;
      const member: Member = { id, generation, at: "starting" };
      this.set({ lastId: id, members: [...this.#state.members, member] });
      this.do({ do: "start", id, generation, revision: plan.revision, after });
    }
  }

  /** Starts what is missing after the pause that is due; `failures` where more are to be reckoned with than there were. */
  restart(failures = this.#state.window.failures): void {
    const delayMs = restartDelayMs(failures, this.moment.random);
    if (failures > 0) this.tell({ what: "restarting", failures, delayMs });
    if (delayMs === 0) this.startMissing();
    else this.set({ restartAt: this.moment.now + delayMs });
  }

  /** Counts a failure of the present generation, and forbids starts where it is one too many. @see ANCM R-6 */
  countFailure(): void {
    const { window, plan, hold } = this.#state;
    this.set({ window: withFailure(window, this.moment.now, plan.windowMs) });
    const { since, failures } = this.#state.window;
    if (hold.is === "none" && failures > plan.rapidFails) this.refuse(since + plan.windowMs);
  }

  /** Forbids starts until a time. */
  refuse(until: number): void {
    const { window: { failures }, plan: { rapidFails: limit }, hold } = this.#state;
    this.set({ hold: { is: "held", until }, restartAt: undefined });
    const isTrial = hold.is === "trial";
    this.tell({ what: "refused", failures, limit, isTrial, forMs: until - this.moment.now });
  }

  /** Forgets what failed. @see ANCM R-9 */
  forgive(): void {
    this.set({ window: NO_FAILURES, hold: { is: "none" }, restartAt: undefined });
  }

  /** Has the present generation end: what it has in flight may finish. */
  retire(): void {
    const { generation, plan, drains } = this.#state;
    for (const member of active(this.#state, generation)) {
      const { id } = member;
      if (member.at === "starting") this.end(member);
      else if (member.at === "ready") {
        this.replace({ id, generation, at: "draining", target: member.target });
      }
    }
    if (this.#state.members.some((one) => one.generation === generation && one.at === "draining")) {
      this.set({ drains: [...drains, { generation, until: this.moment.now + plan.drainMs }] });
    }
  }

  /** Gives a number that no generation had. */
  newGeneration(): number {
    const lastGeneration = this.#state.lastGeneration + 1;
    this.set({ lastGeneration });
    return lastGeneration;
  }

  /** Tells the processes of a retiring generation to end. */
  endDrained(generation: number): void {
    const { drains, members } = this.#state;
    if (!drains.some((drain) => drain.generation === generation && drain.until !== undefined)) {
      return;
    }
    this.set({
      drains: drains.map((one) =>
        one.generation === generation ? { ...one, until: undefined } : one
      ),
    });
    for (const member of members) {
      if (member.generation === generation && member.at === "draining") this.end(member);
    }
  }

  /** Tells whoever waits for a recycle how it ended. */
  answer(result: RecycleEnd): void {
    const { recycling } = this.#state;
    if (!recycling) return;
    this.set({ recycling: undefined });
    this.do({ do: "answer", ticket: recycling.ticket, result });
    this.tell({ what: "recycle-ended", recycling, end: result });
  }

  /** Who has to be gone first: dropped starts, so that there are never more and more of them, or everybody. */
  #inTheWay({ stopFirst }: Plan): number[] {
    return this.#state.members
      .filter((one) => one.at === "draining" || one.at === "ending")
      .filter((one) => stopFirst !== "no" || !hasBeenReady(one))
      .map(({ id }) => id);
  }
}

/** Gives the processes of a generation that start or serve. */
export function active({ members }: ApplicationState, generation: number): Member[] {
  return members.filter((one) =>
    one.generation === generation && (one.at === "starting" || one.at === "ready")
  );
}

/** Tells whether a process starts or serves. */
export function isBusy({ members }: ApplicationState): boolean {
  return members.some(({ at }) => at === "starting" || at === "ready");
}

/** Tells whether a process of that generation serves. */
export function isServing(state: ApplicationState, generation: number): boolean {
  return active(state, generation).some(({ at }) => at === "ready");
}

function hasBeenReady(member: Member): boolean {
  if (member.at === "ending") return member.wasReady;
  return member.at !== "starting";
}
