import assert from "node:assert/strict";
import type { StartFailure, Target } from "../../src/contract/directory.ts";
import type {
  ApplicationEffect,
  ApplicationEvent,
  ApplicationState,
  Plan,
} from "../../src/backend/application/application.ts";
import { applicationStep, newApplication } from "../../src/backend/application/application_step.ts";
import { snapshotOf } from "../../src/backend/application/application_snapshot.ts";

/** One process, three failures a minute, drains of 10 s. */
export const PLAN: Plan = {
  revision: 1,
  processes: 1,
  rapidFails: 3,
  windowMs: 60_000,
  drainMs: 10_000,
  stopFirst: "no",
  isPreloaded: false,
};

export const REASON: StartFailure = { code: "start-exited", message: "It ended", details: [] };

/** Takes an application from event to event, at times a test gives. */
export class ApplicationWalker {
  state: ApplicationState;
  now = 0;
  /** Of the newest step, in short: `start 1 of 1`, `stop 2`, `tell resting`. */
  done: string[] = [];

  constructor(plan: Partial<Plan> = {}) {
    this.state = newApplication({ ...PLAN, ...plan });
  }

  /** Takes an event; the machine's time is `now`, its chance always the middle. */
  take(event: ApplicationEvent): this {
    const { state, effects } = applicationStep(this.state, event, { now: this.now, random: 0.5 });
    this.state = state;
    this.done = effects.map(shortEffect);
    return this;
  }

  want(): this {
    return this.take({ is: "want" });
  }

  ready(id: number): this {
    const { generation = 0 } = this.state.members.find((member) => member.id === id) ?? {};
    return this.take({ is: "ready", id, target: targetOf(id, generation) });
  }

  served(id: number): this {
    return this.take({ is: "served", id });
  }

  lost(id: number): this {
    return this.take({ is: "lost", id });
  }

  /** Nothing is left of a process that had been told to end, or was lost. */
  gone(id: number): this {
    return this.take({ is: "ended", id });
  }

  /** It was ready, had served, and is no more. */
  crash(id: number): this {
    return this.served(id).lost(id);
  }

  failed(id: number): this {
    return this.take({ is: "ended", id, failure: REASON });
  }

  drained(generation: number): this {
    return this.take({ is: "drained", generation });
  }

  recycle(plan?: Partial<Plan>, ticket = 1): this {
    const change = plan ? { plan: { ...PLAN, ...plan } } : {};
    return this.take({ is: "recycle", ticket, reason: "test", ...change });
  }

  /** Lets time pass, and the machine know. */
  after(ms: number): this {
    this.now += ms;
    return this.take({ is: "tick" });
  }

  /** What the directory shows, in short: `ready 1, targets 1,2, retiring 3`. */
  get shown(): string {
    const { state, generation, targets, retiring } = snapshotOf(this.state);
    const more = [
      ...(targets.length > 0 ? [`targets ${targets.map(({ id }) => id)}`] : []),
      ...(retiring.length > 0 ? [`retiring ${retiring}`] : []),
    ];
    return [`${state} ${generation}`, ...more].join(", ");
  }
}

/** Gives the target of a process. */
export function targetOf(id: number, generation: number): Target {
  return { id, generation, port: 20_000 + id, token: `token-${id}` };
}

function shortEffect(effect: ApplicationEffect): string {
  switch (effect.do) {
    case "start": {
      const after = effect.after.length > 0 ? ` after ${effect.after}` : "";
      const revision = effect.revision === 1 ? "" : ` as ${effect.revision}`;
      return `start ${effect.id} of ${effect.generation}${revision}${after}`;
    }
    case "stop":
    case "kill":
      return `${effect.do} ${effect.id}`;
    case "look-again":
      return "look again";
    case "answer":
      return `answer ${effect.ticket} ${effect.result.outcome}`;
    case "tell":
      return effect.what.what;
  }
}

/** Takes an application somewhere. */
export type Walk = (app: ApplicationWalker) => ApplicationWalker;

/** What it is about, how it came there, what happens, what is shown then, what is done. */
export type StepRow = readonly [
  name: string,
  before: Walk,
  event: Walk,
  shown: string,
  done: string[],
  plan?: Partial<Plan>,
];

/** Ready with process 1, which has not served yet. */
export const up: Walk = (app) => app.want().ready(1);

/** Registers a test for each row. */
export function stepTests(rows: readonly StepRow[]): void {
  for (const [name, before, event, shown, done, plan] of rows) {
    Deno.test(`applicationStep() on ${name}`, () => {
      const app = event(before(new ApplicationWalker(plan)));
      assert.deepEqual({ shown: app.shown, done: app.done }, { shown, done });
    });
  }
}
