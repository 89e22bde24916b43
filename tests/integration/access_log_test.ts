import assert from "node:assert/strict";
import { join } from "node:path";
import { type HostOptions, startHost } from "../../src/host.ts";
import { APP_ARGUMENTS } from "../support/backend_site.ts";
import { eventually } from "../support/eventually.ts";
import "../support/open_socket_calls.ts";
import { ParsedMetrics } from "../support/prometheus_text.ts";
import { RawClient } from "../support/raw_client.ts";

const WEB_CONFIG = `<configuration>
  <system.webServer>
    <handlers>
      <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" />
    </handlers>
    <aspNetCore processPath="${Deno.execPath()}" arguments="${
  APP_ARGUMENTS.replaceAll('"', "&quot;")
}" />
  </system.webServer>
  <location path="health">
    <system.webServer><httpLogging dontLog="true" /></system.webServer>
  </location>
</configuration>`;

/** Runs a test with a host over a real backend, and the folder that its access log is in. */
async function withHost(
  options: Partial<HostOptions>,
  body: (host: Awaited<ReturnType<typeof startHost>>, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(join(folder, "app"));
    await Deno.writeTextFile(join(folder, "app", "web.config"), WEB_CONFIG);
    await using host = await startHost({
      appDir: join(folder, "app"),
      listen: ["http://127.0.0.1:0"],
      admin: `http://unix:${join(folder, "admin.sock")}`,
      environment: Deno.env.toObject(),
      accessLog: { to: join(folder, "access.log"), format: "json" },
      ...options,
    });
    await body(host, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function entries(path: string, count: number): Promise<Record<string, unknown>[]> {
  return await eventually(async () => {
    const text = await Deno.readTextFile(path).catch(() => "");
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.length >= count && lines.map((line) => JSON.parse(line));
  });
}

Deno.test("the access log tells of the backend, and leaves out what httpLogging says (IIS M-LG-0)", async () => {
  await withHost({ traceparent: true }, async (host, folder) => {
    for (const path of ["/first", "/health", "/second"]) {
      assert.equal(await (await fetch(`${host.urls[0]}${path}`)).text(), "hello");
    }
    const [first, second] = await entries(join(folder, "access.log"), 2);
    assert.deepEqual([first?.target, second?.target], ["/first", "/second"]);
    assert.deepEqual([first?.generation, first?.status, first?.bytesOut], [1, 200, 5]);
    assert.ok(Number(first?.queueMs) > 0, "it waited for the start");
    assert.equal(second?.queueMs, 0);
    assert.ok(Number(second?.firstByteMs) > 0);
    assert.match(String(first?.traceparent), /^00-[\da-f]{32}-[\da-f]{16}-01$/);
    assert.notEqual(first?.traceparent, second?.traceparent);
  });
});

Deno.test("reopenLogs() goes on in a new file when another program has moved the one there was", async () => {
  await withHost({}, async (host, folder) => {
    await (await fetch(`${host.urls[0]}/one`)).text();
    await Deno.rename(join(folder, "access.log"), join(folder, "moved.log"));
    await host.reopenLogs();
    await (await fetch(`${host.urls[0]}/two`)).text();
    const moved = await entries(join(folder, "moved.log"), 1);
    const fresh = await entries(join(folder, "access.log"), 1);
    assert.deepEqual([...moved, ...fresh].map(({ target }) => target), ["/one", "/two"]);
  });
});

Deno.test("GET /metrics of the admin listener tells of requests, host and backend", async () => {
  await withHost({}, async (host) => {
    await (await fetch(`${host.urls[0]}/`)).text();
    using client = await RawClient.open(host.admin ?? assert.fail("no admin listener"));
    const { status, content, fields } = await client.get("/metrics");
    assert.equal(status, 200);
    assert.deepEqual(
      fields.find(([name]) => name === "Content-Type")?.[1],
      "text/plain; version=0.0.4; charset=utf-8",
    );
    const seen = new ParsedMetrics(content);
    assert.equal(seen.value("ancm_host_requests_total", { class: "2xx" }), 1);
    assert.equal(seen.value("ancm_host_backend_state", { state: "ready" }), 1);
    assert.equal(seen.value("ancm_host_backend_starts_total"), 1);
    assert.equal(seen.metric("ancm_host_backend_start_duration_seconds")?.count, "1");
    assert.equal(seen.metric("ancm_host_queue_seconds")?.count, "1");
    assert.equal(seen.value("ancm_host_log_records_lost_total", { log: "access" }), 0);
    if (Deno.build.os !== "linux") return;
    assert.ok(seen.value("ancm_host_backend_resident_memory_bytes") > 1_000_000);
    assert.ok(seen.value("ancm_host_backend_cpu_seconds_total") > 0);
  });
});
