import assert from "node:assert/strict";
import { cpuUsage } from "node:process";
import { ProcessorTime } from "../../../../src/backend/usage/processor_time.ts";
import { eventually } from "../../../support/eventually.ts";

const own = {
  processes: [{
    id: 1,
    generation: 1,
    pid: Deno.pid,
    state: "ready",
    startedAt: "",
  }],
} as const;

Deno.test({
  name:
    "ProcessorTime.read() adds up what processes use, and keeps what those have used that are gone",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const time = new ProcessorTime();
    const first = time.read(own) ?? 0;
    assert.ok(first > 0);
    await eventually(() => (time.read(own) ?? 0) > first);
    const before = time.read(own) ?? 0;
    const { user, system } = cpuUsage();
    assert.ok(before <= (user + system) / 1_000_000 + 0.02, "nothing is counted twice");
    const after = time.read({ processes: [] }) ?? 0;
    assert.ok(after >= before);
    assert.equal(time.read({ processes: [] }), after);
  },
});
