import assert from "node:assert/strict";
import { startHost } from "../../mod.ts";
import { eventually } from "../support/eventually.ts";

const WEB_CONFIG = `<configuration><system.webServer>
  <handlers><add name="a" path="*" verb="*" modules="AspNetCoreModuleV2" /></handlers>
  <aspNetCore processPath="/bin/sleep" arguments="600" shutdownTimeLimit="1">
    <handlerSettings><handlerSetting name="shutdownDelay" value="0" /></handlerSettings>
  </aspNetCore>
</system.webServer></configuration>`;

Deno.test("a stop tells requests that wait for a start, before their time is over", async () => {
  const appDir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${appDir}/web.config`, WEB_CONFIG);
    await using host = await startHost({
      appDir,
      listen: ["http://127.0.0.1:0"],
      admin: "off",
      drainTimeMs: 2_000,
    });
    const answer = fetch(`${host.urls[0]}/`);
    await eventually(() => host.status().traffic.inFlight === 1);
    const stopped = host.stop();
    const { status, headers, body } = await answer;
    await body?.cancel();
    assert.deepEqual([status, headers.has("Retry-After")], [503, true]);
    await stopped;
  } finally {
    await Deno.remove(appDir, { recursive: true });
  }
});
