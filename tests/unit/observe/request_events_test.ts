import assert from "node:assert/strict";
import { HostError } from "../../../src/contract/host_error.ts";
import type { Exchange } from "../../../src/contract/exchange.ts";
import { brokenAnswerEvent, failedRequestEvent } from "../../../src/observe/request_events.ts";

const x = { id: "a-1", received: { method: "GET", target: "/pay?card=4111" } } as Exchange;

Deno.test("failedRequestEvent() names status, path and remedy, and never the query", () => {
  const event = failedRequestEvent(
    x,
    new HostError("no-handler", 'Cannot find a handler for "/pay"'),
  );
  assert.equal(event.level, "info");
  assert.match(
    event.message,
    /^404\.4 for GET \/pay: Cannot find a handler for "\/pay"\. Add a handler/,
  );
  assert.deepEqual(event.facts, {
    id: "a-1",
    status: "404.4",
    code: "no-handler",
    method: "GET",
    path: "/pay",
  });
  assert.equal(JSON.stringify(event).includes("4111"), false);
});

for (
  const [code, level] of [
    ["client-gone", "debug"],
    ["bad-request", "info"],
    ["host-stopping", "warning"],
    ["backend-broke", "error"],
    ["host-bug", "error"],
  ] as const
) {
  Deno.test(`failedRequestEvent() of ${code} is of level ${level}`, () => {
    assert.equal(failedRequestEvent(x, new HostError(code, "No")).level, level);
  });
}

Deno.test("failedRequestEvent() of a bug carries the place it comes from", () => {
  const event = failedRequestEvent(x, HostError.from(new Error("boom")));
  assert.match(event.message, /boom[\s\S]+request_events_test\.ts/);
});

Deno.test("brokenAnswerEvent() says which answer broke off, and why", () => {
  const event = brokenAnswerEvent(x, new HostError("backend-broke", "The backend went"));
  assert.equal(event.level, "error");
  assert.equal(event.message, "The answer to GET /pay broke off: The backend went");
  assert.equal(event.facts?.["code"], "backend-broke");
});
