import assert from "node:assert/strict";
import { APP_ARGUMENTS, type BackendSite, backendSite } from "../support/backend_site.ts";
import { expectTarget } from "../support/backend_wait.ts";
import { eventually } from "../support/eventually.ts";
import { isRunning, kill } from "../support/processes.ts";

/** What lives is read from `/proc`. */
const LINUX = { ignore: Deno.build.os !== "linux" };

async function started(site: BackendSite): Promise<number> {
  await expectTarget(site.backend.directory);
  return site.pids().at(-1) ?? 0;
}

Deno.test(
  "stop() asks the backend, which ends by itself (ANCM O-20, O-21, M-13)",
  LINUX,
  async () => {
    await using site = await backendSite({ APP_DEAF: "1" });
    const pid = await started(site);
    await site.backend.stop();
    assert.equal(isRunning(pid), false);
    assert.deepEqual(site.log.names(), [
      "1001 backend-started",
      "1006 backend-shutdown-answered",
      "1030 backend-stopped",
    ]);
    assert.equal(site.log.find("backend-shutdown-answered")?.facts?.status, 202);
    assert.equal(site.log.find("backend-stopped")?.facts?.exitCode, 0);
  },
);

Deno.test(
  "stop() sends SIGTERM at once to what does not know the request (ANCM O-24, O-29)",
  LINUX,
  async () => {
    await using site = await backendSite({ APP_SHUTDOWN: "404" }, { shutdownTimeLimitMs: 60_000 });
    const pid = await started(site);
    await site.backend.stop();
    assert.equal(isRunning(pid), false);
    assert.equal(site.log.find("backend-shutdown-answered")?.facts?.status, 404);
    assert.equal(site.log.find("backend-stopped")?.facts?.exitSignal, "SIGTERM");
  },
);

Deno.test("stop() kills at shutdownTimeLimit what ignores SIGTERM (ANCM O-25)", LINUX, async () => {
  await using site = await backendSite({ APP_SHUTDOWN: "404", APP_DEAF: "1" }, {
    shutdownTimeLimitMs: 1000,
  });
  const pid = await started(site);
  await site.backend.stop();
  assert.equal(isRunning(pid), false);
  assert.deepEqual(site.lines.map(({ text }) => text).slice(-1), ["no"]);
  assert.equal(site.log.find("backend-killed")?.eventId, 1005);
});

Deno.test(
  "stop() kills at shutdownTimeLimit what agreed and stays (ANCM O-23)",
  LINUX,
  async () => {
    await using site = await backendSite({ APP_SHUTDOWN: "stay" }, { shutdownTimeLimitMs: 1000 });
    const pid = await started(site);
    await site.backend.stop();
    assert.equal(isRunning(pid), false);
    assert.ok(site.log.find("backend-killed"));
  },
);

for (const shutdown of ["202", "404"]) {
  Deno.test(
    `stop() leaves no grandchild when the answer is ${shutdown} (ANCM P-8)`,
    LINUX,
    async () => {
      await using site = await backendSite({ APP_CHILD: "1", APP_SHUTDOWN: shutdown });
      const pid = await started(site);
      const child = await grandchild(site);
      await site.backend.stop();
      assert.deepEqual([pid, child].filter(isRunning), []);
      assert.equal(site.log.find("backend-killed"), undefined);
    },
  );
}

Deno.test("stop() ends a grandchild that has left its session", LINUX, async () => {
  const script = 'setsid sleep 600 & echo child $!; exec \\"$0\\" \\"$@\\"';
  await using site = await backendSite({ APP_SHUTDOWN: "stay" }, {
    processPath: "/bin/sh",
    shutdownTimeLimitMs: 1000,
    arguments: `-c "${script}" "${Deno.execPath()}" ${APP_ARGUMENTS}`,
  });
  const pid = await started(site);
  const child = await grandchild(site);
  try {
    await site.backend.stop();
    assert.deepEqual([pid, child].filter(isRunning), []);
  } finally {
    kill(child);
  }
});

Deno.test("kill() ends backend and grandchild without waiting", LINUX, async () => {
  await using site = await backendSite({ APP_CHILD: "1", APP_DEAF: "1" });
  const pid = await started(site);
  const child = await grandchild(site);
  site.backend.kill();
  await eventually(() => !isRunning(pid) && !isRunning(child));
  assert.equal(site.backend.directory.current().state, "closed");
});

Deno.test(
  "a backend that is killed is noticed at once; the next request starts a new one (ANCM R-1, R-2)",
  LINUX,
  async () => {
    await using site = await backendSite({ APP_CHILD: "1" });
    const { directory } = site.backend;
    const first = await expectTarget(directory);
    const pid = site.pids()[0] ?? 0;
    const child = await grandchild(site);
    const before = directory.current();
    Deno.kill(pid, "SIGKILL");
    const after = await directory.changed(before, AbortSignal.timeout(20_000));
    assert.equal(after.state, "stopped");
    assert.equal(after.generation, before.generation);
    const second = await expectTarget(directory);
    assert.notEqual(second.id, first.id);
    assert.notEqual(second.token, first.token);
    assert.equal(isRunning(child), false);
    const exited = site.log.find("backend-exited");
    assert.equal(exited?.eventId, 1030);
    assert.equal(exited?.facts?.exitSignal, "SIGKILL");
  },
);

for (const fault of ["refused", "broken"] as const) {
  Deno.test(
    `report() of "${fault}" sees a death before anybody was told of it`,
    LINUX,
    async () => {
      await using site = await backendSite();
      const { directory } = site.backend;
      const { id } = await expectTarget(directory);
      const pid = site.pids()[0] ?? 0;
      Deno.kill(pid, "SIGKILL");
      while (isRunning(pid)) { /* nothing else gets a turn meanwhile */ }
      assert.equal(directory.current().state, "ready");
      directory.report(id, fault);
      assert.equal(directory.current().state, "stopped");
    },
  );
}

async function grandchild(site: BackendSite): Promise<number> {
  return Number(
    await eventually(() =>
      site.lines.map(({ text }) => /^child (\d+)$/.exec(text)?.[1]).find(Boolean)
    ),
  );
}
