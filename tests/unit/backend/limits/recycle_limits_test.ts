import assert from "node:assert/strict";
import { recycleLimits } from "../../../../src/backend/limits/recycle_limits.ts";
import type { RecyclingConfig } from "../../../../src/config/app_config.ts";
import { NO_RECYCLING } from "../../../../src/config/recycling.ts";
import type { DirectorySnapshot } from "../../../../src/contract/directory.ts";
import { eventLog } from "../../../support/events.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { RawDirectory } from "../../../support/raw_directory.ts";

const MB = 1024 * 1024;

/** A backend that a test starts, stops and loads. */
class Stage implements Disposable {
  readonly clock = new FakeClock();
  readonly log = eventLog();
  readonly directory = new RawDirectory();
  readonly traffic = { inFlight: 0, total: 0 };
  readonly told: string[] = [];
  bytes: number | undefined = 0;
  memoryLooks = 0;
  readonly #limits: Disposable;

  constructor(limits: Partial<RecyclingConfig>) {
    this.#limits = recycleLimits({
      limits: { ...NO_RECYCLING, ...limits },
      clock: this.clock,
      report: this.log.report,
      directory: this.directory,
      traffic: this.traffic,
      memory: () => {
        this.memoryLooks++;
        return this.bytes;
      },
      recycle: (reason) => this.told.push(`recycle: ${reason}`),
      rest: (reason) => this.told.push(`rest: ${reason}`),
    });
  }

  async become(state: DirectorySnapshot["state"], generation: number): Promise<void> {
    this.directory.set({ state, generation });
    await this.clock.advance(0);
  }

  [Symbol.dispose](): void {
    this.#limits[Symbol.dispose]();
  }
}

Deno.test("recycleLimits() does nothing unless asked (deviation: pool defaults)", async () => {
  using stage = new Stage({});
  await stage.become("ready", 1);
  Object.assign(stage, { bytes: 1e15 });
  stage.traffic.total = 1e9;
  await stage.clock.advance(48 * 3_600_000);
  assert.deepEqual(stage.told, []);
  assert.equal(stage.clock.sleeping, 0);
});

Deno.test("recycleLimits() rests while nothing serves", async () => {
  using stage = new Stage({
    idleTimeoutMs: 1_000,
    restartAfterMs: 1_000,
    restartAfterRequests: 1,
    restartAtBytes: 1,
    restartDaily: [0],
  });
  for (const state of ["stopped", "starting", "failed", "stopping", "offline"] as const) {
    await stage.become(state, 1);
    await stage.clock.advance(100_000_000);
    assert.equal(stage.clock.sleeping, 0);
  }
  assert.deepEqual([stage.told, stage.memoryLooks], [[], 0]);
});

Deno.test("recycleLimits() stops a backend of which nothing was asked for idleTimeout (IIS 11.3)", async () => {
  using stage = new Stage({ idleTimeoutMs: 1_200_000 });
  await stage.become("ready", 1);
  stage.traffic.total++;
  stage.traffic.inFlight = 1; // such as a WebSocket
  await stage.clock.advance(7_200_000);
  stage.traffic.inFlight = 0;
  await stage.clock.advance(1_180_000);
  assert.deepEqual(stage.told, []);
  await stage.clock.advance(40_000);
  assert.deepEqual(stage.told, ["rest: nothing was asked of it for 1200 s (idleTimeout)"]);
  await stage.become("stopped", 1);
  await stage.clock.advance(7_200_000);
  assert.equal(stage.told.length, 1);
  await stage.become("ready", 2);
  await stage.clock.advance(1_100_000);
  assert.equal(stage.told.length, 1);
  await stage.clock.advance(200_000);
  assert.equal(stage.told.length, 2);
});

Deno.test("recycleLimits() takes short requests between two looks for use", async () => {
  using stage = new Stage({ idleTimeoutMs: 60_000 });
  await stage.become("ready", 1);
  for (let i = 0; i < 10; i++) {
    await stage.clock.advance(50_000);
    stage.traffic.total++;
  }
  assert.deepEqual(stage.told, []);
});

Deno.test("recycleLimits() looks at an idle backend no more than it has to", async () => {
  using stage = new Stage({ idleTimeoutMs: 86_400_000 });
  await stage.become("ready", 1);
  let sleeps = 0;
  const { clock } = stage;
  const { sleep } = clock;
  clock.sleep = (ms, signal) => {
    sleeps++;
    return sleep.call(clock, ms, signal);
  };
  await clock.advance(3_600_000);
  assert.ok(sleeps >= 59 && sleeps <= 61, String(sleeps));
});

Deno.test("recycleLimits() counts no recycle as use", async () => {
  using stage = new Stage({ idleTimeoutMs: 600_000 });
  await stage.become("ready", 1);
  await stage.clock.advance(400_000);
  await stage.become("ready", 2);
  await stage.clock.advance(250_000);
  assert.equal(stage.told.length, 1);
});

Deno.test("recycleLimits() recycles what has run for periodicRestartTime, each set anew (IIS 11.3)", async () => {
  using stage = new Stage({ restartAfterMs: 3_600_000 });
  await stage.become("ready", 1);
  await stage.clock.advance(3_599_000);
  assert.deepEqual(stage.told, []);
  await stage.clock.advance(1_000);
  assert.deepEqual(stage.told, ["recycle: it has run for 3600 s (periodicRestartTime)"]);
  await stage.become("ready", 2);
  await stage.clock.advance(3_599_000);
  assert.equal(stage.told.length, 1);
  await stage.clock.advance(1_000);
  assert.equal(stage.told.length, 2);
});

