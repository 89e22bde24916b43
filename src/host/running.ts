import type { Backend } from "../backend/mod.ts";
import type { AppConfig } from "../config/mod.ts";
import { systemClock } from "../contract/clock.ts";
import type { Report } from "../contract/event.ts";
import type { HostStatus, RecycleResult } from "../contract/host_status.ts";
import type { InFlight } from "../gateway/in_flight.ts";
import { AdminEvents } from "../pages/admin_events.ts";
import { readinessOf } from "../pages/admin_readiness.ts";
import type { Listeners } from "../server/listener.ts";
import project from "../../deno.json" with { type: "json" };
import type { AdminParts } from "./admin.ts";
import { usedConfiguration } from "./configuration.ts";
import type { Observation } from "./observation.ts";
import type { Host, HostOptions } from "./options.ts";
import type { Serving } from "./serving.ts";

/** How long the last answer to an admin command may take to leave. Milliseconds. */
const ADMIN_DRAIN_MS = 1_000;

/** How much of a drain is left for the last words. Milliseconds. */
const WORD_MS = 1_000;

/** What a {@linkcode RunningHost} is made of. */
export interface RunningParts {
  readonly options: HostOptions;
  readonly report: Report;
  readonly backend: Backend;
  readonly serving: Serving;
  readonly traffic: InFlight;
  readonly observation: Observation;
  readonly listeners: Listeners;
  /** What recycles or stops the backend by itself. */
  readonly watching: Disposable;
}

/** The host that {@linkcode startHost} gives: tells how it is, and ends it in order. */
export class RunningHost implements Host {
  readonly urls: readonly string[];
  readonly stopAsked: Promise<string>;
  readonly #parts: RunningParts;
  readonly #asked = Promise.withResolvers<string>();
  readonly #startedAt = systemClock.date();
  #admin: Listeners | undefined;
  #owned: AsyncDisposable | undefined;
  /** For the status page. */
  readonly #events: AdminEvents;
  #isDraining = false;
  #stopped: Promise<void> | undefined;

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.urls = parts.listeners.urls;
    this.stopAsked = this.#asked.promise;
    const { observation } = parts;
    this.#events = new AdminEvents(systemClock, observation.liveSource(() => this.status()));
  }

  get admin(): string | undefined {
    return this.#admin?.urls[0];
  }

  get config(): AppConfig {
    return this.#parts.serving.config;
  }

  /** Takes the admin listener, which closes last. */
  admits(admin: Listeners | undefined): void {
    this.#admin = admin;
  }

  /** Takes everything that has to be disposed of when the host is over. */
  owns(rest: AsyncDisposable): void {
    this.#owned = rest;
  }

  /** Gives what the admin listener may show and do. */
  controls(): AdminParts["site"] {
    const { observation } = this.#parts;
    return {
      status: () => this.status(),
      readiness: () => this.#readiness(),
      configuration: () => usedConfiguration(this.config),
      events: this.#events,
      metrics: observation.metricsOf({ ...this.#parts, startedAt: this.#startedAt }),
      recycle: (reason) => this.recycle(reason),
      stop: (who) => {
        this.#asked.resolve(who);
        void this.stop();
      },
    };
  }

  status(): HostStatus {
    const { backend, traffic } = this.#parts;
    const sinceMs = systemClock.date().getTime() - this.#startedAt.getTime();
    return {
      version: project.version,
      pid: Deno.pid,
      startedAt: this.#startedAt.toISOString(),
      uptimeS: Math.max(0, Math.floor(sinceMs / 1_000)),
      appDir: this.config.root,
      configFile: this.config.source.file,
      urls: this.urls,
      draining: this.#isDraining,
      readiness: this.#readiness(),
      backend: backend.status(),
      traffic: { inFlight: traffic.inFlight, total: traffic.total },
    };
  }

  recycle(reason: string): Promise<RecycleResult> {
    return this.#parts.serving.reload(reason);
  }

  reopenLogs(): Promise<void> {
    return this.#parts.observation.reopenLogs();
  }

  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { backend, listeners, watching } = this.#parts;
    this.#isDraining = true;
    watching[Symbol.dispose]();
    backend.kill();
    this.#events.end();
    await Promise.all([listeners[Symbol.asyncDispose](), this.#admin?.[Symbol.asyncDispose]()]);
    await backend.stop();
    await this.#owned?.[Symbol.asyncDispose]();
  }

  /** Requests that wait for a backend that does not come are told so while there is time for it. */
  #endWaiting(): void {
    const { backend } = this.#parts;
    if (backend.directory.current().targets.length === 0) void backend.stop();
  }

  #readiness() {
    return readinessOf(this.#parts.backend.directory.current().state, this.#isDraining);
  }

  async #stop(): Promise<void> {
    const { options, report, backend, listeners, watching } = this.#parts;
    this.#isDraining = true;
    // 1. Nothing new is begun, and clients learn that this connection is not to be used again.
    watching[Symbol.dispose]();
    const drainTimeMs = options.drainTimeMs ?? 15_000;
    const drained = AbortSignal.timeout(drainTimeMs);
    listeners.announceClose(drainTimeMs);
    const delayMs = Math.min(this.config.aspNetCore.shutdownDelayMs, drainTimeMs);
    if (listeners.open > 0) await systemClock.sleep(delayMs);
    // 2. No new connections; what is under way may end.
    const over = new AbortController();
    const given = systemClock.sleep(Math.max(0, drainTimeMs - delayMs - WORD_MS), over.signal)
      .then(() => this.#endWaiting(), () => {}); // the drain was over before
    await listeners.drain(drained);
    over.abort();
    await given;
    // 3. The backend: asked, then by signal, then by force.
    await backend.stop();
    // 4. Whoever asked for it sees the end.
    this.#events.end();
    await this.#admin?.drain(AbortSignal.timeout(ADMIN_DRAIN_MS));
    await this.#owned?.[Symbol.asyncDispose]();
    report({ level: "info", name: "stopped", message: "Stopped" });
  }
}
