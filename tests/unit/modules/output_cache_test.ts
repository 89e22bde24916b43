import assert from "node:assert/strict";
import { siteStage } from "../../support/site_stage.ts";

const profile = (policy: string, attributes = "") =>
  `<caching ${attributes}><profiles><add extension=".html" policy="${policy}" /></profiles></caching>`;

const CASES: [name: string, webServer: string, warns: boolean][] = [
  ["a profile that caches", profile("CacheUntilChange"), true],
  ["a profile that does not", profile("DontCache"), false],
  ["a cache that is off", profile("CacheForTimePeriod", 'enabled="false"'), false],
  ["no profile", '<caching maxCacheSize="10" />', false],
];

for (const [name, webServer, warns] of CASES) {
  Deno.test(`caching with ${name} ${warns ? "warns" : "is silent"} (IIS M-OC-1)`, async () => {
    await using site = await siteStage(webServer);
    assert.equal(site.problems.length, warns ? 1 : 0);
    if (warns) assert.match(site.problems[0] ?? "", /warning: The section caching has no effect/);
    assert.equal((await site.ask("/a.html")).body, "backend");
  });
}
