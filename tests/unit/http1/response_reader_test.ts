import assert from "node:assert/strict";
import { ResponseReader } from "../../../src/http1/response_reader.ts";
import { STEP } from "../../../src/http1/step.ts";
import { BAD_RESPONSES, RESPONSES } from "../../support/http1_cases.ts";
import { toBytes, traceResponses } from "../../support/http1_trace.ts";

for (const { name, input, events, ...options } of RESPONSES) {
  Deno.test(`ResponseReader ${name}`, () => {
    assert.deepEqual(traceResponses([input], options), events);
  });
}

Deno.test("ResponseReader refuses what breaks a rule (ANCM F-57, F-72)", async (t) => {
  for (const [code, input, options] of BAD_RESPONSES) {
    const shown = JSON.stringify(input.length > 80 ? `${input.slice(0, 80)}…` : input);
    await t.step(`${code}: ${shown}`, () => {
      assert.deepEqual(traceResponses([input], options), [`ERROR ${code}`]);
      assert.deepEqual(traceResponses([input.slice(0, -1)], options), []);
    });
  }
});

Deno.test("ResponseReader refuses bytes after the response that was asked for", () => {
  const input = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nX";
  assert.equal(traceResponses([input]).at(-1), "ERROR unsolicited-response");
});

Deno.test("ResponseReader takes the end of an idle connection, not a second request before its end", () => {
  const reader = new ResponseReader();
  assert.equal(reader.close(), STEP.MORE);
  reader.expect(false, false);
  assert.throws(() => reader.expect(false, false), /before the last one ended/);
});

Deno.test("ResponseReader leaves what follows a 101 to whoever speaks the other protocol", () => {
  const reader = new ResponseReader();
  reader.expect(false, true);
  const head = "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  const bytes = toBytes(`${head}\x81\x00`);
  assert.equal(reader.next(bytes, 0, bytes.length), STEP.SWITCHED);
  assert.equal(reader.position, head.length);
  assert.equal(reader.close(), STEP.SWITCHED);
});

Deno.test("ResponseReader tells the length that HEAD and 304 describe", () => {
  for (const [fields, length] of [["Content-Length: 7\r\n", 7], ["", undefined]] as const) {
    const reader = new ResponseReader();
    const bytes = toBytes(`HTTP/1.1 200 OK\r\n${fields}\r\n`);
    reader.expect(true, false);
    assert.equal(reader.next(bytes, 0, bytes.length), STEP.HEAD);
    assert.equal(reader.contentLength, length);
  }
});
