import type { BackendStatus } from "../contract/backend_status.ts";
import type { BackendState } from "../contract/directory.ts";
import type { HostEvent } from "../contract/event.ts";
import type { Family } from "./_exposition.ts";
import { Histogram } from "./_histogram.ts";

/** Seconds. */
const START_BOUNDS = [.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120] as const;

const STATES: Readonly<Record<BackendState, true>> = {
  stopped: true,
  starting: true,
  ready: true,
  failed: true,
  refused: true,
  stopping: true,
  offline: true,
  closed: true,
};

/** What the backend's processes take of the machine; what the system does not tell is absent. */
export interface BackendUsage {
  /** Resident memory of those that serve, bytes. */
  readonly residentBytes?: number | undefined;
  /** Of all there have been, as far as it was seen. Seconds. */
  readonly cpuSeconds?: number | undefined;
}

/** Counts what the events tell of the backend, and shows its state. */
export class BackendMetrics {
  /** Of starts that succeeded, seconds. */
  readonly starts = new Histogram(START_BOUNDS);
  #startFailures = 0;

  /** Takes an event of the host. */
  take({ name, facts }: HostEvent): void {
    if (name === "backend-start-failed") this.#startFailures++;
    if (name !== "backend-started") return;
    const durationMs = facts?.["durationMs"];
    if (typeof durationMs === "number") this.starts.observe(durationMs / 1_000);
  }

  families(status: BackendStatus, { residentBytes, cpuSeconds }: BackendUsage): Family[] {
    const { state, generation, processes, starts, crashes, recycles } = status;
    const states = Object.keys(STATES).map((name) => ({
      labels: { state: name },
      value: Number(name === state),
    }));
    return [
      {
        name: "ancm_host_backend_state",
        type: "gauge",
        help: "1 for the state that the backend is in",
        samples: states,
      },
      gauge("generation", "Number of the set of processes that serves, or comes next", generation),
      gauge("processes", "Backend processes that are not gone", processes.length),
      counter("starts", "Starts of a backend process that have begun", starts),
      counter("start_failures", "Starts that failed", this.#startFailures),
      counter("crashes", "Backend processes that ended without being asked to", crashes),
      counter("recycles", "Recycles that put new processes in the place of others", recycles),
      {
        name: "ancm_host_backend_start_duration_seconds",
        type: "histogram",
        help: "Time from starting a backend process until it listens",
        samples: this.starts.samples(),
      },
      gauge(
        "resident_memory_bytes",
        "Resident memory of the backend processes that serve",
        residentBytes,
      ),
      counter("cpu_seconds", "Processor time of the backend's processes", cpuSeconds),
    ];
  }
}

function gauge(name: string, help: string, value: number | undefined): Family {
  return { name: `ancm_host_backend_${name}`, type: "gauge", help, samples: samplesOf(value) };
}

function counter(name: string, help: string, value: number | undefined): Family {
  return { name: `ancm_host_backend_${name}`, type: "counter", help, samples: samplesOf(value) };
}

function samplesOf(value: number | undefined) {
  return value === undefined ? [] : [{ value }];
}
