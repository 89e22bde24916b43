import assert from "node:assert/strict";
import { AccessLogError } from "../../../src/observe/access_format.ts";
import { jsonFormat } from "../../../src/observe/json_format.ts";
import { observed, type ObservedChanges } from "../../support/observed.ts";

const NOW = new Date("2025-01-31T23:59:58.999Z");

function line(changes: ObservedChanges, fields?: readonly string[], anonymize = false): string {
  const { x, record } = observed(changes);
  return jsonFormat({ fields, anonymize }).line(x, record, NOW);
}

Deno.test("jsonFormat() writes what is known of an exchange, times to the microsecond", () => {
  const fields = [
    ["Host", "example.org"],
    ["User-Agent", 'a "b" \\ c'],
    ["traceparent", "00-1-2-01"],
  ] as const;
  assert.deepEqual(JSON.parse(line({ target: "/a%20b?c", fields, exchange: { user: "bob" } })), {
    time: "2025-01-31T23:59:58.999Z",
    id: "ab-1",
    client: "203.0.113.7",
    secure: false,
    user: "bob",
    method: "GET",
    target: "/a%20b?c",
    host: "example.org",
    version: "HTTP/1.1",
    status: 200,
    subStatus: 0,
    win32Status: 0,
    end: "complete",
    bytesIn: 0,
    bytesOut: 1_234,
    durationMs: 12.3,
    queueMs: 0,
    firstByteMs: 9.877,
    generation: 1,
    backend: 2,
    userAgent: 'a "b" \\ c',
    traceparent: "00-1-2-01",
  });
});

Deno.test("jsonFormat() leaves out what there is not, and names the host's own failure", () => {
  const seen = JSON.parse(line({ failure: "queue-full", record: { queueMs: 1.5 } }));
  assert.deepEqual([seen.status, seen.subStatus, seen.failure], [503, 0, "queue-full"]);
  for (const name of ["backend", "generation", "firstByteMs", "user", "host"]) {
    assert.equal(name in seen, false, name);
  }
});

Deno.test("jsonFormat() writes chosen members, and fields of both messages", () => {
  const fields = [["X-A", "1"], ["x-a", "2"]] as const;
  const answer = [["Content-Type", "text/html"]] as const;
  assert.equal(
    line({ fields, answer }, ["sc(Content-Type)", "status", "cs(X-A)", "method", "cs(No)"]),
    '{"method":"GET","status":200,"answer.content-type":"text/html","request.x-a":"1, 2"}',
  );
  assert.equal(line({}, ["clientPort", "server", "serverPort"]).includes("8080"), true);
  assert.throws(() => jsonFormat({ fields: ["c-ip"] }), AccessLogError);
});

Deno.test("jsonFormat() keeps to one line whatever a client sends", () => {
  const value = '\u0000\n\r\u0085\u007f"\\';
  const written = line({ target: `/${value}\u2028`, fields: [["User-Agent", value]] });
  // deno-lint-ignore no-control-regex -- it is they that must not be there
  assert.doesNotMatch(written, /[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
  assert.equal(JSON.parse(written).target, `/${value}\u2028`);
  assert.equal(JSON.parse(written).userAgent, value);
});

Deno.test("jsonFormat() hides clients on request", () => {
  const client = { address: "2001:db8:1:2::3" };
  assert.equal(line({ client }, ["client"], true), '{"client":"2001:db8:1::"}');
  assert.equal(line({ client: { address: "" } }, ["client"], true), '{"client":""}');
});
