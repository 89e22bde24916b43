import type { ExchangeEnd, ExchangeRecord } from "../contract/exchange_record.ts";
import type { Family, Sample } from "./_exposition.ts";
import { Histogram } from "./_histogram.ts";
import { subStatusOf } from "./_sub_status.ts";

/** Seconds. */
const REQUEST_BOUNDS = [
  ...[.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05],
  ...[.1, .25, .5, 1, 2.5, 5, 10, 30, 60],
] as const;

const CLASSES = ["none", "1xx", "2xx", "3xx", "4xx", "5xx", "other"] as const;
const OTHER = CLASSES.length - 1;
const SWITCHED = 101;

/** Sub-statuses that are told apart: rules of web.config may make up any. */
const MOST_SUB_STATUSES = 200;
/** For those beyond. */
const REST = -1;
/** What a status is multiplied by, to hold a sub-status beside it. */
const FACTOR = 100_000;

/** Counts what passes between clients and the backend: plain numbers, added to once an exchange. */
export class TrafficMetrics {
  /** Exchanges and tunnels that are under way. */
  inFlight = 0;
  /** Of those that are over, bytes. */
  bytesIn = 0;
  bytesOut = 0;
  /** From the head of the request to the last byte of the answer; tunnels are not in it. Seconds. */
  readonly durations = new Histogram(REQUEST_BOUNDS);
  /** From when the request was handed to the backend to the head of its answer. Seconds. */
  readonly firstBytes = new Histogram(REQUEST_BOUNDS);
  /** How long requests for the backend waited for a process. Seconds. */
  readonly queues = new Histogram(REQUEST_BOUNDS);

  readonly #byClass = CLASSES.map(() => 0);
  /** By status and sub-status. */
  readonly #bySubStatus = new Map<number, number>();
  readonly #byEnd: Record<ExchangeEnd, number> = {
    complete: 0,
    "client-left": 0,
    dropped: 0,
    broken: 0,
  };

  /** How many exchanges are over. */
  get total(): number {
    return this.#byClass.reduce((sum, count) => sum + count, 0) +
      this.#bySubStatus.values().reduce((sum, count) => sum + count, 0);
  }

  /** How many of them got a status of 500 or more. */
  get failed(): number {
    let failed = this.#byClass[5] ?? 0;
    for (const [key, count] of this.#bySubStatus) if (classOf(statusOf(key)) === 5) failed += count;
    return failed;
  }

  /** An exchange has begun. */
  began(): void {
    this.inFlight++;
  }

  /** It is over. */
  finished(record: ExchangeRecord): void {
    const { status, end, bytesIn, bytesOut, tookMs, queueMs, sentAt, firstByteMs } = record;
    this.inFlight--;
    this.bytesIn += bytesIn;
    this.bytesOut += bytesOut;
    this.#byEnd[end]++;
    const subStatus = subStatusOf(record);
    if (subStatus === undefined) this.#byClass[classOf(status)]!++;
    else this.#count(status * FACTOR + subStatus);
    if (status !== SWITCHED) this.durations.observe(tookMs / 1_000);
    if (firstByteMs >= 0) this.firstBytes.observe(firstByteMs / 1_000);
    if (sentAt >= 0 || queueMs > 0) this.queues.observe(queueMs / 1_000);
  }

  families(): Family[] {
    const gauge = { type: "gauge" } as const;
    const counter = { type: "counter" } as const;
    const histogram = { type: "histogram" } as const;
    return [
      {
        ...counter,
        name: "ancm_host_requests",
        help: "Requests that are over, by status class, and by sub-status where the host answered",
        samples: this.#statusSamples(),
      },
      {
        ...counter,
        name: "ancm_host_exchanges_ended",
        help: "Requests that are over, by how they ended",
        samples: Object.entries(this.#byEnd).map(([end, value]) => ({ labels: { end }, value })),
      },
      {
        ...gauge,
        name: "ancm_host_requests_in_flight",
        help: "Requests and WebSockets that are under way",
        samples: [{ value: this.inFlight }],
      },
      {
        ...histogram,
        name: "ancm_host_request_duration_seconds",
        help: "Time from the head of a request to the last byte of its answer, WebSockets apart",
        samples: this.durations.samples(),
      },
      {
        ...histogram,
        name: "ancm_host_backend_first_byte_seconds",
        help: "Time from handing a request to the backend to the head of its answer",
        samples: this.firstBytes.samples(),
      },
      {
        ...histogram,
        name: "ancm_host_queue_seconds",
        help: "Time that requests for the backend waited for a process",
        samples: this.queues.samples(),
      },
      {
        ...counter,
        name: "ancm_host_received_content_bytes",
        help: "Content of requests that are over, and what came through WebSockets",
        samples: [{ value: this.bytesIn }],
      },
      {
        ...counter,
        name: "ancm_host_sent_content_bytes",
        help: "Content of answers that are over, and what went through WebSockets",
        samples: [{ value: this.bytesOut }],
      },
    ];
  }

  #count(key: number): void {
    const counts = this.#bySubStatus;
    const isKnown = counts.has(key) || counts.size < MOST_SUB_STATUSES;
    const counted = isKnown ? key : REST - classOf(statusOf(key));
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
  }

  #statusSamples(): Sample[] {
    const plain = this.#byClass.map((value, i) => ({ labels: { class: CLASSES[i] ?? "" }, value }));
    const named = [...this.#bySubStatus].map(([key, value]) => {
      const status = statusOf(key);
      const className = CLASSES[classOf(status)] ?? "";
      const substatus = key < 0 ? "other" : `${status}.${key % FACTOR}`;
      return { labels: { class: className, substatus }, value };
    });
    const isUsual = ({ labels }: typeof plain[number]) => labels.class.endsWith("xx");
    return [...plain.filter((one) => one.value > 0 || isUsual(one)), ...named];
  }
}

/** Of a key of the counts by sub-status. */
function statusOf(key: number): number {
  return key < 0 ? (REST - key) * 100 : Math.floor(key / FACTOR);
}

function classOf(status: number): number {
  const index = Math.floor(status / 100);
  return index < OTHER ? index : OTHER;
}
