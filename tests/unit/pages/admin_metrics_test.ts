import assert from "node:assert/strict";
import { metricsReply } from "../../../src/pages/admin_metrics.ts";
import { adminExchange, answerText } from "../../support/admin_exchange.ts";

const FORMATS: [accept: string, type: string, text: string][] = [
  ["*/*", "text/plain; version=0.0.4; charset=utf-8", "prometheus"],
  ["text/plain;version=0.0.4", "text/plain; version=0.0.4; charset=utf-8", "prometheus"],
  [
    "application/openmetrics-text;version=1.0.0,text/plain;q=0.5",
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
    "openmetrics",
  ],
];

for (const [accept, type, expected] of FORMATS) {
  Deno.test(`metricsReply() answers ${expected} to Accept: ${accept}`, async () => {
    const x = adminExchange("GET", "/metrics", [["Accept", accept]]);
    const { status, text, fields } = await answerText(metricsReply(x, (format) => `${format}\n`));
    assert.deepEqual([status, text, fields.get("content-type")], [200, `${expected}\n`, type]);
  });
}
