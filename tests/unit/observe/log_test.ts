import assert from "node:assert/strict";
import type { HostEvent } from "../../../src/contract/event.ts";
import { createLog, jsonLine, textLine } from "../../../src/observe/log.ts";

const DATE = new Date("2026-01-02T03:04:05.678Z");
const EVENT: HostEvent = {
  level: "info",
  name: "backend-ready",
  message: "Backend ready",
  eventId: 1001,
  facts: { pid: 7, port: 20000 },
};

Deno.test("jsonLine() writes time, level, event, message, id and facts", () => {
  assert.deepEqual(JSON.parse(jsonLine(EVENT, DATE)), {
    time: "2026-01-02T03:04:05.678Z",
    level: "info",
    event: "backend-ready",
    message: "Backend ready",
    eventId: 1001,
    pid: 7,
    port: 20000,
  });
});

Deno.test("jsonLine() lets no fact take the place of a fixed name", () => {
  const line = jsonLine({ ...EVENT, facts: { level: "error", event: "other" } }, DATE);
  assert.equal(JSON.parse(line).level, "info");
  assert.equal(JSON.parse(line).event, "backend-ready");
});

Deno.test("textLine() writes time of day and sentence, and the level where it matters", () => {
  assert.equal(textLine(EVENT, DATE, false), "03:04:05 Backend ready");
  assert.equal(
    textLine({ ...EVENT, level: "warning" }, DATE, false),
    "03:04:05 warning: Backend ready",
  );
});

Deno.test("textLine() marks the backend's own output with its process id", () => {
  const line = textLine({ ...EVENT, name: "backend-output", message: "hello" }, DATE, false);
  assert.equal(line, "03:04:05 [backend 7] hello");
});

Deno.test("textLine() lets no message forge a second line or drive the terminal", () => {
  const line = textLine({ ...EVENT, message: "a\nb\x1b[2J\u2028c\x9b1m" }, DATE, false);
  assert.equal(line, "03:04:05 a b\\x1b[2J\\x2028c\\x9b1m");
});

Deno.test("textLine() shows details below the sentence, a line each", () => {
  const line = textLine(
    { ...EVENT, facts: { details: "exit code 3\nlast line\x07" } },
    DATE,
    false,
  );
  assert.equal(line, "03:04:05 Backend ready\n         | exit code 3\n         | last line\\x07");
});

Deno.test("createLog() leaves out what is below its level", () => {
  const lines: string[] = [];
  const clock = { now: () => 0, date: () => DATE, sleep: () => Promise.resolve() };
  const report = createLog({
    format: "text",
    level: "warning",
    clock,
    write: (l) => lines.push(l),
  });
  report(EVENT);
  report({ ...EVENT, level: "error" });
  assert.deepEqual(lines, ["03:04:05 error: Backend ready"]);
});
