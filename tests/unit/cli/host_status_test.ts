import assert from "node:assert/strict";
import { duration, hostStatusIn, hostStatusText } from "../../../src/cli/host_status.ts";
import { hostStatus } from "../../support/admin_stage.ts";

Deno.test("hostStatusText() writes what there is to know, a fact a line", () => {
  assert.deepEqual(hostStatusText(hostStatus({ pid: 17 })), [
    "ancm-host 1.2.3, process 17, up 1 h 2 min",
    "  application    /srv/app",
    "  configuration  /srv/app/web.config",
    "  listens on     http://127.0.0.1:8080",
    "  ready          yes: The backend serves",
    "  backend        ready, generation 3",
    "  process 4711   ready, port 23456, generation 3, up 2 min 5 s",
    "  so far         4 starts, 1 crash, 2 recycles",
    "  requests       2 under way, 1234 in all",
  ]);
});

Deno.test("hostStatusText() tells of a stop, a failure and the next start", () => {
  const { backend } = hostStatus();
  const lines = hostStatusText(hostStatus({
    draining: true,
    backend: {
      ...backend,
      state: "refused",
      processes: [{ id: 6, generation: 4, state: "starting", startedAt: "2026-01-02T04:02:05Z" }],
      retryAt: "2026-01-02T04:03:00.000Z",
      lastFailure: { at: "2026-01-02T04:01:00.000Z", code: "start-exited", message: "It exited" },
    },
  }));
  assert.match(lines[0] ?? "", /, being stopped$/);
  assert.ok(lines.includes("  process ?      starting, generation 4, up 0 s"), lines.join("\n"));
  assert.ok(lines.includes("  next start     2026-01-02T04:03:00.000Z"));
  assert.ok(lines.includes("  last failure   2026-01-02T04:01:00.000Z start-exited: It exited"));
});

const DURATIONS: [seconds: number, text: string][] = [
  [-1, "0 s"],
  [59.9, "59 s"],
  [60, "1 min 0 s"],
  [3_600, "1 h 0 min"],
  [90_000, "1 d 1 h"],
];

for (const [seconds, text] of DURATIONS) {
  Deno.test(`duration() writes ${seconds} seconds as ${text}`, () => {
    assert.equal(duration(seconds), text);
  });
}

Deno.test("hostStatusIn() takes what a host says", () => {
  assert.deepEqual(hostStatusIn(JSON.stringify(hostStatus())), hostStatus());
});

for (
  const text of [
    "",
    "<html>",
    "null",
    "[]",
    "{}",
    '{"pid":1}',
    JSON.stringify({ ...hostStatus(), backend: {} }),
  ]
) {
  Deno.test(`hostStatusIn() does not take ${text.slice(0, 20)} for a host's`, () => {
    assert.equal(hostStatusIn(text), undefined);
  });
}
