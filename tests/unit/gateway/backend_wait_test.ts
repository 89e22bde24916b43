import assert from "node:assert/strict";
import { Cancellation } from "../../../src/contract/cancellation.ts";
import type { DirectorySnapshot } from "../../../src/contract/directory.ts";
import { type FailureCode, HostError } from "../../../src/contract/host_error.ts";
import { backendWait } from "../../../src/gateway/backend_wait.ts";
import { FakeClock, turn } from "../../support/fake_clock.ts";
import { RawDirectory, readyAt } from "../../support/raw_directory.ts";

const never = new Cancellation();
const failure = (start: number) => ({
  start,
  reason: { code: "start-exited", message: `Start ${start} failed`, details: ["exit code 3"] },
} as const);

function setUp(directory = new RawDirectory(), maxWaiting = 1_000) {
  const clock = new FakeClock();
  const limits = { startupTimeLimitMs: 1_000, shutdownTimeLimitMs: 3_000, maxWaiting };
  const wait = backendWait({ directory, clock, ...limits });
  return { clock, directory, wait };
}

const withCode = (code: string) => (error: unknown) =>
  error instanceof HostError && error.code === code;

Deno.test("backendWait() gives what is ready at once, without a promise", () => {
  const { wait, directory } = setUp(RawDirectory.ready(5_000));
  assert.equal(wait(never), directory.current());
  assert.equal(directory.wanted, 0);
});

Deno.test("backendWait() wants a start where nothing runs, and waits for it", async () => {
  const { wait, directory, clock } = setUp();
  directory.onWant = () => directory.set({ state: "starting", starts: 1 });
  const waiting = wait(never);
  await turn();
  assert.equal(directory.wanted, 1);
  directory.set(readyAt(5_000));
  assert.equal((await waiting).state, "ready");
  assert.equal(clock.sleeping, 0, "no timer stays");
  assert.equal(directory.waiting, 0);
});

Deno.test("backendWait() lets all who wait share the failure of one start (ANCM P-4)", async () => {
  const { wait, directory } = setUp();
  directory.onWant = () => directory.set({ state: "starting", starts: directory.wanted });
  const waiting = Promise.allSettled([wait(never), wait(never), wait(never)]);
  await turn();
  directory.set({ state: "failed", failure: failure(1) });
  for (const result of await waiting) {
    assert.ok(result.status === "rejected");
    assert.ok(withCode("start-exited")(result.reason));
    assert.deepEqual(result.reason.details, ["exit code 3"]);
  }
  assert.equal(directory.wanted, 1, "none tries again");
});

Deno.test("backendWait() tries again after a failure that came before the request (ANCM X-31)", async () => {
  const { wait, directory } = setUp(
    new RawDirectory({ state: "failed", starts: 1, failure: failure(1) }),
  );
  directory.onWant = () => directory.set({ state: "starting", starts: 2 });
  const waiting = Promise.allSettled([wait(never)]);
  await turn();
  assert.equal(directory.wanted, 1);
  directory.set({ state: "failed", failure: failure(2) });
  const [result] = await waiting;
  assert.equal(result?.status === "rejected" && result.reason.message, "Start 2 failed");
});

Deno.test("backendWait() refuses at once after too many failures, and says when (design row R-8)", async () => {
  const { wait, directory } = setUp(
    new RawDirectory({ state: "refused", starts: 1, failure: failure(1), retryAt: 2_500 }),
  );
  await assert.rejects(async () => await wait(never), (error) => {
    assert.ok(error instanceof HostError && error.code === "rapid-fail");
    assert.match(error.message, /another 3 s: .*"rapidFailsPerMinute"/);
    assert.deepEqual(error.details, ["Start 1 failed", "exit code 3"]);
    return error.retryAfterS === 3 && error.failure.status === 503;
  });
  assert.equal(directory.wanted, 0);
});

Deno.test("backendWait() wants one start again when the time of a refusal has passed", async () => {
  const { wait, directory, clock } = setUp(
    new RawDirectory({ state: "refused", starts: 1, failure: failure(1), retryAt: 2_500 }),
  );
  directory.onWant = () => directory.set({ state: "starting", starts: 2 });
  await clock.advance(2_500);
  const waiting = wait(never);
  await turn();
  directory.set(readyAt(5_000));
  assert.equal((await waiting).state, "ready");
  assert.equal(directory.wanted, 1);
});

Deno.test("backendWait() counts where it is told to", async () => {
  const directory = new RawDirectory({ state: "starting", starts: 1 });
  const queue = { waiting: 1 };
  const limits = { startupTimeLimitMs: 1_000, shutdownTimeLimitMs: 0, maxWaiting: 2 };
  const wait = backendWait({ directory, clock: new FakeClock(), ...limits, queue });
  const waiting = wait(never);
  assert.equal(queue.waiting, 2);
  assert.throws(() => wait(never), withCode("queue-full"));
  directory.set(readyAt(5_000));
  await waiting;
  assert.equal(queue.waiting, 1);
});

