import assert from "node:assert/strict";
import { backendSite } from "../support/backend_site.ts";
import { expectTarget, waitForTarget } from "../support/backend_wait.ts";
import { eventually } from "../support/eventually.ts";
import { isRunning } from "../support/processes.ts";

/** Descriptors are counted in `/proc`. */
const LINUX = { ignore: Deno.build.os !== "linux" };

const open = () => [...Deno.readDirSync("/proc/self/fd")].length;

Deno.test("a hundred failed starts leave no file open", LINUX, async () => {
  await using site = await backendSite({}, {
    processPath: "/bin/sh",
    arguments: '-c "echo out; echo err >&2; exit 3"',
    rapidFailsPerMinute: 1000,
  });
  const { directory } = site.backend;
  await waitForTarget(directory);
  const before = open();
  for (let i = 0; i < 100; i++) await waitForTarget(directory);
  await site.backend.stop();
  assert.ok(open() <= before, `${open()} open, ${before} before`);
  assert.equal(site.log.events.filter(({ name }) => name === "backend-start-failed").length, 101);
});

Deno.test("crashes of a backend that serves leave no file open", LINUX, async () => {
  await using site = await backendSite({ APP_CHILD: "1" }, { rapidFailsPerMinute: 1000 });
  const { directory } = site.backend;
  let before = Infinity;
  for (let i = 0; i < 12; i++) {
    const { id } = await expectTarget(directory);
    if (i === 2) before = open();
    const pid = Number(
      site.log.events.findLast(({ name }) => name === "backend-started")?.facts?.pid,
    );
    Deno.kill(pid, "SIGKILL");
    await eventually(() => !isRunning(pid));
    directory.report(id, "broken");
  }
  await expectTarget(directory);
  assert.ok(open() <= before, `${open()} open, ${before} before`);
});
