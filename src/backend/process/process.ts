import type { Clock } from "../../contract/clock.ts";
import type { StartFailure, Target } from "../../contract/directory.ts";
import type { HostEvent, Report } from "../../contract/event.ts";
import type { AspNetCoreConfig } from "../../config/app_config.ts";
import { isHandlerSettingTrue } from "../../config/handler_setting.ts";
import { Attempt } from "./_attempt.ts";
import type { Child } from "./child.ts";
import { describeFault, StartFault } from "./failure.ts";
import type { Launch } from "../launch/launch.ts";
import type { Effect, Fault, Life, LifeEvent, LifeLimits, Tale, TimerName } from "./life.ts";
import { step } from "./life_step.ts";
import { maskOf } from "./output_lines.ts";
import { type Probe, tellProgress, watchStart } from "./readiness.ts";
import { eventsOf } from "./tales.ts";

/** What one backend process needs of the world. */
export interface ProcessParts {
  /** Unique within this host process. */
  readonly id: number;
  readonly generation: number;
  /** The pairing token, kept over the second attempt. */
  readonly token: string;
  readonly root: string;
  readonly aspNetCore: AspNetCoreConfig;
  readonly clock: Clock;
  readonly report: Report;
  readonly probe: Probe;
  /** Sends the shutdown request and gives the status of the answer. */
  readonly requestShutdown: (target: Target, signal: AbortSignal) => Promise<number | undefined>;
  /** Readies it for its first request once it listens. Never rejects. @see IIS M-AI-1 */
  readonly warmUp?: (target: Target, signal: AbortSignal) => Promise<void> | undefined;
  /** Finds the program and a port. @throws {StartFault} */
  readonly prepare: (token: string) => Promise<Launch>;
  /** Runs it. @throws the system's error */
  readonly spawn: (launch: Launch) => Child;
  /** Told of every step of its life. */
  readonly onLife: (life: Life, before: Life) => void;
  /** Clears away what was made for it, once nothing of it is left; `gone` waits for that. Never rejects. */
  readonly ended?: () => Promise<void>;
}

/** How often the end of a group is looked for. */
const SETTLE_MS = 10;
/** What is left of the time for a start when a process that is not ready for requests gets them all the same. */
const WARM_UP_MARGIN_MS = 1_000;
/** How often it is looked whether a debugger, for which the limits wait, is still there. */
const DEBUGGED_MS = 1000;

/** Lives the life of one backend process: does what {@linkcode step} says and tells it what came of that. */
export class BackendProcess {
  /** Resolves when nothing of it is left. Never rejects. */
  readonly gone: Promise<void>;
  readonly #gone = Promise.withResolvers<void>();
  readonly #parts: ProcessParts;
  readonly #limits: LifeLimits;
  readonly #mask: (text: string) => string;
  readonly #events: LifeEvent[] = [];
  #life: Life = { at: "new" };
  /** Aborted when the state it belongs to is left: what was begun in a state ends with it. */
  #scope = new AbortController();
  #isBusy = false;
  #attempt = new Attempt();
  #failure: StartFailure | undefined;
  #since: number;

