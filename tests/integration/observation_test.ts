import assert from "node:assert/strict";
import { connect } from "node:http2";
import { once } from "node:events";
import { join } from "node:path";
import { bytesContent, emptyContent } from "../../src/contract/content.ts";
import type { Exchange, Reply } from "../../src/contract/exchange.ts";
import { HostError } from "../../src/contract/host_error.ts";
import type { Handler } from "../../src/contract/module.ts";
import type { AccessLogOptions } from "../../src/host.ts";
import { type Observation, observe } from "../../src/host/observation.ts";
import { FieldList } from "../../src/http1/mod.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import { listen } from "../../src/server/listener.ts";
import { SERVER_LIMITS } from "../../src/server/limits.ts";
import { eventually } from "../support/eventually.ts";
import { FakeStream } from "../support/fake_stream.ts";
import "../support/open_socket_calls.ts";
import { runIfInstalled } from "../support/programs.ts";
import { ParsedMetrics } from "../support/prometheus_text.ts";
import { RawClient } from "../support/raw_client.ts";

/** Listeners without a backend behind them, and what was observed. */
class Stage implements AsyncDisposable {
  constructor(
    readonly folder: string,
    readonly observation: Observation,
    readonly listeners: ReturnType<typeof listen>,
  ) {}

  get url(): string {
    return this.listeners.urls[0] ?? assert.fail("no listener");
  }

  /** The lines of the access log once there are so many. */
  async lines(count: number): Promise<string[]> {
    return await eventually(async () => {
      const text = await Deno.readTextFile(join(this.folder, "access.log"));
      const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      return lines.length >= count && lines;
    });
  }

  /** The only line, as JSON. */
  async entry(): Promise<Record<string, unknown>> {
    const [line = ""] = await this.lines(1);
    return JSON.parse(line);
  }

