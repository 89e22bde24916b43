import assert from "node:assert/strict";
import { planEvent, planOf } from "../../../../src/backend/application/plan.ts";
import type { AspNetCoreConfig } from "../../../../src/config/app_config.ts";
import { appConfig } from "../../../support/app_config.ts";

const options = { hostEnvironment: {} };
const FIXED = [{ name: "aspnetcore_port", value: "5000" }];

function plan(aspNetCore: Partial<AspNetCoreConfig>) {
  return planOf(appConfig("/srv/app", aspNetCore), 7, options);
}

Deno.test("planOf() takes from the configuration what the application's life depends on", () => {
  const aspNetCore = {
    processesPerApplication: 3,
    rapidFailsPerMinute: 5,
    shutdownTimeLimitMs: 20_000,
  };
  assert.deepEqual(plan(aspNetCore), {
    revision: 7,
    processes: 3,
    rapidFails: 5,
    windowMs: 60_000,
    drainMs: 20_000,
    stopFirst: "no",
    isPreloaded: false,
  });
});

Deno.test("planOf() runs one process where the port is fixed (ANCM P-14, O-42)", () => {
  const { processes, stopFirst } = plan({
    processesPerApplication: 3,
    environmentVariables: FIXED,
  });
  assert.deepEqual([processes, stopFirst], [1, "fixed port"]);
  const config = appConfig("/srv/app", { processesPerApplication: 3, environmentVariables: FIXED });
  assert.match(planEvent(config, options)?.message ?? "", /"3".*ASPNETCORE_PORT/);
});

Deno.test("planEvent() has nothing to say where all can be had", () => {
  for (const change of [{ processesPerApplication: 3 }, { environmentVariables: FIXED }]) {
    assert.equal(planEvent(appConfig("/srv/app", change), options), undefined);
  }
});

for (
  const [value, stopFirst] of [["stop-first", "asked"], ["Stop-First", "asked"], [
    "overlapped",
    "no",
  ]]
) {
  Deno.test(`planOf() of handlerSetting recycle="${value}" is "${stopFirst}"`, () => {
    const handlerSettings = [{ name: "recycle", value: String(value) }];
    assert.equal(plan({ handlerSettings }).stopFirst, stopFirst);
  });
}

Deno.test("planOf() takes an empty ASPNETCORE_PORT for none", () => {
  assert.equal(
    plan({ environmentVariables: [{ name: "ASPNETCORE_PORT", value: "" }] }).stopFirst,
    "no",
  );
});
