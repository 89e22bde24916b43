import assert from "node:assert/strict";
import { type Case, conform } from "../support/conformance_cases.ts";
import type { Lines } from "../support/conformance_client.ts";
import type { Stage } from "../support/conformance_stage.ts";
import { answering } from "../support/raw_backend.ts";
import { valuesOf } from "../support/raw_client.ts";

const NO_REASON = "HTTP/2 has no reason (RFC 9113 §8.3.2)";

/** Gives the answer to a request that the backend answers with this head and `ok`. */
async function answerTo(stage: Stage, statusLine: string, ...fields: string[]) {
  stage.script = answering("ok", statusLine, ...fields);
  return await stage.exchange();
}

const STATUS_LINES: readonly (readonly [line: string, status: number, reason: string])[] = [
  ["HTTP/1.1 200 Fine", 200, "Fine"],
  ["HTTP/1.1 299 Odd", 299, "Odd"],
  ["HTTP/1.1 404 ", 404, ""],
  ["HTTP/1.1 404", 404, ""],
  ["HTTP/1.1 418 I'm a caf\xe9", 418, "I'm a caf\xe9"],
  ["HTTP/1.1 503 Not now", 503, "Not now"],
  ["HTTP/1.1 599 Far out", 599, "Far out"],
  ["HTTP/1.1 600 Beyond", 600, "Beyond"],
  ["HTTP/1.1 999 Odd", 999, "Odd"],
];

const statusLines = STATUS_LINES.map(([line, status, reason]): Case => ({
  rule: `${JSON.stringify(line)} passes with its reason (PG status and reason, ANCM F-50, A10)`,
  async run(stage) {
    const answer = await answerTo(stage, line);
    assert.deepEqual([answer.status, answer.reason, answer.content], [status, reason, "ok"]);
  },
  http2: {
    because: NO_REASON,
    async run(stage) {
      const answer = await answerTo(stage, line);
      assert.deepEqual([answer.status, answer.reason, answer.content], [status, "", "ok"]);
    },
  },
  fetch: {
    because: "fetch makes the reason anew (A10)",
    async run(stage) {
      const answer = await answerTo(stage, line);
      assert.deepEqual([answer.status, answer.content], [status, "ok"]);
    },
  },
}));

const MIXED: Lines = [
  ["X-b", "2"],
  ["x-A", "1"],
  ["X-B", "3"],
  ["Set-Cookie", "a=1; Path=/"],
  ["Vary", "A"],
  ["set-cookie", "b=2, c"],
  ["Vary", "B"],
  ["X-Empty", ""],
];
const MIXED_TEXT = MIXED.map(([name, value]) => `${name}: ${value}`);

