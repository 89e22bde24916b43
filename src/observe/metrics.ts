import type { BackendStatus } from "../contract/backend_status.ts";
import type { Clock } from "../contract/clock.ts";
import type { HostEvent } from "../contract/event.ts";
import { exposition, type Family, type MetricsFormat } from "./_exposition.ts";
import { BackendMetrics, type BackendUsage } from "./backend_metrics.ts";
import { LoopDelay } from "./loop_delay.ts";
import { TrafficMetrics } from "./traffic_metrics.ts";

export type { MetricsFormat } from "./_exposition.ts";

/** What the host process takes of the machine. */
export interface HostUsage {
  /** Bytes. */
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

/** What is asked for when somebody reads the metrics. */
export interface MetricsNow {
  /** Of the host. */
  readonly version: string;
  readonly startedAt: Date;
  readonly host: HostUsage;
  readonly backend: BackendStatus;
  readonly backendUsage: BackendUsage;
  /** Connections of clients that are open. */
  readonly connections: number;
  /** Requests that wait for a process of the backend. */
  readonly waiting: number;
  /** Log records that were lost since the start, by log. */
  readonly lostRecords: Readonly<Record<string, number>>;
}

/** Everything that `/metrics` shows. */
export class Metrics implements Disposable {
  readonly traffic: TrafficMetrics = new TrafficMetrics();
  readonly #backend = new BackendMetrics();
  readonly #loop: LoopDelay;
  readonly #refusals: Record<string, number> = {};

  constructor(clock: Clock) {
    this.#loop = new LoopDelay(clock);
  }

  /** A connection was not served. @param why one of a few words */
  refused(why: string): void {
    this.#refusals[why] = (this.#refusals[why] ?? 0) + 1;
  }

  /** Takes an event of the host. */
  take(event: HostEvent): void {
    this.#backend.take(event);
  }

  /** Writes everything as text. */
  text(now: MetricsNow, format: MetricsFormat): string {
    const families = [
      ...this.#host(now),
      ...this.traffic.families(),
      ...this.#connections(now),
      ...this.#backend.families(now.backend, now.backendUsage),
      ...this.#loop.families(),
      lost(now),
    ];
    return exposition(families, format);
  }

  [Symbol.dispose](): void {
    this.#loop[Symbol.dispose]();
  }

  #connections({ connections, waiting }: MetricsNow): Family[] {
    return [
      {
        name: "ancm_host_connections",
        type: "gauge",
        help: "Connections of clients that are open",
        samples: [{ value: connections }],
      },
      {
        name: "ancm_host_connections_refused",
        type: "counter",
        help: "Connections that were not served, by why: failed handshakes among them",
        samples: Object.entries(this.#refusals).map(([reason, value]) => ({
          labels: { reason },
          value,
        })),
      },
      {
        name: "ancm_host_requests_waiting",
        type: "gauge",
        help: "Requests that wait for a process of the backend",
        samples: [{ value: waiting }],
      },
    ];
  }

  #host({ version, startedAt, host }: MetricsNow): Family[] {
    return [
      {
        name: "ancm_host_build_info",
        type: "gauge",
        help: "1, with the version of the host",
        samples: [{ labels: { version }, value: 1 }],
      },
      {
        name: "process_start_time_seconds",
        type: "gauge",
        help: "When the host was started, seconds since 1970",
        samples: [{ value: startedAt.getTime() / 1_000 }],
      },
      {
        name: "process_resident_memory_bytes",
        type: "gauge",
        help: "Resident memory of the host",
        samples: [{ value: host.residentBytes }],
      },
      {
        name: "process_cpu_seconds",
        type: "counter",
        help: "Processor time of the host",
        samples: [{ value: host.cpuSeconds }],
      },
    ];
  }
}

function lost({ lostRecords }: MetricsNow): Family {
  return {
    name: "ancm_host_log_records_lost",
    type: "counter",
    help: "Log records that were lost because nobody took them in time",
    samples: Object.entries(lostRecords).map(([log, value]) => ({ labels: { log }, value })),
  };
}
