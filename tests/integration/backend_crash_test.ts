import assert from "node:assert/strict";
import type { Target } from "../../src/contract/directory.ts";
import { type BackendSite, backendSite } from "../support/backend_site.ts";
import { expectFailure, expectTarget } from "../support/backend_wait.ts";
import { eventually } from "../support/eventually.ts";
import { isRunning } from "../support/processes.ts";

/** What lives is read from `/proc`. */
const LINUX = { ignore: Deno.build.os !== "linux" };

/** The process of a target. */
function pidOf({ backend }: BackendSite, { id }: Target): number {
  return backend.status().processes.find((one) => one.id === id)?.pid ?? 0;
}

async function served(site: BackendSite): Promise<Target> {
  const target = await expectTarget(site.backend.directory);
  site.backend.directory.report(target.id, "served");
  return target;
}

Deno.test(
  "a backend that has served is started again when it crashes, without a request (design row R-2)",
  LINUX,
  async () => {
    await using site = await backendSite();
    const first = await served(site);
    const pid = pidOf(site, first);
    Deno.kill(pid, "SIGKILL");
    const second = await eventually(() =>
      site.backend.directory.current().targets.find(({ id }) => id !== first.id)
    );
    assert.notEqual(second.port, first.port);
    assert.equal(second.generation, first.generation);
    assert.equal(isRunning(pid), false);
    assert.equal(await (await fetch(`http://127.0.0.1:${second.port}/`)).text(), "hello");
    const { crashes, starts } = site.backend.status();
    assert.deepEqual({ crashes, starts }, { crashes: 1, starts: 2 });
  },
);

Deno.test(
  "a crash too many is refused until the window ends, then one start is tried by itself (ANCM R-6, R-8)",
  LINUX,
  async () => {
    await using site = await backendSite({}, { rapidFailsPerMinute: 0 }, {
      rapidFailWindowMs: 1000,
    });
    const { directory } = site.backend;
    Deno.kill(pidOf(site, await served(site)), "SIGKILL");
    const refused = await eventually(() => {
      const now = directory.current();
      return now.state === "refused" ? now : undefined;
    });
    assert.ok(refused.retryAt !== undefined);
    directory.want();
    assert.equal(directory.current(), refused);
    assert.equal(site.log.find("backend-refused-starts")?.eventId, 1003);
    await eventually(() => directory.current().state === "ready");
    assert.equal(site.backend.status().starts, 2);
    assert.ok(site.log.find("backend-trial-start"));
  },
);

Deno.test("failed starts are refused, too, and found to be mended (ANCM R-5)", async () => {
  await using site = await backendSite({}, { rapidFailsPerMinute: 0, processPath: "./app.sh" }, {
    rapidFailWindowMs: 2000,
  });
  const { directory } = site.backend;
  assert.equal((await expectFailure(directory)).code, "start-no-program");
  assert.equal(directory.current().state, "refused");
  const [program, ...args] = [Deno.execPath(), '"$@"'];
  await Deno.writeTextFile(`${site.root}/app.sh`, `#!/bin/sh\nexec "${program}" ${args}\n`, {
    mode: 0o755,
  });
  await eventually(() => directory.current().state === "ready");
});

Deno.test(
  "one of three processes is replaced while the others serve (ANCM P-40)",
  LINUX,
  async () => {
    await using site = await backendSite({}, { processesPerApplication: 3 });
    const { directory } = site.backend;
    await expectTarget(directory);
    await eventually(() => directory.current().targets.length === 3);
    const [first, second, third] = directory.current().targets;
    assert.ok(first && second && third);
    assert.equal(new Set([first.port, second.port, third.port]).size, 3);
    const environments = await Promise.all(
      [first, second, third].map(async ({ port }) =>
        await (await fetch(`http://127.0.0.1:${port}/env`)).json()
      ),
    );
    assert.deepEqual(
      environments.map((environment) => environment.ASPNETCORE_TOKEN),
      [first.token, second.token, third.token],
    );
    Deno.kill(pidOf(site, second), "SIGKILL");
    await eventually(() => directory.current().targets.length === 2);
    assert.deepEqual(directory.current().targets, [first, third]);
    assert.equal(directory.current().state, "ready");
    await eventually(() => directory.current().targets.length === 3);
    assert.equal(directory.current().generation, first.generation);
    await site.backend.stop();
    assert.deepEqual(site.pids().filter(isRunning), []);
  },
);
