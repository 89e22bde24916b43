import process from "node:process";
import { ProcessorTime, servingBytes } from "../backend/mod.ts";
import type { BackendStatus } from "../contract/backend_status.ts";
import { systemClock } from "../contract/clock.ts";
import type { HostEvent, Report } from "../contract/event.ts";
import type { Exchange } from "../contract/exchange.ts";
import { ExchangeRecord } from "../contract/exchange_record.ts";
import { HostError } from "../contract/host_error.ts";
import type { HostStatus } from "../contract/host_status.ts";
import { type AccessLog, openAccessLog } from "../observe/access_log.ts";
import { Metrics, type MetricsFormat } from "../observe/metrics.ts";
import { RecentlySeen } from "../observe/recent_events.ts";
import {
  type BackendOutput,
  backendOutputEvent,
  brokenAnswerEvent,
  failedRequestEvent,
} from "../observe/request_events.ts";
import { requestTotals } from "../observe/request_totals.ts";
import { TrafficMetrics } from "../observe/traffic_metrics.ts";
import type { LiveSource } from "../pages/admin_events.ts";
import type { FrontOptions } from "../server/front.ts";
import type { Refusal } from "../server/listener.ts";
import type { HostOptions } from "./options.ts";
import project from "../../deno.json" with { type: "json" };

/** What of the host is asked when somebody reads the metrics. */
export interface MeasuredHost {
  readonly startedAt: Date;
  readonly backend: { status(): BackendStatus };
  readonly listeners: { readonly open: number };
  readonly traffic: { readonly waiting: number };
}

/** All that listens to what the host does. It decides nothing. */
export class Observation implements AsyncDisposable {
  /** Takes the host's events: for whoever started it, and for the metrics. */
  readonly report: Report;
  readonly #options: HostOptions;
  readonly #accessLog: AccessLog | undefined;
  /** Absent where nobody can read them. */
  readonly #metrics: Metrics | undefined;
  readonly #processorTime = new ProcessorTime();
  readonly #recent = new RecentlySeen(systemClock);

  constructor(options: HostOptions, accessLog: AccessLog | undefined) {
    const { report = () => {} } = options;
    const metrics = options.admin === "off" ? undefined : new Metrics(systemClock);
    this.#options = options;
    this.#accessLog = accessLog;
    this.#metrics = metrics;
    this.report = metrics ? (event: HostEvent) => (metrics.take(event), report(event)) : report;
  }

  /** Gives what the listeners for clients tell: nothing of exchanges where nobody wants to know. */
  listeners(): Pick<FrontOptions, "began" | "finished"> & { refused?: (why: Refusal) => void } {
    const metrics = this.#metrics;
    const broken: FrontOptions["finished"] = (x, { end, error }) => {
      if (end !== "broken") return;
      this.report(brokenAnswerEvent(x, error));
      this.#recent.failed(x, HostError.from(error));
    };
    if (!metrics && !this.#accessLog) return { finished: broken };
    return {
      began(x) {
        x.record = new ExchangeRecord(systemClock.now());
        metrics?.traffic.began();
      },
      finished: (x, outcome) => {
        broken(x, outcome);
        const { record } = x;
        if (!record) return;
        record.status = outcome.status;
        record.end = outcome.end;
        record.bytesIn = outcome.bytesIn;
        record.bytesOut = outcome.bytesOut;
        this.#take(x, record);
      },
      ...(metrics ? { refused: (why: Refusal) => metrics.refused(why) } : {}),
    };
  }

  /** A request failed, and the host answers it. */
  failed(x: Exchange, error: HostError): void {
    this.report(failedRequestEvent(x, error));
    this.#recent.failed(x, error);
  }

  /** The backend wrote a line. */
  printed(line: BackendOutput): void {
    this.report(backendOutputEvent(line));
    this.#recent.printed(line);
  }

  /** Gives what the status page shows: no traffic where there is no admin listener, and so no page. */
  liveSource(status: () => HostStatus): LiveSource {
    const { traffic = new TrafficMetrics() } = this;
    return { status, totals: () => requestTotals(traffic), recent: this.#recent };
  }

  /** Begins the files of the access log again: another program has moved them. */
  async reopenLogs(): Promise<void> {
    await this.#accessLog?.reopen();
  }

  /** Gives what passes, counted; absent where nobody can read it. */
  get traffic(): Metrics["traffic"] | undefined {
    return this.#metrics?.traffic;
  }

  /** Gives the metrics as text; absent where nobody can read them. */
  metricsOf(host: MeasuredHost): (format: MetricsFormat) => string {
    return (format) => this.#text(host, format);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#metrics?.[Symbol.dispose]();
    await this.#accessLog?.[Symbol.asyncDispose]();
  }

  #take(x: Exchange, record: ExchangeRecord): void {
    record.tookMs = systemClock.now() - record.startedAt;
    this.#metrics?.traffic.finished(record);
    this.#accessLog?.take(x, record);
  }

  #text({ startedAt, backend, listeners, traffic }: MeasuredHost, format: MetricsFormat): string {
    const status = backend.status();
    const { user, system } = process.cpuUsage();
    const now = {
      version: project.version,
      startedAt,
      host: {
        residentBytes: Deno.memoryUsage().rss,
        cpuSeconds: (user + system) / 1_000_000,
      },
      backend: status,
      backendUsage: {
        residentBytes: servingBytes(status),
        cpuSeconds: this.#processorTime.read(status),
      },
      connections: listeners.open,
      waiting: traffic.waiting,
      lostRecords: this.#lostRecords(),
    };
    return this.#metrics?.text(now, format) ?? "";
  }

  #lostRecords(): Record<string, number> {
    const { lostEvents } = this.#options;
    return {
      ...(this.#accessLog ? { access: this.#accessLog.lost } : {}),
      ...(lostEvents ? { events: lostEvents() } : {}),
    };
  }
}

/**
 * Opens what listens to a host.
 *
 * @throws {AccessLogError} where the access log cannot be had
 */
export async function observe(options: HostOptions): Promise<Observation> {
  const { accessLog, report = () => {} } = options;
  if (!accessLog) return new Observation(options, undefined);
  const standardOutput = { write: (bytes: Uint8Array) => Deno.stdout.write(bytes) };
  const parts = { clock: systemClock, report, standardOutput };
  return new Observation(options, await openAccessLog(accessLog, parts));
}
