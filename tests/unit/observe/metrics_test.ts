import assert from "node:assert/strict";
import type { BackendStatus } from "../../../src/contract/backend_status.ts";
import { exposition } from "../../../src/observe/_exposition.ts";
import { Histogram } from "../../../src/observe/_histogram.ts";
import { Metrics, type MetricsNow } from "../../../src/observe/metrics.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { observed, type ObservedChanges } from "../../support/observed.ts";
import { ParsedMetrics } from "../../support/prometheus_text.ts";

const STATUS: BackendStatus = {
  state: "ready",
  generation: 3,
  processes: [],
  starts: 5,
  crashes: 1,
  recycles: 2,
};

const NOW: MetricsNow = {
  version: "1.2.3",
  startedAt: new Date(1_000_500),
  host: { residentBytes: 1_000, cpuSeconds: 1.5 },
  backend: STATUS,
  backendUsage: { residentBytes: 2_000, cpuSeconds: 2.5 },
  connections: 7,
  waiting: 4,
  lostRecords: { access: 6 },
};

function stage() {
  const clock = new FakeClock();
  const metrics = new Metrics(clock);
  return {
    clock,
    metrics,
    pass(changes: ObservedChanges = {}) {
      metrics.traffic.began();
      metrics.traffic.finished(observed(changes).record);
    },
    read: (now: Partial<MetricsNow> = {}) =>
      new ParsedMetrics(metrics.text({ ...NOW, ...now }, "prometheus")),
    [Symbol.dispose]: () => metrics[Symbol.dispose](),
  };
}

Deno.test("Metrics counts requests by status class, and by sub-status where the host answered", () => {
  using at = stage();
  at.pass();
  at.pass();
  at.pass({ record: { status: 404 } });
  at.pass({ failure: "extension-denied" });
  at.pass({ failure: "backend-silent" });
  at.pass({ record: { status: 403 }, subStatus: 18 });
  at.pass({ record: { status: 0, end: "dropped" } });
  at.pass({ record: { status: 799, end: "client-left" } });
  const seen = at.read();
  const count = (labels: Record<string, string>) => seen.value("ancm_host_requests_total", labels);
  assert.equal(count({ class: "2xx" }), 2);
  assert.equal(count({ class: "3xx" }), 0);
  assert.equal(count({ class: "4xx" }), 1);
  assert.equal(count({ class: "4xx", substatus: "404.7" }), 1);
  assert.equal(count({ class: "5xx", substatus: "502.3" }), 1);
  assert.equal(count({ class: "4xx", substatus: "403.18" }), 1);
  assert.equal(count({ class: "none" }), 1);
  assert.equal(count({ class: "other" }), 1);
  assert.equal(seen.value("ancm_host_exchanges_ended_total", { end: "complete" }), 6);
  assert.equal(seen.value("ancm_host_exchanges_ended_total", { end: "dropped" }), 1);
  assert.equal(seen.value("ancm_host_sent_content_bytes_total"), 8 * 1_234);
  assert.equal(at.metrics.traffic.total, 8);
  assert.equal(at.metrics.traffic.failed, 1);
});

Deno.test("Metrics keeps the sub-statuses that rules make up within a bound", () => {
  using at = stage();
  for (let i = 0; i < 1_000; i++) at.pass({ record: { status: 403 }, subStatus: i });
  const family = at.read().families.get("ancm_host_requests_total");
  const named = family?.metrics.filter(({ labels }) => labels?.["substatus"]) ?? [];
  assert.equal(named.length, 201);
  assert.equal(
    at.read().value("ancm_host_requests_total", { class: "4xx", substatus: "other" }),
    800,
  );
  assert.equal(at.metrics.traffic.total, 1_000);
  assert.equal(at.metrics.traffic.failed, 0);
});

Deno.test("Metrics tells durations of answers, not of tunnels, and what waited for a process", () => {
  using at = stage();
  at.pass({ record: { tookMs: 12.3, queueMs: 300, firstByteMs: 9 } });
  at.pass({ record: { status: 101, tookMs: 100_000, firstByteMs: 9 } });
  at.pass({ failure: "extension-denied", record: { tookMs: 70_000 } });
  at.pass({ failure: "queue-full", record: { tookMs: 1, queueMs: 1 } });
  const seen = at.read();
  const { buckets, sum, count } = seen.metric("ancm_host_request_duration_seconds") ?? {};
  assert.equal(count, "3");
  assert.equal(Number(sum).toFixed(4), "70.0133");
  assert.deepEqual(
    [buckets?.["0.001"], buckets?.["0.01"], buckets?.["0.025"], buckets?.["60.0"]],
    ["1", "1", "2", "2"],
  );
  assert.equal(buckets?.["+Inf"], "3");
  assert.equal(seen.metric("ancm_host_backend_first_byte_seconds")?.count, "2");
  assert.equal(seen.metric("ancm_host_queue_seconds")?.count, "3");
});

