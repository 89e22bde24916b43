import assert from "node:assert/strict";
import { servingBytes } from "../../../../src/backend/usage/resident_memory.ts";
import type { BackendStatus, ProcessStatus } from "../../../../src/contract/backend_status.ts";

const ignore = Deno.build.os !== "linux";

/** Of generation 2, with this process as every one of its processes. */
function status(...processes: Partial<ProcessStatus>[]): BackendStatus {
  const one = { id: 1, generation: 2, pid: Deno.pid, state: "ready", startedAt: "" } as const;
  return {
    state: "ready",
    generation: 2,
    processes: processes.map((more) => ({ ...one, ...more })),
    starts: 1,
    crashes: 0,
    recycles: 1,
  };
}

Deno.test({
  name: "servingBytes() counts this process about as the runtime does, and no process twice",
  ignore,
  fn() {
    const once = servingBytes(status({})) ?? 0;
    const { rss } = Deno.memoryUsage();
    assert.ok(once > rss / 2 && once < rss * 4, `${once} of ${rss}`);
    const twice = servingBytes(status({}, { id: 2 })) ?? 0;
    assert.ok(twice < once * 1.5, `${twice} after ${once}`);
  },
});

const NOT_COUNTED: [what: string, one: Partial<ProcessStatus>][] = [
  ["of a past generation", { generation: 1 }],
  ["that starts", { state: "starting" }],
  ["that ends", { state: "draining" }],
  ["that is no more", { pid: 2 ** 30 }],
];

for (const [what, one] of NOT_COUNTED) {
  Deno.test(`servingBytes() does not count a process ${what}`, () => {
    assert.equal(servingBytes(status(one)), undefined);
  });
}
