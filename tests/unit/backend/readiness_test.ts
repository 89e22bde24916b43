import assert from "node:assert/strict";
import type { LifeEvent } from "../../../src/backend/life.ts";
import { pollMs, type Probe, watchStart } from "../../../src/backend/readiness.ts";
import { FakeChild } from "../../support/fake_child.ts";
import { FakeClock, turn } from "../../support/fake_clock.ts";

function watch(child: FakeChild, probe: Probe) {
  const clock = new FakeClock();
  const scope = new AbortController();
  const events: LifeEvent[] = [];
  const ended = watchStart({
    child,
    port: 20000,
    clock,
    probe,
    signal: scope.signal,
    tell: (event) => events.push(event),
  });
  return { clock, scope, events, ended };
}

Deno.test("pollMs() begins at 5 ms, adds a tenth to the wait, and stops at 250 ms (ANCM P-21)", () => {
  assert.deepEqual([0, 50, 100, 300, 2500, 60_000].map(pollMs), [5, 5, 10, 30, 250, 250]);
});

Deno.test("watchStart() tells at once when the port is the child's own (ANCM P-22)", async () => {
  const child = new FakeChild();
  const { ended, events } = watch(child, () => Promise.resolve(true));
  child.portOwner = "own";
  await ended;
  assert.deepEqual(events, [{ is: "listening" }]);
});

Deno.test("watchStart() believes a connection where the system does not tell whose it is", async () => {
  const child = new FakeChild();
  child.portOwner = "unknown";
  const { ended, events } = watch(child, () => Promise.resolve(true));
  await ended;
  assert.deepEqual(events, [{ is: "listening" }]);
});

Deno.test("watchStart() tells when somebody else has the port (ANCM P-25, P-32)", async () => {
  const child = new FakeChild();
  child.portOwner = "foreign";
  const { ended, events } = watch(child, () => Promise.resolve(true));
  await ended;
  assert.deepEqual(events, [{ is: "taken" }]);
});

Deno.test("watchStart() waits on when it met only itself", async () => {
  const child = new FakeChild();
  const { clock, ended, events } = watch(child, () => Promise.resolve(true));
  await clock.advance(20);
  assert.deepEqual(events, []);
  child.portOwner = "own";
  await clock.advance(20);
  await ended;
  assert.deepEqual(events, [{ is: "listening" }]);
});

Deno.test("watchStart() tells each new set of other places once, not before a second is over", async () => {
  const child = new FakeChild();
  child.elsewhere = [{ address: "::1", port: 5000 }];
  const { clock, scope, ended, events } = watch(child, () => Promise.resolve(false));
  await clock.advance(900);
  assert.equal(events.length, 0);
  await clock.advance(4000);
  assert.deepEqual(events, [{ is: "elsewhere", listeners: child.elsewhere }]);
  child.elsewhere = [...child.elsewhere, { address: "0.0.0.0", port: 5001 }];
  await clock.advance(2000);
  assert.equal(events.length, 2);
  scope.abort(new Error("over"));
  await assert.rejects(ended, /over/);
  assert.equal(clock.sleeping, 0);
});

Deno.test("watchStart() gives up a probe that hangs, and goes on", async () => {
  const child = new FakeChild();
  let probes = 0;
  const hangs: Probe = (_port, signal) => {
    if (++probes > 1) return Promise.resolve(true);
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason), { once: true })
    );
  };
  child.portOwner = "own";
  const { clock, ended, events } = watch(child, hangs);
  await turn();
  assert.equal(events.length, 0);
  await clock.advance(2000);
  await ended;
  assert.deepEqual(events, [{ is: "listening" }]);
});
