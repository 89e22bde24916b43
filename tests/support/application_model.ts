import assert from "node:assert/strict";
import type {
  ApplicationEffect,
  ApplicationEvent,
  ApplicationState,
  Plan,
} from "../../src/backend/application/application.ts";
import { snapshotOf } from "../../src/backend/application/application_snapshot.ts";
import {
  applicationStep,
  newApplication,
  nextDeadline,
} from "../../src/backend/application/application_step.ts";
import { PLAN, REASON, targetOf } from "./application_states.ts";
import type { Random } from "./seeded_random.ts";

/** What a process really is about, whatever the machine believes. */
interface ModelProcess {
  readonly id: number;
  readonly generation: number;
  readonly plan: Plan;
  /** Who must be gone before it runs. */
  readonly after: readonly number[];
  at: "starting" | "ready" | "ending";
}

/** The machine of an application with processes that do anything at any time, and a check after every step. */
export class ApplicationModel {
  state: ApplicationState;
  now = 0;
  readonly processes = new Map<number, ModelProcess>();
  readonly answers = new Map<number, string[]>();
  /** Whether a request waits. */
  waits = false;

  readonly #random: Random;
  readonly #plans = new Map<number, Plan>();
  #tickets = 0;

  constructor(random: Random) {
    this.#random = random;
    const plan = this.#newPlan();
    this.state = newApplication(plan);
  }

  /** Something happens: a process, a request, a person, or time. */
  act(): void {
    const random = this.#random;
    const one = this.#any();
    switch (random.index(16)) {
      case 0:
      case 1:
        this.waits = true;
        return this.#wake();
      case 2:
      case 3:
      case 4:
        return one && this.#progress(one);
      case 5:
        return one && this.#fall(one);
      case 6:
        return one && this.take({ is: "served", id: one.id });
      case 7: {
        const { retiring } = snapshotOf(this.state);
        const generation = retiring.length > 0 ? random.of(retiring) : random.index(9);
        return this.take({ is: "drained", generation });
      }
      case 8:
      case 9:
        return this.recycle();
      case 10:
        return this.take({ is: "offline" });
      case 11:
        return this.take({ is: "online" });
      case 12:
        return random.index(3) === 0 ? this.take({ is: "rest", reason: "idle" }) : undefined;
      case 13:
        return this.#pass(random.index(3000));
      case 14:
        return this.toDeadline();
      case 15:
        this.waits = false;
    }
  }

  recycle(): void {
    const ticket = ++this.#tickets;
    this.answers.set(ticket, []);
    const change = this.#random.index(2) === 0 ? { plan: this.#newPlan() } : {};
    this.take({ is: "recycle", ticket, reason: "test", ...change });
  }

  /** Everything that has begun goes on by one step, and goes well. */
  goOn(): void {
    for (const one of [...this.processes.values()]) {
      if (one.at !== "ready" && this.processes.has(one.id)) this.#progress(one);
    }
    for (const generation of snapshotOf(this.state).retiring) {
      this.take({ is: "drained", generation });
    }
  }

  /** Time passes until something is due. */
  toDeadline(): void {
    const at = nextDeadline(this.state);
    if (at !== undefined) this.#pass(at - this.now);
  }

  take(event: ApplicationEvent): void {
    const moment = { now: this.now, random: this.#random.index(1000) / 1000 };
    const { state, effects } = applicationStep(this.state, event, moment);
    this.state = state;
    for (const effect of effects) this.#perform(effect);
    this.#check();
    if (event.is !== "want") this.#wake();
  }

  /** A request that waits asks again whenever there is something new, as the gateway's do. */
  #wake(): void {
    if (!this.waits) return;
    this.take({ is: "want" });
    const { state } = snapshotOf(this.state);
    assert.ok(
      ["ready", "starting", "refused", "stopping", "offline", "closed"].includes(state),
      `a request waits while ${state}`,
    );
    if (state === "ready" || state === "closed") this.waits = false;
  }

