import assert from "node:assert/strict";
import { handlerSetting } from "../../../src/config/mod.ts";
import { developedConfig } from "../../../src/host/development.ts";
import { appConfig } from "../../support/app_config.ts";

Deno.test("developedConfig() stops what runs before it builds, counts no failures, and waits little", () => {
  const handlerSettings = [{ name: "recycle", value: "overlapped" }];
  const given = appConfig("/app", { handlerSettings, shutdownTimeLimitMs: 10_000 });
  const { aspNetCore } = developedConfig(given);
  assert.equal(handlerSetting(aspNetCore, "recycle"), "stop-first");
  assert.equal(aspNetCore.rapidFailsPerMinute, Number.MAX_SAFE_INTEGER);
  assert.equal(aspNetCore.shutdownTimeLimitMs, 2_000);
  const quick = developedConfig(appConfig("/app", { shutdownTimeLimitMs: 0 }));
  assert.equal(quick.aspNetCore.shutdownTimeLimitMs, 0);
});
