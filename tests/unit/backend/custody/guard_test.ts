import assert from "node:assert/strict";
import { type GuardShell, shellGuard } from "../../../../src/backend/custody/_guard.ts";
import { eventLog } from "../../../support/events.ts";
import { FakeClock, turn } from "../../../support/fake_clock.ts";

interface FakeShell extends GuardShell {
  readonly lines: string[];
  isClosed: boolean;
  die(): void;
}

function fakeShell(groups: readonly number[] = []): FakeShell {
  const ended = Promise.withResolvers<void>();
  const shell: FakeShell = {
    lines: groups.map((group) => `with ${group}`),
    isClosed: false,
    ended: ended.promise,
    tell: (line) => shell.lines.push(line),
    close() {
      shell.isClosed = true;
      ended.resolve();
    },
    die: () => ended.resolve(),
  };
  return shell;
}

function guardWith(start?: (groups: readonly number[]) => GuardShell) {
  const clock = new FakeClock();
  const log = eventLog();
  const shells: FakeShell[] = [];
  const startFake = (groups: readonly number[]) => {
    shells.push(fakeShell(groups));
    return shells.at(-1) as FakeShell;
  };
  const guard = shellGuard({ clock, report: log.report, start: start ?? startFake });
  return { clock, log, shells, guard };
}

Deno.test("shellGuard() starts one shell with the first group and lets it end with the last", async () => {
  const { guard, shells, clock } = guardWith();
  assert.equal(shells.length, 0);
  guard.add(100);
  guard.add(200);
  await guard.release(100);
  assert.equal(shells[0]?.isClosed, false);
  await guard.release(200);
  assert.deepEqual(shells[0]?.lines, ["with 100", "add 200", "del 100", "del 200"]);
  assert.equal(shells[0]?.isClosed, true);
  assert.equal(clock.sleeping, 0);
  guard.add(300);
  assert.deepEqual(shells[1]?.lines, ["with 300"]);
  assert.equal(shells.length, 2);
});

Deno.test("shellGuard() lets go of what it does not have without a word", async () => {
  const { guard, shells } = guardWith();
  await guard.release(100);
  assert.equal(shells.length, 0);
});

Deno.test("shellGuard() starts its shell again when that dies, with what it has to know", async () => {
  const { guard, shells, clock, log } = guardWith();
  guard.add(100);
  guard.add(200);
  await guard.release(100);
  await clock.advance(5000);
  shells[0]?.die();
  await turn();
  assert.deepEqual(shells[1]?.lines, ["with 200"]);
  assert.deepEqual(log.events, []);
});

Deno.test("shellGuard() warns once, and gives up, when its shell ends again and again at once", async () => {
  const { guard, shells, log } = guardWith();
  for (let child = 100; child < 103; child++) {
    guard.add(child);
    for (let i = 0; i < 10; i++) {
      shells.at(-1)?.die();
      await turn();
    }
  }
  assert.equal(shells.length, 9);
  assert.deepEqual(log.names(), ["- backend-unguarded"]);
});

Deno.test("shellGuard() warns once where there is no shell", async () => {
  const { guard, log } = guardWith(() => {
    throw new Deno.errors.NotFound();
  });
  guard.add(100);
  await guard.release(100);
  guard.add(200);
  assert.deepEqual(log.names(), ["- backend-unguarded"]);
  assert.match(log.events[0]?.message ?? "", /no \/bin\/sh/);
});

Deno.test("shellGuard() waits a second at most for the end of its shell", async () => {
  const { guard, clock } = guardWith(() => ({ ...fakeShell(), close: () => {} }));
  guard.add(100);
  let isOver = false;
  const released = guard.release(100).then(() => isOver = true);
  await clock.advance(900);
  assert.equal(isOver, false);
  await clock.advance(200);
  await released;
});
