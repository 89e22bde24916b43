import assert from "node:assert/strict";
import type { Exchange } from "../../../src/contract/exchange.ts";
import { traced } from "../../../src/gateway/trace_context.ts";
import type { FieldLine } from "../../../src/http1/fields.ts";
import { rawExchange } from "../../support/raw_exchange.ts";

const NEW = /^00-[\da-f]{32}-[\da-f]{16}-01$/;

async function seen(fields: readonly FieldLine[]): Promise<Exchange["request"]["fields"]> {
  let request: Exchange["request"] | undefined;
  const handler = traced((x) => {
    request = x.request;
    return { head: { status: 200, reason: "", fields: x.request.fields }, content: x.content };
  });
  await handler(rawExchange(fields));
  assert.ok(request);
  return request.fields;
}

Deno.test("traced() gives a request without traceparent one of its own, no two alike", async () => {
  const values = new Set<string>();
  for (let i = 0; i < 1_000; i++) {
    values.add((await seen([["Host", "a"]])).get("traceparent") ?? "");
  }
  assert.equal(values.size, 1_000);
  for (const value of values) assert.match(value, NEW);
});

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

const KEPT = [
  `00-${TRACE}-${SPAN}-00`,
  `00-${TRACE}-${SPAN}-01`,
  `cc-${TRACE}-${SPAN}-01`,
  `cc-${TRACE}-${SPAN}-01-later`,
];

for (const value of KEPT) {
  Deno.test(`traced() passes on traceparent ${value} with its tracestate`, async () => {
    const lines: FieldLine[] = [["Traceparent", value], ["tracestate", "a=b"]];
    assert.deepEqual([...await seen(lines)], lines);
  });
}

const REPLACED = [
  "",
  "yes",
  `ff-${TRACE}-${SPAN}-01`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `cc-${TRACE}-${SPAN}-01more`,
];

for (const value of REPLACED) {
  Deno.test(`traced() replaces traceparent "${value}" and drops its tracestate`, async () => {
    const fields = await seen([["traceparent", value], ["tracestate", "a=b"]]);
    assert.equal(fields.size, 1);
    assert.match(fields.get("traceparent") ?? "", NEW);
  });
}

Deno.test("traced() replaces a traceparent that comes twice", async () => {
  const line: FieldLine = ["traceparent", KEPT[0]!];
  const fields = await seen([line, line]);
  assert.equal(fields.getAll("traceparent").length, 1);
  assert.notEqual(fields.get("traceparent"), KEPT[0]);
});
