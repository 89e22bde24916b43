import assert from "node:assert/strict";
import { backendSite } from "../support/backend_site.ts";
import { expectTarget } from "../support/backend_wait.ts";
import { eventually } from "../support/eventually.ts";
import { trace } from "../support/tracer.ts";

Deno.test(
  "startupTimeLimit does not count while a debugger is attached (ANCM P-24)",
  { ignore: Deno.build.os !== "linux" },
  async () => {
    await using site = await backendSite({ APP_PRINT: "here", APP_DELAY_MS: "3500" }, {
      startupTimeLimitMs: 2000,
    });
    const target = expectTarget(site.backend.directory);
    const { pid } = await eventually(() => site.lines[0]);
    trace(pid);
    await target;
    assert.equal(site.log.find("backend-debugged")?.facts?.pid, pid);
    assert.equal(site.log.find("backend-attempt-failed"), undefined);
  },
);
