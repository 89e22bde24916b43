import assert from "node:assert/strict";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, type RunningHost } from "../support/executable.ts";
import {
  descendantsOf,
  groupOf,
  isRunning,
  membersOf,
  variableOf,
} from "../support/executable_processes.ts";
import { siteWith } from "../support/executable_sites.ts";
import { until } from "../support/executable_wait.ts";
import { backendOf } from "./_example_app.ts";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  dotnetTest(`${signal} lets the app end, exits with 0 and leaves no process behind`, async () => {
    await using host = await runHost({ dir: await publishedApp("example") });
    const { pid } = await backendOf(host);
    const group = await groupOf(pid);
    assert.notEqual(group, await groupOf(host.pid), "the backend has a group of its own");
    assert.equal(await host.stop(signal), 0);
    assert.equal(await isRunning(pid), false);
    assert.deepEqual(await membersOf(group), []);
    const output = host.log.named("backend-output").map(({ message }) => message);
    assert.ok(output.includes("ExampleApp is stopping"), host.log.text);
  });
}

dotnetTest("a request under way is answered before the host ends", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  await backendOf(host);
  const answer = host.text("/slow/1000");
  await until("the request to be under way", async () => await host.json("/slow/current") === 1);
  const code = host.stop();
  assert.deepEqual(await answer, { status: 200, text: "Waited 1000 ms\n" });
  assert.equal(await code, 0);
});

dotnetTest("an open event stream does not keep the host from ending", async () => {
  const dir = await publishedApp("example");
  await using host = await runHost({ dir, args: ["--drain-time", "1"] });
  const response = await host.request("/events");
  const ended = response.text().catch(() => {});
  const { pid } = await backendOf(host);
  assert.equal(await host.stop(), 0);
  assert.equal(await isRunning(pid), false);
  await ended;
});

Deno.test("a stop before the first request starts no backend and exits with 0", async () => {
  await using site = await siteWith(`<aspNetCore processPath="no-such-program" />`);
  await using host = await runHost({ dir: site.path });
  assert.equal(await host.stop(), 0);
  assert.deepEqual(host.log.lines.filter(({ event }) => event.startsWith("backend-")), []);
});

Deno.test("a stop during a start leaves no process behind", async () => {
  await using site = await siteWith(
    `<aspNetCore processPath="sh" arguments="-c &quot;sleep 600 &amp; sleep 600&quot;" />`,
  );
  await using host = await runHost({ dir: site.path, args: ["--preload", "--drain-time", "1"] });
  const pid = await until("the program", async () => (await descendantsOf(host.pid))[0]);
  const hostGroup = await groupOf(host.pid);
  const group = await until("a group of its own", async () => {
    const group = await groupOf(pid);
    return group === hostGroup ? undefined : group;
  });
  await until("what the program starts", async () => (await membersOf(group)).length > 1);
  assert.equal(await host.stop(), 0);
  assert.deepEqual(await membersOf(group), []);
});

dotnetTest("kill -9 of the backend between requests costs no request (ANCM R-2)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const first = await backendOf(host);
  await killed(first.pid);
  assert.equal((await host.text("/")).status, 200);
  const second = await backendOf(host);
  assert.notEqual(second.pid, first.pid);
  await killed(second.pid);
  assert.deepEqual(await host.json("/upload", { method: "POST", body: "abc" }), {
    length: 3,
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  });
});

async function killed(pid: number): Promise<void> {
  Deno.kill(pid, "SIGKILL");
  await until("the end of the backend", async () => !await isRunning(pid));
}

dotnetTest("--preload starts the backend without a request", async () => {
  await using host = await runHost({ dir: await publishedApp("example"), args: ["--preload"] });
  const ready = await host.log.next("backend-started");
  assert.equal((await backendOf(host)).pid, ready["pid"]);
  assert.equal(host.log.named("backend-started").length, 1);
});

for (const path of ["/download/1073741824", "/download/1073741824?chunked", "/events"]) {
  dotnetTest(
    `a crash in the middle of ${path} looks broken, and the next request is served (ANCM F-75)`,
    async () => {
      await using host = await runHost({ dir: await publishedApp("example") });
      const response = await host.request(path);
      assert.equal(response.status, 200);
      const reader = response.body!.getReader();
      assert.equal((await reader.read()).done, false);
      assert.equal((await host.text("/crash", { method: "POST" })).status, 502);
      await assert.rejects(async () => {
        while (!(await reader.read()).done);
      });
      assert.equal((await host.text("/")).status, 200);
      assertReported(host, "Somebody asked for /crash");
      const broken = await host.log.next(
        "answer-broken",
        (event) => event["code"] === "backend-broke",
      );
      assert.match(broken.message, /^The answer to GET \/\w+.* broke off: /);
    },
  );
}

function assertReported(host: RunningHost, output: string): void {
  const messages = host.log.named("backend-output").map(({ message }) => message);
  assert.ok(messages.includes(output), host.log.text);
}

dotnetTest(
  "a connection that the app cuts gives 502, or an answer that looks broken (ANCM F-73)",
  async () => {
    await using host = await runHost({ dir: await publishedApp("example") });
    assert.equal((await host.text("/abort", { method: "POST" })).status, 502);
    // How much of the answer had left the app before it cut the connection is not for us to know.
    const status = await host.text("/abort?after=1000").then(
      (answer) => answer.status,
      () => "broken",
    );
    assert.ok(status === 502 || status === "broken", `the answer looked complete: ${status}`);
    assert.equal((await host.text("/")).status, 200);
  },
);

dotnetTest("the app prints its token on a mismatch, and the log masks it", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const { pid, port } = await backendOf(host);
  const token = await variableOf(pid, "ASPNETCORE_TOKEN");
  assert.match(token ?? "", /^[0-9a-f-]{36}$/);
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    headers: { "MS-ASPNETCORE-TOKEN": "wrong" },
  });
  await response.body?.cancel();
  const isMismatch = (message: string) => message.includes("does not match the expected pairing");
  await host.log.next("backend-output", ({ message }) => isMismatch(message));
  await host.stop();
  assert.ok(!host.log.text.includes(token!), "the token is in the log");
});
