import type { AppConfig } from "../../config/app_config.ts";
import type { BackendStatus } from "../../contract/backend_status.ts";
import type { Clock } from "../../contract/clock.ts";
import type { TargetSign } from "../../contract/directory.ts";
import type { Report } from "../../contract/event.ts";
import { Alarm } from "./_alarm.ts";
import type {
  ApplicationEffect,
  ApplicationEvent,
  ApplicationState,
  Plan,
  RecycleEnd,
} from "./application.ts";
import { snapshotOf, statusOf } from "./application_snapshot.ts";
import { applicationStep, newApplication, nextDeadline } from "./application_step.ts";
import { applicationEvent, recycleMessage } from "./application_tales.ts";
import { Directory } from "../directory.ts";
import type { Backend, Recycled } from "../face.ts";
import type { Life } from "../process/life.ts";
import { BackendProcess, type ProcessParts } from "../process/process.ts";

/** What a process of one configuration is made from. */
export type GenerationParts =
  & Omit<ProcessParts, "id" | "generation" | "token" | "onLife">
  & { readonly newToken: () => string };

/** What {@linkcode supervise} needs. */
export interface SupervisorParts {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly report: Report;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Called when a request comes while the application is offline. */
  readonly lookAgain: () => void;
  /** Gives what a configuration means for the life of the application. */
  readonly planOf: (config: AppConfig, revision: number) => Plan;
  /** Called for each process. */
  readonly partsOf: (config: AppConfig, generation: number) => GenerationParts;
}

/** Keeps one backend: starts it when somebody wants it, starts it again, replaces it, tells the directory, ends it. */
export function supervise(parts: SupervisorParts): Backend {
  return new Supervisor(parts);
}

/** A process with what people want to know of it. */
interface Running {
  readonly process: BackendProcess;
  readonly startedAt: string;
  pid?: number;
  port?: number;
}