Deno.test("Metrics tells what is under way and what was refused", () => {
  using at = stage();
  at.metrics.traffic.began();
  at.metrics.refused("handshake");
  at.metrics.refused("handshake");
  at.metrics.refused("limit");
  const seen = at.read();
  assert.equal(seen.value("ancm_host_requests_in_flight"), 1);
  assert.equal(seen.value("ancm_host_requests_waiting"), 4);
  assert.equal(seen.value("ancm_host_connections"), 7);
  assert.equal(seen.value("ancm_host_connections_refused_total", { reason: "handshake" }), 2);
  assert.equal(seen.value("ancm_host_connections_refused_total", { reason: "limit" }), 1);
});

Deno.test("Metrics tells the state of the backend, and what the events say of starts", () => {
  using at = stage();
  const event = { level: "info", message: "" } as const;
  at.metrics.take({ ...event, name: "backend-started", facts: { durationMs: 700 } });
  at.metrics.take({ ...event, name: "backend-start-failed" });
  at.metrics.take({ ...event, name: "listening" });
  const seen = at.read();
  assert.equal(seen.value("ancm_host_backend_state", { state: "ready" }), 1);
  assert.equal(seen.value("ancm_host_backend_state", { state: "failed" }), 0);
  for (
    const [name, value] of [
      ["generation", 3],
      ["starts_total", 5],
      ["start_failures_total", 1],
      ["crashes_total", 1],
      ["recycles_total", 2],
      ["resident_memory_bytes", 2_000],
      ["cpu_seconds_total", 2.5],
    ] as const
  ) assert.equal(seen.value(`ancm_host_backend_${name}`), value, name);
  const { buckets, count } = seen.metric("ancm_host_backend_start_duration_seconds") ?? {};
  assert.deepEqual([buckets?.["0.5"], buckets?.["1.0"], count], ["0", "1", "1"]);
});

Deno.test("Metrics tells how the host itself is, and leaves out what the system does not tell", () => {
  using at = stage();
  const seen = at.read({ backendUsage: {} });
  assert.equal(seen.value("process_resident_memory_bytes"), 1_000);
  assert.equal(seen.value("process_cpu_seconds_total"), 1.5);
  assert.equal(seen.value("process_start_time_seconds"), 1_000.5);
  assert.equal(seen.value("ancm_host_build_info", { version: "1.2.3" }), 1);
  assert.equal(seen.value("ancm_host_log_records_lost_total", { log: "access" }), 6);
  assert.equal(seen.families.has("ancm_host_backend_resident_memory_bytes"), false);
  assert.equal(seen.families.has("ancm_host_backend_cpu_seconds_total"), false);
});

Deno.test("Metrics measures how late the event loop is, and ends when disposed of", async () => {
  const at = stage();
  const late = new class extends FakeClock {
    override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
      await super.sleep(ms + 30, signal);
    }
  }();
  const metrics = new Metrics(late);
  await late.advance(2_060);
  metrics[Symbol.dispose]();
  await late.advance(10_000);
  const seen = new ParsedMetrics(metrics.text(NOW, "prometheus"));
  const { buckets, count } = seen.metric("ancm_host_event_loop_delay_seconds") ?? {};
  assert.deepEqual([buckets?.["0.025"], buckets?.["0.05"], count], ["0", "2", "2"]);
  at[Symbol.dispose]();
});

Deno.test("every family has a help, a type that fits its name, and numbers", () => {
  using at = stage();
  at.pass();
  at.metrics.refused("limit");
  for (const { name, help, type, metrics } of at.read().families.values()) {
    assert.ok(help.length > 0, name);
    assert.equal(type === "COUNTER", name.endsWith("_total"), name);
    for (const { value, count } of metrics) {
      assert.ok(Number.isFinite(Number(value ?? count)), name);
    }
  }
});

Deno.test("exposition() escapes labels, and says what OpenMetrics wants otherwise", () => {
  const families = [{
    name: "a",
    type: "counter",
    help: "One\\two\nthree",
    samples: [{ labels: { b: 'c"\\\n' }, value: 2 }],
  }, { name: "none", type: "gauge", help: "x", samples: [] }] as const;
  assert.equal(
    exposition(families, "prometheus"),
    '# HELP a_total One\\\\two\\nthree\n# TYPE a_total counter\na_total{b="c\\"\\\\\\n"} 2\n',
  );
  assert.equal(
    exposition(families, "openmetrics"),
    '# HELP a One\\\\two\\nthree\n# TYPE a counter\na_total{b="c\\"\\\\\\n"} 2\n# EOF\n',
  );
});

Deno.test("Histogram counts a value in the bucket of the bound that it meets", () => {
  const histogram = new Histogram([1, 2]);
  for (const value of [0, 1, 1.5, 2, 3]) histogram.observe(value);
  assert.deepEqual(histogram.cumulative(), [[1, 2], [2, 4]]);
  assert.deepEqual([histogram.count, histogram.sum], [5, 7.5]);
});
