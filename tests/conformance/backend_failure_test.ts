import assert from "node:assert/strict";
import { type Case, conform } from "../support/conformance_cases.ts";
import type { Stage } from "../support/conformance_stage.ts";
import { RawBackend, type Script } from "../support/raw_backend.ts";
import { readyAt } from "../support/raw_directory.ts";

/** A 502.3 for this reason, which the client can tell from an answer of the backend. */
async function assertBadGateway(stage: Stage, code: string): Promise<void> {
  const { status, content } = await stage.exchange();
  assert.equal(status, 502);
  assert.match(content, /^502\.3 Bad Gateway/);
  assert.deepEqual(stage.codes, [code]);
}

/** Says this and resolves `over` when the host has ended the connection. */
function untilClosed(text: string): { script: Script; over: Promise<void> } {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const script: Script = async (connection) => {
    await connection.send(text);
    await connection.closed();
    resolve();
  };
  return { script, over };
}

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n`;

/** Heads that are no valid answer. */
const INVALID: readonly (readonly [what: string, text: string])[] = [
  [
    "Content-Length beside Transfer-Encoding (A16)",
    `${CHUNKED}Content-Length: 1\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  ],
  ["two lengths that differ", `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`],
  ["a length that is none", `${OK}Content-Length: +1\r\n\r\nx`],
  ["a coding nobody knows", `${OK}Transfer-Encoding: xchunked\r\n\r\nx`],
  ["an unsolicited 101 (A18)", "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"],
  ["a folded field (ANCM F-57)", `${OK}A: b\r\n c: d\r\nContent-Length: 1\r\n\r\nx`],
  [
    "a head over 64 KiB (ANCM F-57)",
    `${OK}X: ${"y".repeat(70_000)}\r\nContent-Length: 1\r\n\r\nx`,
  ],
  ["a field without a colon (ANCM F-57)", `${OK}No colon\r\nContent-Length: 1\r\n\r\nx`],
  ["NUL in a field", `${OK}A: b\0c\r\nContent-Length: 1\r\n\r\nx`],
  ["a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 1\r\n\r\nx"],
  ["another protocol (ANCM F-72)", "SSH-2.0-OpenSSH_9.6\r\n"],
  ["HTTP/2", "HTTP/2 200\r\n\r\n"],
];

const invalid = INVALID.map(([what, text]): Case => ({
  rule: `${what} from the backend is 502.3, its connection ends, and it is not called broken`,
  async run(stage) {
    const { script, over } = untilClosed(text);
    stage.script = script;
    await assertBadGateway(stage, "backend-invalid");
    await over;
    assert.deepEqual(stage.directory.reports, []);
  },
  fetch: {
    because: "fetch alone decides when a connection ends (A14)",
    async run(stage) {
      stage.script = untilClosed(text).script;
      await assertBadGateway(stage, "backend-invalid");
      assert.deepEqual(stage.directory.reports, []);
    },
  },
}));

/** Answers that break off within their content, and what of the content comes. */
const CUT: readonly (readonly [what: string, text: string])[] = [
  ["shorter than its Content-Length (ANCM F-74)", `${OK}Content-Length: 10\r\n\r\nabc`],
  ["cut between two chunks (ANCM F-75)", `${CHUNKED}\r\n3\r\nabc\r\n`],
  ["cut within a chunk", `${CHUNKED}\r\n5\r\nabc`],
  ["cut before its trailers end", `${CHUNKED}\r\n3\r\nabc\r\n0\r\nX: y\r\n`],
];

const cut = CUT.map(([what, text]): Case => ({
  rule: `an answer ${what} never looks complete (PG cut short, A15)`,
  async run(stage) {
    const seen = Promise.withResolvers<void>();
    stage.script = async (connection) => {
      await connection.send(text);
      await seen.promise;
      connection.close();
    };
    const sending = await (await stage.client()).send();
    await sending.through("abc");
    seen.resolve();
    const { status, content, complete } = await sending.answer();
    assert.deepEqual([status, content, complete], [200, "abc", false]);
    const { end, bytesOut } = await stage.outcome();
    assert.deepEqual([end, bytesOut], ["broken", 3]);
    assert.deepEqual(stage.directory.reports, [{ id: 1, fault: "broken" }]);
  },
}));

conform([
  {
    rule: "a backend that takes no connection is 502.3 (ANCM F-28, F-72)",
    async run(stage) {
      stage.backend.die();
      await assertBadGateway(stage, "backend-refused");
      assert.deepEqual(stage.directory.reports, [{ id: 1, fault: "refused" }]);
    },
  },
  {
    rule: "a request that was refused goes to the next process, content and all (design row R-10)",
    async run(stage) {
      await using second = new RawBackend(async (connection) => {
        assert.equal(await connection.take(5), "hello");
        await connection.send(`${OK}Content-Length: 6\r\n\r\nsecond`);
      });
      stage.directory.onReport = () => stage.directory.set(readyAt(second.port, 2));
      stage.backend.die();
      const { content } = await stage.exchange({ method: "POST", content: "hello" });
      assert.equal(content, "second");
    },
  },
  {
    rule: "a backend that ends the connection without an answer is 502.3 (ANCM F-73)",
    async run(stage) {
      stage.script = (connection) => connection.close();
      await assertBadGateway(stage, "backend-broke");
    },
  },
  {
    rule: "a backend that ends the connection within its head is 502.3 (ANCM F-72)",
    async run(stage) {
      stage.script = async (connection) => {
        await connection.send("HTTP/1.1 200 OK\r\nContent-Le");
        connection.close();
      };
      await assertBadGateway(stage, "backend-broke");
    },
  },
  {
    rule:
      "a backend that stays silent is 502.3 after requestTimeout, and its connection ends (F-42)",
    options: { requestTimeoutMs: 300 },
    async run(stage) {
      const { script, over } = untilClosed("");
      stage.script = script;
      await assertBadGateway(stage, "backend-silent");
      await over;
      assert.deepEqual(stage.directory.reports, [], "it is slow, not broken");
    },
  },
  {
    rule: "a gap in the answer longer than requestTimeout breaks the client off (ANCM F-40, F-75)",
    options: { requestTimeoutMs: 300 },
    async run(stage) {
      const { script, over } = untilClosed(`${OK}Content-Length: 10\r\n\r\nabc`);
      stage.script = script;
      const { content, complete } = await stage.exchange();
      assert.deepEqual([content, complete], ["abc", false]);
      await over;
      assert.equal((await stage.outcome()).end, "broken");
    },
  },
  ...invalid,
  ...cut,
  {
    rule: "a chunk that is none breaks the client off, and never looks complete (A15)",
    async run(stage) {
      const seen = Promise.withResolvers<void>();
      const over = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send(`${CHUNKED}\r\n3\r\nabc\r\n`);
        await seen.promise;
        await connection.send("xyz\r\n");
        await connection.closed();
        over.resolve();
      };
      const sending = await (await stage.client()).send();
      await sending.through("abc");
      seen.resolve();
      const { content, complete } = await sending.answer();
      assert.deepEqual([content, complete], ["abc", false]);
      await over.promise;
      assert.equal((await stage.outcome()).end, "broken");
    },
  },
]);