/** What those who wait see one after the other, and how it ends. */
const WAYS: readonly (readonly [
  what: string,
  way: readonly Partial<DirectorySnapshot>[],
  end: DirectorySnapshot["state"] | FailureCode,
  wanted: number,
])[] = [
  [
    "a stop that ends in app_offline.htm (ANCM O-4)",
    [
      { state: "stopping" },
      { state: "offline" },
    ],
    "offline",
    0,
  ],
  [
    "a start that gives way to app_offline.htm",
    [
      { state: "starting", starts: 1 },
      { state: "stopping" },
      { state: "offline" },
    ],
    "offline",
    0,
  ],
  [
    "a stop that ends in a start",
    [
      { state: "stopping" },
      { state: "starting", starts: 1 },
      readyAt(5_000),
    ],
    "ready",
    0,
  ],
  [
    "a stop after which nothing runs",
    [
      { state: "stopping" },
      { state: "stopped" },
      { state: "starting", starts: 1 },
      readyAt(5_000),
    ],
    "ready",
    1,
  ],
  [
    "a stop that ends in a start that fails",
    [
      { state: "stopping" },
      { state: "starting", starts: 1 },
      { state: "failed", failure: failure(1) },
    ],
    "start-exited",
    0,
  ],
  [
    "a start whose failure is one too many",
    [
      { state: "starting", starts: 1 },
      { state: "refused", retryAt: 9_000, failure: failure(1) },
    ],
    "start-exited",
    0,
  ],
  [
    "a crash that is one too many",
    [
      { state: "stopped" },
      { state: "refused", retryAt: 9_000 },
    ],
    "rapid-fail",
    1,
  ],
  [
    "a crash after which the next process is ready",
    [
      { state: "starting", starts: 1 },
      { state: "stopped", targets: [] },
      { state: "starting", starts: 2 },
      readyAt(5_000),
    ],
    "ready",
    1,
  ],
  ["a stop of the host", [{ state: "stopping" }, { state: "closed" }], "host-stopping", 0],
];

for (const [what, way, end, wanted] of WAYS) {
  Deno.test(`backendWait() waits through ${what}: ${end}`, async () => {
    const { wait, directory, clock } = setUp(new RawDirectory(way[0]));
    const waiting = Promise.resolve(wait(never)).then(({ state }) => state, ({ code }) => code);
    for (const next of way.slice(1)) {
      await turn();
      directory.set(next);
    }
    assert.equal(await waiting, end);
    assert.deepEqual([directory.wanted, clock.sleeping, directory.waiting], [wanted, 0, 0]);
  });
}

Deno.test("backendWait() has an offline application looked at again with each request (ANCM O-7)", () => {
  const { wait, directory } = setUp(new RawDirectory({ state: "offline" }));
  assert.equal(wait(never), directory.current());
  assert.equal(wait(never), directory.current());
  assert.equal(directory.wanted, 2);
});

Deno.test("backendWait() waits for the start where an offline application comes back", async () => {
  const { wait, directory } = setUp(new RawDirectory({ state: "offline" }));
  directory.onWant = () => directory.set({ state: "starting", starts: 1 });
  const waiting = wait(never);
  directory.set(readyAt(5_000));
  assert.equal((await waiting).state, "ready");
});

Deno.test("backendWait() waits for what follows where app_offline.htm is known to be gone", async () => {
  const { wait, directory } = setUp(new RawDirectory({ state: "offline" }));
  const waiting = wait(never, directory.current());
  await turn();
  assert.equal(directory.waiting, 1);
  directory.set({ state: "stopped" });
  await turn();
  directory.set(readyAt(5_000));
  assert.equal((await waiting).state, "ready");
});

Deno.test("backendWait() rejects with queue-full beyond its bound, and lets others in again", async () => {
  const { wait, directory } = setUp(new RawDirectory({ state: "starting", starts: 1 }), 2);
  const first = wait(never);
  const second = wait(never);
  assert.throws(() => wait(never), withCode("queue-full"));
  directory.set(readyAt(5_000));
  await Promise.all([first, second]);
  directory.set({ state: "starting", targets: [], starts: 2 });
  const third = wait(never);
  directory.set(readyAt(5_001, 2));
  assert.equal((await third).generation, 2);
});

for (const state of ["starting", "stopping", "stopped"] as const) {
  Deno.test(`backendWait() ends after the time of a stop and two tries while it is ${state}`, async () => {
    const { wait, clock } = setUp(new RawDirectory({ state, starts: 1 }));
    const waiting = Promise.allSettled([wait(never)]);
    await clock.advance(14_999);
    assert.equal(clock.sleeping, 1, "a stop and two tries may take their time");
    await clock.advance(1);
    const [result] = await waiting;
    assert.ok(result?.status === "rejected" && withCode("start-timeout")(result.reason));
  });
}

Deno.test("backendWait() ends when the client leaves, and leaves nothing behind", async () => {
  const { wait, directory, clock } = setUp(new RawDirectory({ state: "starting", starts: 1 }));
  const client = new Cancellation();
  const waiting = Promise.allSettled([wait(client)]);
  await turn();
  client.cancel(new Error("gone"));
  const [result] = await waiting;
  assert.equal(result?.status === "rejected" && result.reason.message, "gone");
  assert.deepEqual([clock.sleeping, directory.waiting], [0, 0]);
});

Deno.test("backendWait() rejects with host-stopping once nothing is started any more", async () => {
  const { wait, directory } = setUp(new RawDirectory({ state: "starting", starts: 1 }));
  const waiting = Promise.allSettled([wait(never)]);
  await turn();
  directory.set({ state: "closed" });
  const [result] = await waiting;
  assert.ok(result?.status === "rejected" && withCode("host-stopping")(result.reason));
  await assert.rejects(async () => await wait(never), withCode("host-stopping"));
});
