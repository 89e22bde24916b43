import assert from "node:assert/strict";
import { ExchangeRecord } from "../../../src/contract/exchange_record.ts";
import { emptyContent } from "../../../src/contract/content.ts";
import { FieldList } from "../../../src/http1/mod.ts";
import { httpLogging } from "../../../src/modules/http_logging.ts";
import { rawExchange } from "../../support/raw_exchange.ts";
import { refusalStage } from "../../support/refusal_stage.ts";

/** Says which exchanges of a place are logged, as both of its stages have it. */
async function loggedAt(path: string, webServer: string, locations = ""): Promise<string> {
  const stage = await refusalStage([httpLogging], webServer, { locations });
  assert.deepEqual(stage.problems.filter((problem) => problem.includes("error")), []);
  const told = new Set<string>();
  for (const isWayIn of [true, false]) {
    const x = { ...rawExchange(), record: new ExchangeRecord(0) };
    const reply = {
      head: { status: 200, reason: "", fields: FieldList.none },
      content: emptyContent,
    };
    for (const module of stage.modulesAt(path)) {
      if (isWayIn) await module.request?.(x);
      else assert.equal(await module.response?.(x, reply), reply);
    }
    told.add(x.record.loggedWhen);
  }
  return [...told].join();
}

const CASES: [webServer: string, loggedWhen: string][] = [
  ["", "always"],
  ["<httpLogging />", "always"],
  ['<httpLogging dontLog="false" selectiveLogging="LogAll" />', "always"],
  ['<httpLogging dontLog="true" />', "never"],
  ['<httpLogging dontLog="true" selectiveLogging="LogError" />', "never"],
  ['<httpLogging selectiveLogging="LogSuccessful" />', "success"],
  ['<httpLogging selectiveLogging="logerror" />', "error"],
];

for (const [webServer, loggedWhen] of CASES) {
  Deno.test(`httpLogging takes ${webServer || "nothing"} for ${loggedWhen} (IIS M-LG-0)`, async () => {
    assert.equal(await loggedAt("/", webServer), loggedWhen);
  });
}

Deno.test("httpLogging counts for a place, such as one for health probes (IIS M-LG-0)", async () => {
  const locations =
    '<location path="health"><system.webServer><httpLogging dontLog="true" /></system.webServer></location>';
  assert.equal(await loggedAt("/health", "", locations), "never");
  assert.equal(await loggedAt("/other", "", locations), "always");
});

Deno.test("httpLogging makes no module where everything is logged", async () => {
  const stage = await refusalStage([httpLogging], "<httpLogging />");
  assert.equal(stage.modulesAt("/").length, 0);
});
