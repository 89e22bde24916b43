import assert from "node:assert/strict";
import { Cancellation } from "../../../src/contract/cancellation.ts";
import { HostError } from "../../../src/contract/host_error.ts";
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
  const wait = backendWait({ directory, clock, startupTimeLimitMs: 1_000, maxWaiting });
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

Deno.test("backendWait() fails at once while no start is tried again, and says when", async () => {
  const { wait, directory } = setUp(
    new RawDirectory({ state: "failed", starts: 1, failure: failure(1), retryAt: 2_500 }),
  );
  await assert.rejects(
    async () => await wait(never),
    (error) => withCode("start-exited")(error) && (error as HostError).retryAfterS === 3,
  );
  assert.equal(directory.wanted, 0);
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

Deno.test("backendWait() ends after two tries' time whatever happens", async () => {
  const { wait, clock } = setUp(new RawDirectory({ state: "starting", starts: 1 }));
  const waiting = Promise.allSettled([wait(never)]);
  await clock.advance(2_000);
  assert.equal(clock.sleeping, 1, "two tries may take their time");
  await clock.advance(10_000);
  const [result] = await waiting;
  assert.ok(result?.status === "rejected" && withCode("start-timeout")(result.reason));
});

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
