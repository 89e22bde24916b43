import assert from "node:assert/strict";
import { join } from "node:path";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, type RunningHost } from "../support/executable.ts";
import { recycled, statusOf } from "../support/executable_control.ts";
import { editConfig, exampleCopy } from "../support/executable_example.ts";
import { underLoad } from "../support/executable_load.ts";
import { isRunning } from "../support/executable_processes.ts";
import { until } from "../support/executable_wait.ts";
import { FrameSocket, OPCODE } from "../support/websocket_client.ts";
import { backendOf } from "./_example_app.ts";

/** How often the app of a host was replaced so far. */
const switches = (host: RunningHost) => host.log.named("backend-recycled").length;

dotnetTest("recycling by command, edit and SIGHUP under load fails no request", async () => {
  await using site = await exampleCopy();
  await using host = await runHost({ dir: site.path });
  const first = await backendOf(host);
  const { requests, failures, failureCount } = await underLoad(`${host.url}/`, async () => {
    await recycled(host);
    await Deno.utime(join(site.path, "web.config"), new Date(), new Date());
    await until("the recycle after web.config was touched", () => switches(host) === 2);
    Deno.kill(host.pid, "SIGHUP");
    await until("the recycle after SIGHUP", () => switches(host) === 3);
  });
  assert.equal(failureCount, 0, `${failureCount} of ${requests}: ${failures.join("; ")}`);
  assert.ok(requests > 100, `${requests} requests`);
  assert.equal((await statusOf(host)).backend.recycles, 3);
  await until("the first backend's end", async () => !await isRunning(first.pid));
});

dotnetTest(
  "what runs while web.config is touched ends on the old process (ANCM G-14)",
  async () => {
    await using site = await exampleCopy();
    await using host = await runHost({ dir: site.path });
    const old = await backendOf(host);
    const slow = host.text("/slow/3000");
    await until("the request to be under way", async () => await host.json("/slow/current") === 1);
    await Deno.utime(join(site.path, "web.config"), new Date(), new Date());
    const next = await until("the new process", async () => {
      const found = await backendOf(host);
      return found.pid === old.pid ? undefined : found;
    });
    // Both run for a while: the old one for the sake of one request.
    assert.ok(await isRunning(old.pid), "the old process runs");
    assert.notEqual(next.port, old.port);
    assert.deepEqual(await slow, { status: 200, text: "Waited 3000 ms\n" });
    await until("the old process's end", async () => !await isRunning(old.pid));
    const output = host.log.named("backend-output").map(({ message }) => message);
    assert.ok(output.includes("ExampleApp is stopping"), host.log.text);
    assert.equal(host.log.named("backend-killed").length, 0, host.log.text);
  },
);

dotnetTest("a recycle closes a WebSocket with 1001, and the app sees it", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const old = await backendOf(host);
  using socket = await FrameSocket.open(`${host.url}/ws`);
  await socket.send(OPCODE.text, "before");
  assert.equal(await socket.text(), "before");
  await recycled(host);
  const close = await socket.frame();
  assert.equal(close?.opcode, OPCODE.close);
  assert.deepEqual([...close.payload.subarray(0, 2)], [3, 233]);
  await socket.send(OPCODE.close, Uint8Array.of(3, 233));
  assert.equal(await socket.frame(), undefined);
  const seen = "A WebSocket was closed with 1001";
  await host.log.next("backend-output", ({ message }) => message === seen);
  await until("the old process's end", async () => !await isRunning(old.pid));
  // It ended because its WebSocket did, long before shutdownTimeLimit would have made it.
  assert.equal(host.log.named("backend-killed").length, 0, host.log.text);
  using again = await FrameSocket.open(`${host.url}/ws`);
  await again.send(OPCODE.text, "after");
  assert.equal(await again.text(), "after");
});

dotnetTest(
  "an edit that breaks web.config is told, and the app serves on (ANCM O-43)",
  async () => {
    await using site = await exampleCopy();
    await using host = await runHost({ dir: site.path });
    const { pid } = await backendOf(host);
    let whole = "";
    await editConfig(site.path, (text) => {
      whole = text;
      return text.replace("</configuration>", "");
    });
    await host.log.next("config-error");
    assert.equal((await backendOf(host)).pid, pid);
    await editConfig(site.path, () => whole);
    await until("the recycle after it was mended", () => switches(host) === 1);
    assert.notEqual((await backendOf(host)).pid, pid);
  },
);

dotnetTest(
  "an edit that the new process cannot start with leaves the old one serving",
  async () => {
    await using site = await exampleCopy({ attributes: { startupTimeLimit: "5" } });
    await using host = await runHost({ dir: site.path });
    const { pid } = await backendOf(host);
    await editConfig(site.path, (text) => text.replace("ExampleApp.dll", "NoSuchApp.dll"));
    const failed = await host.log.next("backend-recycle-failed");
    assert.equal(failed.eventId, 1022);
    assert.equal((await backendOf(host)).pid, pid);
  },
);

dotnetTest(
  "with enableShadowCopy a DLL is replaced while the app runs, and it recycles",
  async () => {
    await using site = await exampleCopy({ handlerSettings: { enableShadowCopy: "true" } });
    await using host = await runHost({ dir: site.path });
    const { pid, facts } = await backendOf(host);
    assert.match(facts.currentDirectory, /ShadowCopyDirectory\/\d+$/);
    const dll = join(site.path, "ExampleApp.dll");
    const { failures, requests } = await underLoad(`${host.url}/`, async () => {
      await Deno.copyFile(dll, `${dll}.new`);
      await Deno.rename(`${dll}.new`, dll);
      await until("the recycle", () => switches(host) === 1);
    }, 4);
    assert.deepEqual(failures, [], `of ${requests} requests`);
    const after = await backendOf(host);
    assert.notEqual(after.pid, pid);
    assert.notEqual(after.facts.currentDirectory, facts.currentDirectory);
    const isGone = () => Deno.stat(facts.currentDirectory).then(() => false, () => true);
    await until("the old copy to be deleted", isGone);
  },
);

dotnetTest(
  "an edit of a sub-folder's web.config counts, and the app stays (ANCM O-40)",
  async () => {
    await using site = await exampleCopy();
    const file = join(site.path, "echo", "web.config");
    const configWith = (place: string) =>
      `<configuration><system.webServer><httpProtocol><customHeaders>` +
      `<add name="X-Place" value="${place}" /></customHeaders></httpProtocol></system.webServer></configuration>`;
    await Deno.mkdir(join(site.path, "echo"));
    await Deno.writeTextFile(file, configWith("one"));
    await using host = await runHost({ dir: site.path });
    const { pid } = await backendOf(host);
    const placeOf = async () => {
      const response = await host.request("/echo/");
      await response.body?.cancel();
      return response.headers.get("X-Place");
    };
    assert.equal(await placeOf(), "one");
    for (const place of ["two", "three"]) {
      await Deno.writeTextFile(file, configWith(place));
      await until(`"${place}"`, async () => await placeOf() === place);
    }
    assert.equal((await backendOf(host)).pid, pid);
    assert.equal(switches(host), 0);
  },
);