  #pass(ms: number): void {
    this.now += ms;
    this.take({ is: "tick" });
  }

  #progress(one: ModelProcess): void {
    const { id, generation } = one;
    if (one.at === "ending") {
      this.processes.delete(id);
      this.take({ is: "ended", id });
    } else if (one.at === "starting" && this.#runs(one)) {
      one.at = "ready";
      this.take({ is: "ready", id, target: targetOf(id, generation) });
    }
  }

  #fall(one: ModelProcess): void {
    const { id } = one;
    if (one.at === "ready") {
      one.at = "ending";
      this.take({ is: "lost", id });
    } else if (one.at === "starting") {
      this.processes.delete(id);
      this.take({ is: "ended", id, failure: REASON });
    }
  }

  #perform(effect: ApplicationEffect): void {
    switch (effect.do) {
      case "start": {
        const plan = this.#plans.get(effect.revision);
        assert.ok(plan, "the configuration is known");
        this.processes.set(effect.id, { ...effect, plan, at: "starting" });
        return;
      }
      case "stop":
      case "kill": {
        const one = this.processes.get(effect.id);
        assert.ok(one, "what is told to end is there");
        one.at = "ending";
        return;
      }
      case "answer":
        this.answers.get(effect.ticket)?.push(effect.result.outcome);
    }
  }

  #check(): void {
    const { members, generation, next, mode, plan } = this.state;
    assert.deepEqual(
      members.map(({ id }) => id),
      [...this.processes.keys()],
      "nobody is forgotten",
    );
    const active = [...this.processes.values()].filter(({ id }) =>
      members.some((one) => one.id === id && (one.at === "starting" || one.at === "ready"))
    );
    const generations = new Set(active.map((one) => one.generation));
    for (const one of generations) {
      assert.ok(one === generation || one === next?.generation, `generation ${one} is none`);
      const count = active.filter((other) => other.generation === one).length;
      const due = one === generation ? plan.processes : next?.plan.processes ?? 0;
      assert.ok(count <= due, `${count} processes of generation ${one}, due are ${due}`);
    }
    for (const one of active) this.#checkAlone(one);
    const shown = snapshotOf(this.state);
    assert.equal(shown.targets.length > 0, shown.state === "ready");
    if (mode.is !== "open") assert.equal(active.length, 0, `processes while ${mode.is}`);
    if (shown.state === "starting") assert.ok(active.length > 0, "a start is under way");
    if (shown.state === "stopping") assert.ok(this.processes.size > 0, "something is to end");
    const due = nextDeadline(this.state);
    assert.ok(due === undefined || due > this.now, "what was due is done");
    if (shown.state === "refused") assert.ok(due !== undefined, "a refusal has an end");
    for (const retired of shown.retiring) this.#checkRetiring(retired);
  }

  /** Nobody of another generation, and nobody who ends, runs beside a process that bears none. */
  #checkAlone(one: ModelProcess): void {
    if (one.plan.stopFirst === "no" || !this.#runs(one)) return;
    const beside = [...this.processes.values()].filter((other) =>
      other.generation !== one.generation && this.#runs(other)
    );
    assert.deepEqual(beside, [], "it runs alone");
  }

  #checkRetiring(generation: number): void {
    const drain = this.state.drains.find((one) => one.generation === generation);
    const mine = [...this.processes.values()].filter((one) => one.generation === generation);
    assert.ok(mine.length > 0, "what retires is there");
    if (drain?.until === undefined) {
      assert.ok(mine.every(({ at }) => at === "ending"), "all of it was told to end");
    }
  }

  #runs({ at, after }: ModelProcess): boolean {
    return at !== "starting" || !after.some((id) => this.processes.has(id));
  }

  #any(): ModelProcess | undefined {
    const all = [...this.processes.values()];
    return all.length > 0 ? this.#random.of(all) : undefined;
  }

  #newPlan(): Plan {
    const random = this.#random;
    const plan: Plan = {
      ...PLAN,
      revision: this.#plans.size + 1,
      processes: random.of([1, 1, 2, 3]),
      rapidFails: random.of([0, 1, 3, 10]),
      drainMs: random.of([0, 1000, 10_000]),
      stopFirst: random.of(["no", "no", "asked", "fixed port"]),
      isPreloaded: random.index(4) === 0,
    };
    this.#plans.set(plan.revision, plan);
    return plan;
  }
}
