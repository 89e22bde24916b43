import assert from "node:assert/strict";
import { conform } from "../support/conformance_cases.ts";
import type { RequestToSend } from "../support/conformance_client.ts";
import { valuesOf } from "../support/raw_client.ts";

const EXPECTING: RequestToSend = {
  method: "POST",
  announces: 5,
  fields: [["Expect", "100-continue"]],
};

/** Answers before any content has come. */
const REFUSAL = "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig";

const HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

conform([
  {
    rule:
      "103 reaches the client before the final answer, each one (PG 103 relay, design row F-55)",
    async run(stage) {
      const seen = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send(HINTS + HINTS.replace("/a", "/b"));
        await seen.promise;
        await connection.send(OK);
      };
      const sending = await (await stage.client()).send();
      for (const link of ["</a>; rel=preload", "</b>; rel=preload"]) {
        const { status, fields } = await sending.head();
        assert.equal(status, 103);
        assert.deepEqual(fields.map(([name, value]) => [name.toLowerCase(), value]), [[
          "link",
          link,
        ]]);
      }
      seen.resolve();
      const { status, content } = await sending.answer();
      assert.deepEqual([status, content], [200, "ok"]);
    },
    fetch: {
      because: "fetch swallows interim answers (A8)",
      async run(stage) {
        stage.script = (connection) => connection.send(HINTS + OK);
        const sending = await (await stage.client()).send();
        assert.equal((await sending.head()).status, 200);
        assert.equal((await sending.answer()).content, "ok");
      },
    },
  },
  {
    rule: "an interim answer and the final one in one segment are two answers",
    async run(stage) {
      stage.script = (connection) => connection.send("HTTP/1.1 102 Busy\r\n\r\n" + OK);
      const sending = await (await stage.client()).send();
      assert.equal((await sending.head()).status, 102);
      assert.equal((await sending.answer()).content, "ok");
    },
    fetch: {
      because: "fetch swallows interim answers (A8)",
      async run(stage) {
        stage.script = (connection) => connection.send("HTTP/1.1 102 Busy\r\n\r\n" + OK);
        assert.equal((await stage.exchange()).content, "ok");
      },
    },
  },
  {
    rule:
      "Expect reaches the backend, and its 100 the client, which then sends (PG Expect accepted)",
    async run(stage) {
      stage.script = async (connection) => {
        await connection.send("HTTP/1.1 100 Continue\r\n\r\n");
        assert.equal(await connection.take(5), "hello");
        await connection.send(OK);
      };
      const client = await stage.client();
      const sending = await client.send(EXPECTING);
      assert.equal((await sending.head()).status, 100);
      await sending.write("hello");
      await sending.end();
      const { status, content } = await sending.answer();
      assert.deepEqual([status, content], [200, "ok"]);
      const fields = stage.backend.requests[0]?.fields ?? [];
      assert.deepEqual(valuesOf(fields, "expect"), ["100-continue"]);
      stage.script = (connection) => connection.send(OK);
      assert.equal((await client.exchange()).content, "ok", "both connections go on");
      assert.equal(stage.backend.connectionCount, 1);
    },
    fetch: {
      because: "fetch swallows the 100, so only content that does not wait for it passes (A8)",
      async run(stage) {
        stage.script = async (connection) => {
          await connection.send("HTTP/1.1 100 Continue\r\n\r\n");
          assert.equal(await connection.take(5), "hello");
          await connection.send(OK);
        };
        const sending = await (await stage.client()).send(EXPECTING);
        await sending.write("hello");
        assert.equal((await sending.head()).status, 200);
        const fields = stage.backend.requests[0]?.fields ?? [];
        assert.deepEqual(valuesOf(fields, "expect"), ["100-continue"]);
      },
    },
  },
  {
    rule:
      "a refusal of Expect reaches the client, which never sends its content (PG Expect refused)",
    async run(stage) {
      const ended = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send(REFUSAL);
        await connection.closed();
        ended.resolve();
      };
      const client = await stage.client();
      const sending = await client.send(EXPECTING);
      const { status, content } = await sending.answer();
      assert.deepEqual([status, content], [413, "big"]);
      // A connection on which content may still be due is not used again.
      await ended.promise;
      stage.script = (connection) => connection.send(OK);
      assert.equal((await stage.exchange()).content, "ok");
      assert.equal(stage.backend.connectionCount, 2);
    },
  },
  {
    rule:
      "after a refused Expect the client's connection ends: content may follow or not (RFC 9110 §10.1.1)",
    async run(stage) {
      stage.script = (connection) => connection.send(REFUSAL);
      const client = await stage.http1();
      const sending = await client.send(EXPECTING);
      const { fields } = await sending.answer();
      assert.deepEqual(valuesOf(fields, "connection"), ["close"]);
      assert.equal(await client.ends(), true);
    },
    http2: { omitted: "a stream of HTTP/2 ends without its connection" },
  },
  {
    rule:
      "a backend that never says 100 gets the content when the client sends it (100-continue never)",
    async run(stage) {
      const arrived = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        arrived.resolve();
        assert.equal(await connection.take(5), "hello");
        await connection.send(OK);
      };
      const sending = await (await stage.client()).send(EXPECTING);
      await arrived.promise;
      await sending.write("hello");
      await sending.end();
      assert.equal((await sending.head()).status, 200, "the host makes up no 100");
      assert.equal((await sending.answer()).content, "ok");
    },
  },
  {
    rule: "an HTTP/1.0 client gets no interim answer (design row F-55, RFC 9110 §15.2)",
    async run(stage) {
      stage.script = (connection) => connection.send(HINTS + OK);
      const client = await stage.http1();
      await client.write("GET / HTTP/1.0\r\n\r\n");
      assert.equal((await client.head()).status, 200);
    },
    http2: { omitted: "HTTP/1.0 is spoken on connections of its own" },
  },
  {
    rule: "a backend that sends interim answers without end is 502.3",
    async run(stage) {
      const over = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send("HTTP/1.1 102 Busy\r\n\r\n".repeat(100));
        await connection.closed();
        over.resolve();
      };
      assert.equal((await stage.exchange()).status, 502);
      assert.deepEqual(stage.codes, ["backend-invalid"]);
      await over.promise;
    },
    fetch: {
      because: "fetch waits for the final answer however many come (A8)",
      async run(stage) {
        stage.script = (connection) =>
          connection.send("HTTP/1.1 102 Busy\r\n\r\n".repeat(100) + OK);
        assert.equal((await stage.exchange()).content, "ok");
      },
    },
  },
]);
