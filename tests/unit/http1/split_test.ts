import assert from "node:assert/strict";
import {
  BAD_CHUNKS,
  BAD_REQUESTS,
  BAD_RESPONSES,
  REQUESTS,
  RESPONSES,
} from "../../support/http1_cases.ts";
import {
  cutAt,
  seeded,
  type TraceOptions,
  traceRequests,
  traceResponses,
} from "../../support/http1_trace.ts";

// Bytes beside the slice that would change the meaning of what is in it.
const POISONS = ["", "\r\n\r\n", "X", "0\r\n", " ", "\0", "=1", ";"];
const CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

type Trace = (parts: readonly string[], options: TraceOptions) => string[];
type Row = readonly [trace: Trace, input: string, options: TraceOptions];

const ROWS: readonly Row[] = [
  ...REQUESTS.map((row): Row => [traceRequests, row.input, row]),
  ...BAD_REQUESTS.map(([, input, options]): Row => [traceRequests, `${input}!\r\n`, options ?? {}]),
  ...[false, true].flatMap((framed) =>
    BAD_CHUNKS.map((
      [, input],
    ): Row => [traceRequests, `${CHUNKED}3\r\nabc\r\n${input}!`, { framed }])
  ),
  ...RESPONSES.map((row): Row => [traceResponses, row.input, row]),
  ...BAD_RESPONSES.map(([, input, options]): Row => [traceResponses, `${input}\0`, options ?? {}]),
];

Deno.test("readers find the same wherever the bytes are cut in two", () => {
  for (const [trace, input, options] of ROWS) {
    if (input.length > 2000) continue;
    const whole = trace([input], options);
    for (let at = 0; at <= input.length; at++) {
      const poison = POISONS[at % POISONS.length]!;
      assert.deepEqual(trace(cutAt(input, [at]), { ...options, poison }), whole);
    }
  }
});

Deno.test("readers find the same when every byte comes alone", () => {
  for (const [trace, input, options] of ROWS) {
    if (input.length > 2000) continue;
    const whole = trace([input], options);
    for (const poison of POISONS) {
      assert.deepEqual(trace([...input], { ...options, poison }), whole);
    }
  }
});

Deno.test("readers find the same in any pieces (seeded)", () => {
  const random = seeded(20_261_122);
  for (const [trace, input, options] of ROWS) {
    const whole = trace([input], options);
    for (let round = 0; round < 20; round++) {
      const places = Array.from(
        { length: 1 + Math.floor(random() * 6) },
        () => Math.floor(random() * (input.length + 1)),
      ).sort((a, b) => a - b);
      const poison = POISONS[Math.floor(random() * POISONS.length)]!;
      assert.deepEqual(trace(cutAt(input, places), { ...options, poison }), whole);
    }
  }
});
