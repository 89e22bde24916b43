import assert from "node:assert/strict";
import { ExchangeRecord } from "../../../src/contract/exchange_record.ts";
import { requestTotals } from "../../../src/observe/request_totals.ts";
import { TrafficMetrics } from "../../../src/observe/traffic_metrics.ts";

Deno.test("requestTotals() gives how many took how long, those above all bounds last", () => {
  const traffic = new TrafficMetrics();
  for (const [status, tookMs] of [[200, 0.05], [200, 3], [503, 4], [200, 99_999]] as const) {
    traffic.began();
    traffic.finished(Object.assign(new ExchangeRecord(0), { status, tookMs }));
  }
  const { ended, failed, boundsMs, counts } = requestTotals(traffic);
  assert.deepEqual([ended, failed], [4, 1]);
  assert.equal(counts.length, boundsMs.length + 1);
  const places = counts.flatMap((count, place) => count > 0 ? [[boundsMs[place], count]] : []);
  assert.deepEqual(places, [[0.1, 1], [5, 2], [undefined, 1]]);
});