  constructor(parts: ProcessParts) {
    this.#parts = parts;
    this.#limits = {
      startMs: parts.aspNetCore.startupTimeLimitMs,
      shutdownMs: parts.aspNetCore.shutdownTimeLimitMs,
    };
    this.#mask = maskOf(parts.token);
    this.#since = parts.clock.now();
    this.gone = this.#gone.promise;
  }

  get id(): number {
    return this.#parts.id;
  }

  /** Where it can be reached; meaningful once it has been spawned. */
  get target(): Target {
    const { id, generation, token } = this.#parts;
    return Object.freeze({ id, generation, token, port: this.#attempt.port ?? 0 });
  }

  /** Why it could not be started, once it is known. */
  get failure(): StartFailure | undefined {
    return this.#failure;
  }

  start(): void {
    this.#take({ is: "start" });
  }

  /** Ends it, with time to finish; during a start too. Once is enough. */
  stop(): void {
    this.#since = this.#parts.clock.now();
    this.#take({ is: "stop" });
  }

  /** Ends it and its whole group before it returns. */
  kill(): void {
    this.#take({ is: "kill" });
  }

  /**
   * A request could not be passed to it: looks whether it still listens. A program may break connections as it likes,
   * and whoever makes it do so must not make the host read the socket tables: there the look is at its life alone.
   */
  doubt(fault: "refused" | "broken"): void {
    if (fault === "broken" && this.#attempt.child?.isLeaderAlive()) return;
    this.#take({ is: "doubted" });
  }

  /** An effect may cause the next event at once: it then waits for the others of its step. */
  #take(event: LifeEvent): void {
    this.#events.push(event);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift()) this.#live(next);
    } finally {
      this.#isBusy = false;
    }
  }

  #live(event: LifeEvent): void {
    const before = this.#life;
    const { life, effects } = step(before, event, this.#limits);
    this.#life = life;
    if (life.at !== before.at) {
      this.#scope.abort();
      this.#scope = new AbortController();
    }
    for (const effect of effects) this.#perform(effect);
    if (life !== before) this.#parts.onLife(life, before);
    if (life.at === "ended") this.#gone.resolve(this.#parts.ended?.());
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case "launch":
        return this.#during((signal) => this.#start(signal));
      case "watch":
        return this.#during((signal) => this.#watch(signal));
      case "look":
        return this.#during((signal) => this.#look(signal));
      case "ask":
        return this.#during((signal) => this.#ask(signal));
      case "settle":
        return this.#during((signal) => this.#settle(signal));
      case "timer":
        return this.#during((signal) => this.#wait(effect.name, effect.ms, signal));
      case "terminate":
        return this.#attempt.child?.signal("SIGTERM");
      case "kill":
        return this.#attempt.child?.signal("SIGKILL");
      case "tell":
        return this.#tell(effect.what);
    }
  }

  /** Runs something that ends with the present state. Whatever it throws then is of no interest. */
  #during(act: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.#scope;
    Promise.try(act, signal).catch((error) => {
      if (!signal.aborted) this.#unforeseen(error);
    });
  }

  async #start(signal: AbortSignal): Promise<void> {
    this.#since = this.#parts.clock.now();
    this.#attempt = new Attempt();
    try {
      const launch = await this.#parts.prepare(this.#parts.token);
      if (signal.aborted) return;
      this.#attempt.launch = launch;
      this.#adopt(this.#parts.spawn(launch));
    } catch (error) {
      if (!signal.aborted) this.#take({ is: "refused", fault: StartFault.from(error) });
    }
  }

  #adopt(child: Child): void {
    const attempt = this.#attempt;
    attempt.child = child;
    child.exited.then((exit) => {
      if (this.#attempt !== attempt) return;
      attempt.exit = exit;
      attempt.leftOthers = !child.isGone();
      const owner = child.owner(attempt.running().port);
      // A launcher may have ended between the first moment in which its server listened and the next look.
      if (owner === "own") this.#take({ is: "listening" });
      this.#take({ is: "exited", portTaken: owner === "foreign" });
    });
    this.#take({ is: "spawned" });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { child, port } = this.#attempt.running();
    const { clock, probe, aspNetCore } = this.#parts;
    const tellWaiting = () => this.#tell({ what: "waiting" });
    this.#during((signal) => tellProgress({ clock, signal, tell: tellWaiting }));
    await watchStart({
      child,
      port,
      clock,
      probe,
      adoptPort: isHandlerSettingTrue(aspNetCore, "adoptPort"),
      signal,
      tell: (event) => {
        if (signal.aborted) return;
        if (event.is === "adopted") this.#attempt.adoptedPort = event.listener.port;
        if (event.is === "listening" || event.is === "adopted") this.#warmUp(event);
        else this.#take(event);
      },
    });
  }

  /** What is slow must not make the start fail: it is not waited for to the end of the time. */
  #warmUp(event: LifeEvent): void {
    const { clock, warmUp } = this.#parts;
    const leftMs = this.#limits.startMs - (clock.now() - this.#since) - WARM_UP_MARGIN_MS;
    if (!warmUp || leftMs <= 0) return this.#take(event);
    this.#during(async (signal) => {
      const over = new AbortController();
      const end = AbortSignal.any([signal, over.signal]);
      clock.sleep(leftMs, end).then(() => over.abort(), () => {});
      await warmUp(this.target, end);
      over.abort();
      if (!signal.aborted) this.#take(event);
    });
  }

  /** Synchronous where the system tells who listens, so that the next request already knows. */
  #look(signal: AbortSignal): Promise<void> {
    const { child, port } = this.#attempt.running();
    const owner = child.owner(port);
    if (owner === "own") return Promise.resolve();
    if (owner !== "unknown" || this.#attempt.exit !== undefined) {
      this.#take({ is: "silent" });
      return Promise.resolve();
    }
    return this.#lookByProbe(port, signal);
  }

  async #lookByProbe(port: number, signal: AbortSignal): Promise<void> {
    const listens = await this.#parts.probe(port, signal);
    if (!signal.aborted && !listens) this.#take({ is: "silent" });
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const status = await this.#parts.requestShutdown(this.target, signal).catch(() => undefined);
    if (!signal.aborted) this.#take({ is: "answered", status });
  }

  async #settle(signal: AbortSignal): Promise<void> {
    const { child } = this.#attempt.running();
    await Promise.race([child.exited, aborted(signal)]);
    for (let pause = SETTLE_MS; !child.isGone(); pause = Math.min(pause * 1.5, 100)) {
      await this.#parts.clock.sleep(pause, signal);
    }
    await child.drained();
    if (!signal.aborted) this.#take({ is: "gone" });
  }

  async #wait(name: TimerName, ms: number, signal: AbortSignal): Promise<void> {
    await this.#parts.clock.sleep(ms, signal);
    if (name === "start" || name === "shutdown") await this.#whileDebugged(signal);
    if (!signal.aborted) this.#take({ is: "timer", name });
  }

  /** Whoever looks at a process with a debugger is not to lose it to a limit. @see ANCM P-24, O-28 */
  async #whileDebugged(signal: AbortSignal): Promise<void> {
    for (let isTold = false; this.#attempt.child?.isDebugged(); isTold = true) {
      if (!isTold) this.#tell({ what: "debugged" });
      await this.#parts.clock.sleep(DEBUGGED_MS, signal);
    }
  }

  #tell(tale: Tale): void {
    const { aspNetCore, root, generation, clock, report } = this.#parts;
    if (tale.what === "attempt-failed") this.#failure = this.#describe(tale.fault);
    const facts = {
      processPath: aspNetCore.processPath,
      root,
      generation,
      pid: this.#attempt.child?.pid,
      port: this.#attempt.port,
      exit: this.#attempt.exit,
      durationMs: clock.now() - this.#since,
      failure: this.#failure,
      ...this.#limits,
    };
    for (const event of eventsOf(tale, facts)) report(event);
  }

  #describe(fault: Fault): StartFailure {
    const { aspNetCore, root } = this.#parts;
    return describeFault(fault, {
      ...this.#attempt.factsOf(fault, aspNetCore),
      folder: root,
      limitMs: this.#limits.startMs,
      mask: this.#mask,
    });
  }

  /** Our bug: nothing of the process may stay, and somebody must hear of it. */
  #unforeseen(error: unknown): void {
    const event: HostEvent = {
      level: "error",
      name: "host-bug",
      message: `Cannot go on with the backend: ${error instanceof Error ? error.name : "unknown"}`,
    };
    this.#parts.report(event);
    this.kill();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