/** Does what {@linkcode applicationStep} says and tells it what came of that. */
class Supervisor implements Backend {
  readonly directory: Directory;
  readonly #parts: SupervisorParts;
  readonly #alarm: Alarm;
  /** Everything that is not gone yet, by id. */
  readonly #running = new Map<number, Running>();
  /** Of every process of which something is left. */
  readonly #leaving = new Set<Promise<void>>();
  /** The configurations that a start may ask for, by revision. */
  readonly #configs = new Map<number, AppConfig>();
  readonly #recycles = new Map<number, (end: RecycleEnd) => void>();
  readonly #events: ApplicationEvent[] = [];
  #state: ApplicationState;
  #lastFailure: BackendStatus["lastFailure"];
  #isBusy = false;
  #stopped: Promise<void> | undefined;
  #lastRevision = 1;
  #lastTicket = 0;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#configs.set(this.#lastRevision, parts.config);
    this.#state = newApplication(parts.planOf(parts.config, this.#lastRevision));
    this.#alarm = new Alarm(parts.clock, () => this.#take({ is: "tick" }));
    this.directory = new Directory(snapshotOf(this.#state), {
      want: () => this.#take({ is: "want" }),
      report: (id, sign) => this.#hear(id, sign),
      drained: (generation) => this.#take({ is: "drained", generation }),
    });
  }

  status(): BackendStatus {
    const { clock } = this.#parts;
    const began = clock.date().getTime() - clock.now();
    return statusOf(this.#state, {
      ...(this.#lastFailure ? { lastFailure: this.#lastFailure } : {}),
      dateAt: (ms) => new Date(began + ms),
      process: (id) => {
        const { process: _, ...shown } = this.#running.get(id) ?? { startedAt: "" };
        return shown;
      },
    });
  }

  recycle(
    { reason, config }: { readonly reason: string; readonly config?: AppConfig | undefined },
  ): Promise<Recycled> {
    const ticket = ++this.#lastTicket;
    const { promise, resolve } = Promise.withResolvers<Recycled>();
    this.#recycles.set(ticket, (end) => {
      resolve({ outcome: end.outcome, message: recycleMessage(end) });
    });
    const event = { is: "recycle", ticket, reason } as const;
    if (config === undefined) this.#take(event);
    else {
      const revision = ++this.#lastRevision;
      this.#configs.set(revision, config);
      this.#take({ ...event, plan: this.#parts.planOf(config, revision) });
    }
    return promise;
  }

  async goOffline(): Promise<void> {
    this.#take({ is: "offline" });
    const { signal } = new AbortController(); // each process has its own limits: this ends by itself
    for (let now = this.directory.current(); now.state === "stopping";) {
      now = await this.directory.changed(now, signal);
    }
  }

  comeBack(): void {
    this.#take({ is: "online" });
  }

  rest(reason: string): void {
    this.#take({ is: "rest", reason });
  }

  stop(signal?: AbortSignal): Promise<void> {
    this.#stopped ??= this.#close("stop");
    if (signal?.aborted) this.kill();
    else signal?.addEventListener("abort", () => this.kill(), { once: true });
    return this.#stopped;
  }

  kill(): void {
    const ended = this.#close("kill");
    this.#stopped ??= ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #close(how: "stop" | "kill"): Promise<void> {
    this.#take({ is: how });
    await Promise.all(this.#leaving);
  }

  #hear(id: number, sign: TargetSign): void {
    if (sign === "served") this.#take({ is: "served", id });
    else this.#running.get(id)?.process.doubt(sign);
  }

  /** An effect may cause the next event at once: it then waits for the others of its step. */
  #take(event: ApplicationEvent): void {
    this.#events.push(event);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) this.#step(next);
    } finally {
      this.#isBusy = false;
    }
  }

  #step(event: ApplicationEvent): void {
    const { clock, random } = this.#parts;
    const moment = { now: clock.now(), random: random() };
    const { state, effects } = applicationStep(this.#state, event, moment);
    this.#state = state;
    this.#forgetConfigs();
    // What takes no more requests is known as such before it hears of it.
    this.directory.publish(snapshotOf(state));
    for (const effect of effects) this.#perform(effect);
    this.#alarm.set(nextDeadline(state));
  }

  #perform(effect: ApplicationEffect): void {
    switch (effect.do) {
      case "start":
        return this.#start(effect);
      case "stop":
        return this.#running.get(effect.id)?.process.stop();
      case "kill":
        return this.#running.get(effect.id)?.process.kill();
      case "look-again":
        return this.#parts.lookAgain();
      case "answer":
        this.#recycles.get(effect.ticket)?.(effect.result);
        this.#recycles.delete(effect.ticket);
        return;
      case "tell": {
        const { clock, report, config: { root } } = this.#parts;
        const { generation } = this.#state;
        return report(applicationEvent(effect.what, { root, generation, now: clock.now() }));
      }
    }
  }

  #start({ id, generation, revision, after }: ApplicationEffect & { do: "start" }): void {
    const config = this.#configs.get(revision);
    if (!config) throw new Error(`No configuration of revision ${revision}`);
    const parts = this.#parts.partsOf(config, generation);
    const inTheWay = after.flatMap((other) => this.#running.get(other)?.process.gone ?? []);
    const process = new BackendProcess({
      ...parts,
      id,
      generation,
      token: parts.newToken(),
      prepare: async (token) => {
        await Promise.all(inTheWay);
        return await parts.prepare(token);
      },
      spawn: (launch) => {
        const child = parts.spawn(launch);
        Object.assign(running, { pid: child.pid, port: launch.port });
        return child;
      },
      onLife: (life, before) => this.#onLife(process, life, before),
    });
    const startedAt = this.#parts.clock.date().toISOString();
    const running: Running = { process, startedAt };
    this.#running.set(id, running);
    this.#leaving.add(process.gone);
    process.gone.then(() => this.#leaving.delete(process.gone));
    process.start();
  }

  #onLife(process: BackendProcess, life: Life, before: Life): void {
    const { id } = process;
    if (life.at === "ready" && before.at !== "ready") {
      const { target } = process;
      Object.assign(this.#running.get(id) ?? {}, { port: target.port });
      return this.#take({ is: "ready", id, target });
    }
    if (before.at === "ready" && life.at !== "ready") this.#take({ is: "lost", id });
    if (life.at !== "ended") return;
    this.#running.delete(id);
    const failure = life.outcome.why === "failed" ? process.failure : undefined;
    if (failure) {
      const at = this.#parts.clock.date().toISOString();
      this.#lastFailure = { at, code: failure.code, message: failure.message };
    }
    this.#take({ is: "ended", id, ...(failure ? { failure } : {}) });
  }

  /** Keeps the configurations that a start may still ask for. */
  #forgetConfigs(): void {
    if (this.#configs.size === 1) return;
    const { plan, next, recycling } = this.#state;
    const kept = [plan, next?.plan, recycling?.fallback].map((one) => one?.revision);
    for (const revision of this.#configs.keys()) {
      if (!kept.includes(revision)) this.#configs.delete(revision);
    }
  }
}
