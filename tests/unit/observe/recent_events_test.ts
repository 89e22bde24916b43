import assert from "node:assert/strict";
import { HostError } from "../../../src/contract/host_error.ts";
import { RecentlySeen } from "../../../src/observe/recent_events.ts";
import { adminExchange } from "../../support/admin_exchange.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const get = (target: string) => adminExchange("GET", target);
const clientError = () => new HostError("no-handler", "Cannot find a handler");
const ourError = () => new HostError("host-bug", "Cannot finish the request");

Deno.test("RecentlySeen.failures() tells status, advice and the path without its query", () => {
  const seen = new RecentlySeen(new FakeClock());
  seen.failed(get("/a?token=secret"), ourError());
  assert.deepEqual(seen.failures(), [{
    at: "1970-01-01T00:00:00.000Z",
    count: 1,
    id: "ab-1",
    status: "500.0",
    code: "host-bug",
    side: "host",
    method: "GET",
    path: "/a",
    message: "Cannot finish the request",
    advice: "Report the request id and the log line that carries it",
  }]);
});

Deno.test("RecentlySeen.failures() joins the same failures, the newest first", async () => {
  const clock = new FakeClock();
  const seen = new RecentlySeen(clock);
  for (const path of ["/a", "/b", "/a"]) {
    seen.failed(get(path), ourError());
    await clock.advance(1_000);
  }
  const told = seen.failures().map(({ at, path, count }) => [at.slice(17, 19), path, count]);
  assert.deepEqual(told, [["02", "/a", 2], ["01", "/b", 1]]);
  assert.equal(seen.failuresVersion, 3);
});

Deno.test("RecentlySeen.failures() is bounded, and clients drive out nothing but their own", () => {
  const seen = new RecentlySeen(new FakeClock());
  seen.failed(get("/ours"), ourError());
  for (let n = 0; n < 200; n++) seen.failed(get(`/${n}`), clientError());
  const paths = seen.failures().map(({ path }) => path);
  assert.equal(paths.length, 26);
  assert.ok(paths.includes("/ours"));
  assert.ok(paths.includes("/199"));
  assert.ok(!paths.includes("/174"));
});

Deno.test("RecentlySeen.failures() keeps no more than the beginning of what is long", () => {
  const seen = new RecentlySeen(new FakeClock());
  seen.failed(get(`/${"x".repeat(9_000)}`), new HostError("host-bug", "m".repeat(9_000)));
  const [{ path, message } = { path: "", message: "" }] = seen.failures();
  assert.deepEqual([path.length, message.length], [201, 601]);
});

Deno.test("RecentlySeen.failures() leaves out clients that left", () => {
  const seen = new RecentlySeen(new FakeClock());
  seen.failed(get("/"), new HostError("client-gone", "The client left"));
  assert.deepEqual([seen.failures(), seen.failuresVersion], [[], 0]);
});

Deno.test("RecentlySeen.outputSince() gives each line once, and counts those that are forgotten", () => {
  const seen = new RecentlySeen(new FakeClock());
  const print = (text: string) => seen.printed({ pid: 7, stream: "stderr", text });
  assert.deepEqual(seen.outputSince(0), { lines: [], missed: 0, next: 0 });
  print("one");
  const first = seen.outputSince(0);
  assert.deepEqual(first, {
    lines: [{ at: "1970-01-01T00:00:00.000Z", pid: 7, stream: "stderr", text: "one" }],
    missed: 0,
    next: 1,
  });
  for (let n = 0; n < 250; n++) print(String(n));
  const { lines, missed, next } = seen.outputSince(first.next);
  assert.deepEqual([lines.length, lines[0]?.text, lines.at(-1)?.text], [200, "50", "249"]);
  assert.deepEqual([missed, next], [50, 251]);
  assert.deepEqual(seen.outputSince(next).lines, []);
});

Deno.test("RecentlySeen.outputSince() gives the beginning of a long line", () => {
  const seen = new RecentlySeen(new FakeClock());
  seen.printed({ pid: 7, stream: "stdout", text: "y".repeat(100_000) });
  assert.equal(seen.outputSince(0).lines[0]?.text.length, 2_001);
});
