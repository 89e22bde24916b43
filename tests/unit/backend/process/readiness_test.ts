import assert from "node:assert/strict";
import type { LifeEvent } from "../../../../src/backend/process/life.ts";
import {
  pollMs,
  type Probe,
  tellProgress,
  watchStart,
} from "../../../../src/backend/process/readiness.ts";
import { FakeChild } from "../../../support/fake_child.ts";
import { FakeClock, turn } from "../../../support/fake_clock.ts";

function watch(child: FakeChild, probe: Probe, adoptPort = false) {
  const clock = new FakeClock();
  const scope = new AbortController();
  const events: LifeEvent[] = [];
  const ended = watchStart({
    child,
    port: 20000,
    clock,
    probe,
    adoptPort,
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

const NOBODY: Probe = () => Promise.resolve(false);

Deno.test("watchStart() adopts the one other port that two looks have seen", async () => {
  const child = new FakeChild();
  child.elsewhere = [{ address: "::1", port: 5000 }, { address: "127.0.0.1", port: 5000 }];
  const { clock, ended, events } = watch(child, NOBODY, true);
  await clock.advance(1200);
  assert.deepEqual(events, [{ is: "elsewhere", listeners: child.elsewhere }]);
  await clock.advance(1200);
  await ended;
  assert.deepEqual(events.slice(1), [{ is: "adopted", listener: child.elsewhere[1] }]);
});

for (
  const [what, places] of [
    ["another port each time", [[["0.0.0.0", 5000]], [["0.0.0.0", 5001]], [["0.0.0.0", 5002]]]],
    ["two ports", [[["127.0.0.1", 5000], ["127.0.0.1", 5001]]]],
    ["a port of ::1 alone", [[["::1", 5000]]]],
    ["a port of another address", [[["192.0.2.1", 5000]]]],
  ] as const
) {
  Deno.test(`watchStart() does not adopt ${what}`, async () => {
    const child = new FakeChild();
    const { clock, scope, ended, events } = watch(child, NOBODY, true);
    for (let second = 0; second < 3; second++) {
      const now = places[Math.min(second, places.length - 1)] ?? [];
      child.elsewhere = now.map(([address, port]) => ({ address, port }));
      await clock.advance(1200);
    }
    assert.ok(events.every(({ is }) => is === "elsewhere"));
    scope.abort(new Error("over"));
    await assert.rejects(ended, /over/);
  });
}

Deno.test("tellProgress() speaks after 2 s and then ever less often, at least once a minute", async () => {
  const clock = new FakeClock();
  const scope = new AbortController();
  const told: number[] = [];
  const ended = tellProgress({ clock, signal: scope.signal, tell: () => told.push(clock.now()) });
  await clock.advance(200_000);
  assert.deepEqual(told, [2, 6, 14, 30, 62, 122, 182].map((seconds) => seconds * 1000));
  scope.abort(new Error("over"));
  await assert.rejects(ended, /over/);
  assert.equal(clock.sleeping, 0);
});