Deno.test("recycleLimits() waits as long as no single timer can", async () => {
  using stage = new Stage({ restartAfterMs: 31_536_000_000 });
  const { clock } = stage;
  const { sleep } = clock;
  clock.sleep = (ms, signal) => {
    assert.ok(ms <= 2_147_483_647, String(ms));
    return sleep.call(clock, ms, signal);
  };
  await stage.become("ready", 1);
  await stage.clock.advance(31_535_999_000);
  assert.deepEqual(stage.told, []);
  await stage.clock.advance(1_000);
  assert.equal(stage.told.length, 1);
});

Deno.test("recycleLimits() recycles after periodicRestartRequests of one set (IIS 11.3)", async () => {
  using stage = new Stage({ restartAfterRequests: 100 });
  stage.traffic.total = 1_000;
  await stage.become("ready", 1);
  stage.traffic.total += 99;
  await stage.clock.advance(60_000);
  assert.deepEqual(stage.told, []);
  stage.traffic.total += 3;
  await stage.clock.advance(1_000);
  assert.deepEqual(stage.told, [
    "recycle: it has got 102 requests, the limit is 100 (periodicRestartRequests)",
  ]);
});

Deno.test("recycleLimits() recycles beyond periodicRestartMemory, looking every 10 s (IIS 11.3)", async () => {
  using stage = new Stage({ restartAtBytes: 500 * MB, restartAfterRequests: 1_000 });
  stage.bytes = 500 * MB;
  await stage.become("ready", 1);
  await stage.clock.advance(60_000);
  assert.deepEqual(stage.told, []);
  assert.equal(stage.memoryLooks, 6);
  stage.bytes = 700 * MB;
  await stage.clock.advance(10_000);
  assert.deepEqual(stage.told, [
    "recycle: it uses 700 MB of memory, the limit is 500 MB (periodicRestartMemory)",
  ]);
});

Deno.test("recycleLimits() warns once where the memory is not known", async () => {
  using stage = new Stage({ restartAtBytes: 1 });
  stage.bytes = undefined;
  await stage.become("ready", 1);
  await stage.clock.advance(60_000);
  assert.deepEqual([stage.told, stage.log.names()], [[], ["- backend-memory-unknown"]]);
});

Deno.test("recycleLimits() recycles at every time of periodicRestartSchedule (IIS 11.3)", async () => {
  const date = new Date(0);
  const now = (date.getHours() * 60 + date.getMinutes()) * 60;
  const at = [3_600, 7_200].map((later) => (now + later) % 86_400);
  using stage = new Stage({ restartDaily: at });
  await stage.become("ready", 1);
  await stage.clock.advance(3_599_000);
  assert.deepEqual(stage.told, []);
  await stage.clock.advance(1_000);
  assert.equal(stage.told.length, 1);
  assert.match(stage.told[0] ?? "", /^recycle: it is \d\d:\d\d:00 \(periodicRestartSchedule\)$/);
  await stage.become("ready", 2);
  await stage.clock.advance(3_600_000);
  assert.equal(stage.told.length, 2);
  await stage.become("ready", 3);
  await stage.clock.advance(82_000_000);
  assert.equal(stage.told.length, 2);
  await stage.clock.advance(1_000_000);
  assert.equal(stage.told.length, 3);
});

Deno.test("recycleLimits() follows a clock on the wall that is set", async () => {
  const later = new Date(6 * 3_600_000);
  const at = (later.getHours() * 60 + later.getMinutes()) * 60;
  using stage = new Stage({ restartDaily: [at] });
  await stage.become("ready", 1);
  await stage.clock.advance(1_000_000);
  stage.clock.date = () => new Date(6 * 3_600_000 + 5_000);
  await stage.clock.advance(60_000);
  assert.equal(stage.told.length, 1);
});

Deno.test("recycleLimits() asks again only after a while where a recycle came to nothing", async () => {
  using stage = new Stage({ restartAtBytes: 1 });
  stage.bytes = 2;
  await stage.become("ready", 1);
  await stage.clock.advance(300_000);
  assert.equal(stage.told.length, 1);
  await stage.clock.advance(20_000);
  assert.equal(stage.told.length, 2);
});

Deno.test("recycleLimits() asks once while the recycle it asked for is under way", async () => {
  using stage = new Stage({ restartAtBytes: 1 });
  stage.bytes = 2;
  await stage.become("ready", 1);
  await stage.clock.advance(10_000);
  for (let i = 0; i < 5; i++) {
    stage.directory.set({ starts: i });
    await stage.clock.advance(20_000);
  }
  assert.equal(stage.told.length, 1);
});

Deno.test("recycleLimits() recycles a set that has just replaced another one, too", async () => {
  using stage = new Stage({ restartAfterMs: 60_000 });
  for (const generation of [1, 2, 3]) {
    await stage.become("ready", generation);
    await stage.clock.advance(60_000);
    assert.equal(stage.told.length, generation);
  }
});

Deno.test("recycleLimits() ends with the host, and when it is disposed of", async () => {
  const stage = new Stage({ restartAfterMs: 1_000 });
  await stage.become("ready", 1);
  stage[Symbol.dispose]();
  await stage.clock.advance(10_000);
  assert.deepEqual([stage.told, stage.clock.sleeping], [[], 0]);
  using closed = new Stage({ restartAfterMs: 1_000 });
  await closed.become("closed", 1);
  await closed.clock.advance(10_000);
  assert.deepEqual([closed.told, closed.clock.sleeping], [[], 0]);
});
