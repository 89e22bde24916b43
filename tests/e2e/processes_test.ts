import assert from "node:assert/strict";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost } from "../support/executable.ts";
import { control, statusOf } from "../support/executable_control.ts";
import { exampleCopy } from "../support/executable_example.ts";
import { underLoad } from "../support/executable_load.ts";
import { isRunning } from "../support/executable_processes.ts";
import { siteWith } from "../support/executable_sites.ts";
import { until } from "../support/executable_wait.ts";
import { backendOf } from "./_example_app.ts";

dotnetTest(
  "of three processes one is killed under load, and no GET fails (ANCM P-40)",
  async () => {
    await using site = await exampleCopy({ attributes: { processesPerApplication: "3" } });
    await using host = await runHost({ dir: site.path, args: ["--preload"] });
    const started = () => host.log.named("backend-started");
    await until("three processes", () => started().length === 3);
    const { failures, failureCount, requests } = await underLoad(`${host.url}/`, async () => {
      const served = new Set<number>();
      await until("an answer of each process", async () => {
        served.add((await backendOf(host)).pid);
        return served.size === 3;
      });
      const [pid = 0] = served;
      Deno.kill(pid, "SIGKILL");
      await until("a fourth process", () => started().length === 4);
      assert.equal(await isRunning(pid), false);
    });
    assert.equal(failureCount, 0, `${failureCount} of ${requests}: ${failures.join("; ")}`);
    const { backend } = await statusOf(host);
    assert.equal(backend.processes.filter(({ state }) => state === "ready").length, 3);
    assert.equal(backend.crashes, 1);
  },
);

dotnetTest(
  "crashes beyond rapidFailsPerMinute are 503 with Retry-After (ANCM R-6, R-8)",
  async () => {
    await using site = await exampleCopy({ attributes: { rapidFailsPerMinute: "2" } });
    await using host = await runHost({ dir: site.path });
    await backendOf(host);
    for (let crash = 1; crash <= 3; crash++) {
      await host.text("/crash", { method: "POST" });
      await until(
        "the end of the process",
        () => host.log.named("backend-exited").length === crash,
      );
    }
    const refused = await host.log.next("backend-refused-starts");
    assert.equal(refused.eventId, 1003);
    const response = await host.request("/");
    assert.equal(response.status, 503);
    const seconds = Number(response.headers.get("Retry-After"));
    assert.ok(seconds >= 1 && seconds <= 60, `Retry-After: ${seconds}`);
    assert.match(await response.text(), /503\.0/);
    const { backend, readiness } = await statusOf(host);
    assert.deepEqual([backend.state, readiness.ready], ["refused", false]);
    assert.ok(backend.retryAt !== undefined && Date.parse(backend.retryAt) > Date.now());
    // Somebody who has mended it need not wait (ANCM R-9).
    assert.equal((await control(host, "recycle")).code, 0);
    assert.equal((await host.text("/")).status, 200);
  },
);

Deno.test("starts that fail count, too (ANCM R-5)", async () => {
  await using site = await siteWith(
    `<aspNetCore processPath="sh" arguments="-c &quot;exit 3&quot;" rapidFailsPerMinute="1" />`,
  );
  await using host = await runHost({ dir: site.path });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await host.text("/")).status);
  assert.deepEqual(statuses, [502, 502, 503]);
});

dotnetTest(
  "the backend stops when nothing is asked of it, and the next request starts it",
  async () => {
    const dir = await publishedApp("example");
    await using host = await runHost({ dir, args: ["--idle-timeout", "1"] });
    const { pid } = await backendOf(host);
    const resting = await host.log.next("backend-resting");
    assert.match(resting.message, /idleTimeout/);
    await until("the end of the process", async () => !await isRunning(pid));
    assert.notEqual((await backendOf(host)).pid, pid);
  },
);

dotnetTest("two hosts of one folder do not disturb each other", async () => {
  await using site = await exampleCopy();
  await using first = await runHost({ dir: site.path });
  await using second = await runHost({ dir: site.path });
  const [one, two] = [await backendOf(first), await backendOf(second)];
  assert.notEqual(one.pid, two.pid);
  assert.notEqual(one.port, two.port);
  Deno.kill(first.pid, "SIGKILL");
  await until("the end of the first app", async () => !await isRunning(one.pid));
  // A host that starts now looks for what a killed one has left behind.
  await using third = await runHost({ dir: site.path });
  await backendOf(third);
  assert.equal((await backendOf(second)).pid, two.pid);
});