conform([
  ...statusLines,
  {
    rule:
      "the client gets the backend's fields in their case, order and repeats, and no other (A4)",
    async run(stage) {
      const { fields } = await answerTo(stage, "HTTP/1.1 200 OK", ...MIXED_TEXT);
      assert.deepEqual(fields, [["Content-Length", "2"], ...MIXED]);
    },
    http2: {
      because: "names are in lower case there (RFC 9113 §8.2)",
      async run(stage) {
        const { fields } = await answerTo(stage, "HTTP/1.1 200 OK", ...MIXED_TEXT);
        const lower = MIXED.map(([name, value]) => [name.toLowerCase(), value]);
        assert.deepEqual(fields, [["content-length", "2"], ...lower]);
      },
    },
    fetch: {
      because: "fetch sorts and joins them (A4)",
      async run(stage) {
        const { fields } = await answerTo(stage, "HTTP/1.1 200 OK", ...MIXED_TEXT);
        assert.deepEqual(fields, [
          ["set-cookie", "a=1; Path=/"],
          ["set-cookie", "b=2, c"],
          ["vary", "A, B"],
          ["x-a", "1"],
          ["x-b", "2, 3"],
          ["x-empty", ""],
          ["Content-Length", "2"],
        ]);
      },
    },
  },
  {
    rule: "every Set-Cookie line stays a line (PG duplicate Set-Cookie, ANCM F-64)",
    async run(stage) {
      const { fields } = await answerTo(stage, "HTTP/1.1 200 OK", ...MIXED_TEXT);
      assert.deepEqual(valuesOf(fields, "set-cookie"), ["a=1; Path=/", "b=2, c"]);
    },
  },
  {
    rule: "field values pass as bytes, also those above 0x7f (A21)",
    async run(stage) {
      const { fields } = await answerTo(stage, "HTTP/1.1 200 OK", "X-Latin: caf\xe9\x80\t\xff");
      assert.deepEqual(valuesOf(fields, "x-latin"), ["caf\xe9\x80\t\xff"]);
    },
  },
  {
    rule: "Date and Server are the backend's (design row F-61, F-63)",
    async run(stage) {
      const date = "Thu, 01 Jan 1970 00:00:00 GMT";
      const { fields } = await answerTo(
        stage,
        "HTTP/1.1 200 OK",
        `Date: ${date}`,
        "Server: Kestrel",
      );
      assert.deepEqual(valuesOf(fields, "date"), [date]);
      assert.deepEqual(valuesOf(fields, "server"), ["Kestrel"]);
    },
  },
  {
    rule:
      "fields of the backend's connection stay there, and what Connection names (ANCM F-62, A17)",
    async run(stage) {
      const { fields } = await answerTo(
        stage,
        "HTTP/1.1 200 OK",
        "Connection: keep-alive, X-Hop",
        "X-Hop: 1",
        "Keep-Alive: timeout=5",
        "Proxy-Connection: keep-alive",
        "Upgrade: h2c",
        "X-Stays: 1",
      );
      const names = fields.map(([name]) => name.toLowerCase()).sort();
      assert.deepEqual(names, ["content-length", "x-stays"]);
    },
  },
  {
    rule: "a redirect is passed on, not followed (ANCM F-27, F-66)",
    async run(stage) {
      const { status, fields } = await answerTo(
        stage,
        "HTTP/1.1 302 Found",
        "Location: http://127.0.0.1:1/elsewhere?x=1",
      );
      assert.equal(status, 302);
      assert.deepEqual(valuesOf(fields, "location"), ["http://127.0.0.1:1/elsewhere?x=1"]);
      assert.equal(stage.backend.requests.length, 1);
    },
  },
  {
    rule:
      "a 401 keeps its challenges, and an error page of the backend its content (ANCM F-51, F-64)",
    async run(stage) {
      const { status, fields, content } = await answerTo(
        stage,
        "HTTP/1.1 401 No",
        "WWW-Authenticate: Basic",
        'WWW-Authenticate: Bearer realm="a, b"',
      );
      assert.deepEqual([status, content], [401, "ok"]);
      assert.equal(
        valuesOf(fields, "www-authenticate").join(" | "),
        'Basic | Bearer realm="a, b"',
      );
    },
    fetch: {
      because: "fetch joins repeats (A4)",
      async run(stage) {
        const { fields } = await answerTo(
          stage,
          "HTTP/1.1 401 No",
          "WWW-Authenticate: Basic",
          "WWW-Authenticate: Bearer",
        );
        assert.deepEqual(valuesOf(fields, "www-authenticate"), ["Basic, Bearer"]);
      },
    },
  },
  {
    rule: "a head of 60,000 bytes passes (ANCM F-57)",
    async run(stage) {
      const value = "v".repeat(6_000);
      const lines = Array.from({ length: 10 }, (_, i) => `X-Big-${i}: ${value}`);
      const { status, fields, content } = await answerTo(stage, "HTTP/1.1 200 OK", ...lines);
      assert.deepEqual([status, content], [200, "ok"]);
      for (let i = 0; i < 10; i++) assert.deepEqual(valuesOf(fields, `x-big-${i}`), [value]);
    },
  },
]);
