import assert from "node:assert/strict";
import type { Backend } from "../../../src/backend/mod.ts";
import type { AppConfig } from "../../../src/config/mod.ts";
import { Deadlines } from "../../../src/contract/deadlines.ts";
import type { RecycleResult } from "../../../src/contract/host_status.ts";
import { fetchTransport } from "../../../src/gateway/fetch_transport.ts";
import { InFlight } from "../../../src/gateway/in_flight.ts";
import { Serving } from "../../../src/host/serving.ts";
import { appConfig } from "../../support/app_config.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { RawDirectory } from "../../support/raw_directory.ts";

/** A recycle that the backend was asked for and that the test ends. */
interface Asked {
  readonly reason: string;
  readonly config: AppConfig | undefined;
  end(outcome: RecycleResult["outcome"]): Promise<void>;
}

const A = appConfig("/app", { processPath: "a" });
const B = appConfig("/app", { processPath: "b" });

/** A host's serving part whose backend does what the test says. */
function stage() {
  const directory = new RawDirectory();
  const transport = fetchTransport();
  const inFlight = new InFlight({ directory, transport });
  const asked: Asked[] = [];
  const recycle: Backend["recycle"] = ({ reason, config }) => {
    const { promise, resolve } = Promise.withResolvers<RecycleResult>();
    const end = async (outcome: RecycleResult["outcome"]) => {
      resolve({ outcome, message: reason });
      for (let i = 0; i < 10; i++) await Promise.resolve();
    };
    asked.push({ reason, config, end });
    return promise;
  };
  const used: string[] = [];
  const serving = new Serving(A, {
    options: { appDir: "/app" },
    report: () => {},
    deadlines: new Deadlines(new FakeClock()),
    transport,
    inFlight,
    backend: { directory, recycle } as unknown as Backend,
    offline: () => undefined,
    httpsPort: () => undefined,
    failed: () => {},
  });
  serving.onConfig(({ aspNetCore }) => used.push(aspNetCore.processPath));
  return {
    serving,
    asked,
    used,
    [Symbol.dispose]() {
      inFlight[Symbol.dispose]();
      transport[Symbol.dispose]();
    },
  };
}

const programOf = ({ config }: Asked | Serving) => config?.aspNetCore.processPath;

for (
  const [outcome, isTaken] of [["switched", true], ["idle", true], ["failed", true], [
    "kept",
    false,
  ]] as const
) {
  Deno.test(`Serving.recycle() ${isTaken ? "takes" : "drops"} a configuration that ends as ${outcome}`, async () => {
    using site = stage();
    const result = site.serving.recycle("an edit", B);
    assert.equal(programOf(site.serving), "a");
    await site.asked[0]?.end(outcome);
    assert.equal((await result).outcome, outcome);
    assert.equal(programOf(site.serving), isTaken ? "b" : "a");
    assert.deepEqual(site.used, isTaken ? ["b"] : []);
    void site.serving.recycle("a limit");
    assert.equal(site.asked[1]?.config, undefined, "the one in use stays");
  });
}

Deno.test("Serving.recycle() without a configuration takes the one that a recycle under way brings", async () => {
  using site = stage();
  const first = site.serving.recycle("an edit", B);
  const second = site.serving.recycle("a limit");
  assert.deepEqual(site.asked.map(programOf), ["b", "b"]);
  await site.asked[0]?.end("given-up");
  assert.equal(programOf(site.serving), "a");
  await site.asked[1]?.end("switched");
  assert.equal(programOf(site.serving), "b");
  assert.deepEqual(site.used, ["b"]);
  // Whoever waits for the first one hears how the second ended.
  assert.deepEqual([(await first).message, (await second).message], ["a limit", "a limit"]);
  assert.equal(site.asked.length, 2);
});

Deno.test("Serving.recycle() has its configuration count after app_offline.htm came in between", async () => {
  using site = stage();
  const result = site.serving.recycle("an edit", B);
  await site.asked[0]?.end("given-up");
  assert.equal(site.asked.length, 2);
  assert.equal(programOf(site.asked[1]!), "b");
  await site.asked[1]?.end("idle");
  assert.equal((await result).outcome, "idle");
  assert.equal(programOf(site.serving), "b");
});

Deno.test("Serving.recycle() gives up with the host", async () => {
  using site = stage();
  const result = site.serving.recycle("an edit", B);
  await site.asked[0]?.end("given-up");
  await site.asked[1]?.end("given-up");
  assert.equal((await result).outcome, "given-up");
  assert.equal(programOf(site.serving), "a");
  assert.equal(site.asked.length, 2);
});

Deno.test("Serving.take() uses a configuration at once and leaves the backend alone", () => {
  using site = stage();
  site.serving.take(B, []);
  assert.equal(programOf(site.serving), "b");
  assert.deepEqual(site.used, ["b"]);
  void site.serving.recycle("a limit");
  assert.deepEqual(site.asked.map(programOf), [undefined], "the backend is to have it already");
});

Deno.test("Serving.take() waits for a recycle under way by taking its place", async () => {
  using site = stage();
  const first = site.serving.recycle("an edit", B);
  site.serving.take(appConfig("/app", { processPath: "c" }), []);
  assert.deepEqual([programOf(site.serving), site.asked.map(programOf)], ["a", ["b", "c"]]);
  await site.asked[0]?.end("given-up");
  await site.asked[1]?.end("switched");
  assert.equal((await first).outcome, "switched");
  assert.equal(programOf(site.serving), "c");
});