  metrics(): ParsedMetrics {
    const backend = {
      status: () => ({
        state: "stopped",
        generation: 1,
        processes: [],
        starts: 0,
        crashes: 0,
        recycles: 0,
      } as const),
    };
    const traffic = { waiting: 0 };
    const { listeners } = this;
    const read = this.observation.metricsOf({ startedAt: new Date(), backend, listeners, traffic });
    return new ParsedMetrics(read("prometheus"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.listeners[Symbol.asyncDispose]();
    await this.observation[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function stage(
  handler: Handler,
  accessLog: Partial<AccessLogOptions> = {},
  connections = 100,
): Promise<Stage> {
  const folder = await Deno.makeTempDir();
  const to = join(folder, "access.log");
  const observation = await observe({
    appDir: folder,
    accessLog: { to, format: "json", ...accessLog },
  });
  const listeners = listen(["http://127.0.0.1:0"], {
    handler,
    page: (x, error) => errorReply(x, error, { disableStartUpErrorPage: false }),
    limits: { ...SERVER_LIMITS, connections },
    ...observation.listeners(),
  });
  return new Stage(folder, observation, listeners);
}

function answer(text: string, part: Partial<Reply> = {}): Reply {
  const head = { status: 200, reason: "OK", fields: FieldList.none };
  return { head, content: bytesContent(new TextEncoder().encode(text)), ...part };
}

async function echo(x: Exchange): Promise<Reply> {
  let bytes = 0;
  for (let piece; (piece = await x.content.read()) !== null;) bytes += piece.length;
  return answer(`got ${bytes}`);
}

async function postOverHttp2(url: string): Promise<void> {
  const session = connect(url);
  try {
    const stream = session.request({ ":method": "POST", ":path": "/two" });
    stream.end("12345");
    stream.resume();
    await once(stream, "end");
  } finally {
    session.close();
  }
}

Deno.test("a request over HTTP/1.1 is logged and counted with its bytes", async () => {
  await using at = await stage(echo);
  const response = await fetch(`${at.url}/a%20b?c`, { method: "POST", body: "12345" });
  await response.text();
  const entry = await at.entry();
  assert.deepEqual(
    [entry.method, entry.target, entry.version, entry.status, entry.end, entry.client],
    ["POST", "/a%20b?c", "HTTP/1.1", 200, "complete", "127.0.0.1"],
  );
  assert.deepEqual([entry.bytesIn, entry.bytesOut], [5, 5]);
  assert.ok(Number(entry.durationMs) > 0);
  const seen = at.metrics();
  assert.equal(seen.value("ancm_host_requests_total", { class: "2xx" }), 1);
  assert.equal(seen.value("ancm_host_requests_in_flight"), 0);
  assert.equal(seen.value("ancm_host_received_content_bytes_total"), 5);
  assert.ok(seen.value("process_resident_memory_bytes") > 1_000_000);
  assert.ok(seen.value("process_cpu_seconds_total") > 0);
});

Deno.test("the log has the host's own end of the connection (IIS section 11.4)", async () => {
  await using at = await stage(echo, { format: "w3c", fields: ["s-ip", "s-port", "c-ip"] });
  await (await fetch(at.url)).text();
  assert.deepEqual(await at.lines(1), [`127.0.0.1 ${new URL(at.url).port} 127.0.0.1`]);
});

Deno.test("a request over HTTP/2 is logged and counted with its bytes", async () => {
  await using at = await stage(echo);
  await postOverHttp2(at.url);
  const { target, version, status, bytesIn, bytesOut, end } = await at.entry();
  assert.deepEqual(
    [target, version, status, bytesIn, bytesOut, end],
    ["/two", "HTTP/2", 200, 5, 5, "complete"],
  );
  assert.equal(at.metrics().value("ancm_host_requests_in_flight"), 0);
});

for (const over of ["HTTP/1.1", "HTTP/2"] as const) {
  Deno.test(`a refusal of the host over ${over} is logged with its sub-status (IIS M-LG-5)`, async () => {
    await using at = await stage((x) =>
      errorReply(x, new HostError("extension-denied", "No"), { disableStartUpErrorPage: false })
    );
    if (over === "HTTP/2") await postOverHttp2(at.url);
    else await (await fetch(at.url)).text();
    const { version, status, subStatus, failure } = await at.entry();
    assert.deepEqual([version, status, subStatus, failure], [over, 404, 7, "extension-denied"]);
    const labels = { class: "4xx", substatus: "404.7" };
    assert.equal(at.metrics().value("ancm_host_requests_total", labels), 1);
  });
}

Deno.test("what is no request is logged as the 400 that it gets", async () => {
  await using at = await stage(echo, { format: "w3c" });
  using client = await RawClient.open(at.url);
  await client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  assert.equal((await client.answer()).status, 400);
  assert.match((await at.lines(1))[0] ?? "", / - - - \d+ - 127\.0\.0\.1 - - 400 0 0 \d+$/);
  assert.equal(at.metrics().value("ancm_host_requests_in_flight"), 0);
});

Deno.test("a client that leaves before its answer is logged so (IIS M-LG-4)", async () => {
  await using at = await stage(async (x) => {
    await new Promise<void>((resolve) => x.cancellation.onCancel(resolve));
    return answer("nobody");
  });
  const client = await RawClient.open(at.url);
  await client.send("GET /gone HTTP/1.1\r\nHost: a\r\n\r\n");
  await eventually(() => at.metrics().value("ancm_host_requests_in_flight") === 1);
  client.close();
  const { target, end, win32Status } = await at.entry();
  assert.deepEqual([target, end, win32Status], ["/gone", "client-left", 64]);
  assert.equal(at.metrics().value("ancm_host_requests_in_flight"), 0);
});

Deno.test("an answer that breaks off is logged so, and told as an event", async () => {
  const content = {
    length: 10,
    read: () => Promise.reject(new HostError("backend-broke", "It ended")),
    cancel() {},
  };
  await using at = await stage(() => answer("", { content }));
  using client = await RawClient.open(at.url);
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await client.ends();
  const { status, end } = await at.entry();
  assert.deepEqual([status, end], [200, "broken"]);
});

Deno.test("a WebSocket is logged when it ends, with what went through it", async () => {
  const stream = new FakeStream();
  const fields = new FieldList([["Connection", "Upgrade"], ["Upgrade", "websocket"]]);
  const head = { status: 101, reason: "", fields };
  await using at = await stage(() => ({ head, content: emptyContent, switched: stream }));
  using client = await RawClient.open(at.url);
  await client.send(
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  await client.answer();
  assert.equal(at.metrics().value("ancm_host_requests_in_flight"), 1);
  stream.give(new Uint8Array(7));
  await client.until((seen) => seen.length === 7);
  await client.send("12345");
  await eventually(() => stream.text.length === 5);
  stream.give(null);
  client.close();
  const { target, status, bytesIn, bytesOut } = await at.entry();
  assert.deepEqual([target, status, bytesIn, bytesOut], ["/ws", 101, 5, 7]);
  const seen = at.metrics();
  assert.equal(seen.value("ancm_host_requests_total", { class: "1xx" }), 1);
  assert.equal(seen.metric("ancm_host_request_duration_seconds")?.count, "0");
});

Deno.test("connections that are not served are counted by why", async () => {
  await using at = await stage(echo, {}, 1);
  using _first = await RawClient.open(at.url);
  await eventually(() => at.metrics().value("ancm_host_connections") === 1);
  using second = await RawClient.open(at.url);
  assert.equal((await second.answer()).status, 503);
  const refused = "ancm_host_connections_refused_total";
  assert.equal(at.metrics().value(refused, { reason: "limit" }), 1);
});

Deno.test("where nobody asks, an exchange gets no record", async () => {
  const observation = await observe({ appDir: "/", admin: "off" });
  const { began, refused } = observation.listeners();
  assert.deepEqual([began, refused, observation.traffic], [undefined, undefined, undefined]);
  await observation[Symbol.asyncDispose]();
});

Deno.test("GoAccess reads the W3C log as it was meant", async () => {
  await using at = await stage((x) => {
    const isMissing = x.request.target.startsWith("/missing");
    if (!isMissing) return answer("hello");
    return errorReply(x, new HostError("file-not-found", "No"), { disableStartUpErrorPage: false });
  }, { format: "w3c" });
  const headers = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" };
  for (const path of ["/a?b=c", "/a?b=c", "/sp%20ace", "/missing"]) {
    await (await fetch(`${at.url}${path}`, { headers })).text();
  }
  await at.lines(4);
  const output = join(at.folder, "report.json");
  const log = join(at.folder, "access.log");
  const args = ["--no-global-config", "--log-format=W3C", "-o", output];
  const printed = await runIfInstalled("goaccess", log, ...args);
  if (!printed) return;
  assert.equal(printed.code, 0, printed.error);
  const report = JSON.parse(await Deno.readTextFile(output));
  assert.deepEqual(
    [report.general.total_requests, report.general.valid_requests, report.general.failed_requests],
    [4, 4, 0],
  );
  const hits = (panel: string) =>
    // deno-lint-ignore no-explicit-any -- it is JSON of another program
    report[panel].data.map(({ data, hits: { count } }: any) => `${data} ${count}`).sort();
  // It shows the query that is not there as IIS writes it.
  assert.deepEqual(hits("requests"), ["/a?b=c 2", "/sp+ace?- 1"]);
  assert.deepEqual(hits("not_found"), ["/missing?- 1"]);
  assert.deepEqual(hits("hosts"), ["127.0.0.1 4"]);
  assert.deepEqual(hits("browsers"), ["Firefox 4"]);
});
