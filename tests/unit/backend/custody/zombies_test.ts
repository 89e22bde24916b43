import assert from "node:assert/strict";
import type { ProcessRow } from "../../../../src/backend/custody/_proc.ts";
import { orphansOf, reapZombies } from "../../../../src/backend/custody/_zombies.ts";
import { eventLog } from "../../../support/events.ts";
import { FakeClock } from "../../../support/fake_clock.ts";

const dead = (pid: number, parent = Deno.pid): ProcessRow => (
  { pid, parent, group: pid, session: pid, state: "Z", startTime: pid }
);

function world() {
  const clock = new FakeClock();
  const log = eventLog();
  const reaped: number[] = [];
  const state = { rows: [] as ProcessRow[], own: [] as number[], changed: () => {}, looks: 0 };
  reapZombies({
    clock,
    report: log.report,
    isOwn: (pid) => state.own.includes(pid),
    rows: () => (state.looks++, state.rows),
    waitCall: () => (pid) => {
      reaped.push(pid);
      state.rows = state.rows.filter((row) => row.pid !== pid);
    },
    onChild: (changed) => state.changed = changed,
  });
  return { clock, log, reaped, state };
}

Deno.test("orphansOf() gives the dead children of one process", () => {
  const rows = [dead(5, 1), dead(6, 2), { ...dead(7, 1), state: "S" }];
  assert.deepEqual(orphansOf(rows, 1).map(({ pid }) => pid), [5]);
});

Deno.test("reapZombies() waits for what is dead for a while, and then rests", async () => {
  const { clock, reaped, state } = world();
  state.rows = [dead(50)];
  state.changed();
  state.changed();
  await clock.advance(900);
  assert.deepEqual(reaped, []); // whoever waits for it gets the time to
  await clock.advance(200);
  assert.deepEqual(reaped, [50]);
  await clock.advance(5000);
  const { looks } = state;
  await clock.advance(60_000);
  assert.equal(state.looks, looks);
  assert.equal(clock.sleeping, 0);
});

Deno.test("reapZombies() takes nobody's status who waits for it", async () => {
  const { clock, reaped, state } = world();
  state.rows = [dead(50), dead(51), dead(52, 999)];
  state.own = [50];
  state.changed();
  await clock.advance(5000);
  assert.deepEqual(reaped, [51]);
});

Deno.test("reapZombies() finds those too that die while it looks", async () => {
  const { clock, reaped, state } = world();
  state.rows = [dead(50)];
  state.changed();
  await clock.advance(600);
  state.rows.push(dead(51));
  state.changed();
  await clock.advance(5000);
  assert.deepEqual(reaped, [50, 51]);
});

Deno.test("reapZombies() says once where it can do nothing", () => {
  const log = eventLog();
  reapZombies({
    clock: new FakeClock(),
    report: log.report,
    isOwn: () => false,
    waitCall: () => undefined,
    onChild: () => assert.fail(),
  });
  assert.deepEqual(log.names(), ["- zombies-stay"]);
});
