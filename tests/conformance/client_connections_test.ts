import assert from "node:assert/strict";
import { conform } from "../support/conformance_cases.ts";
import { answering, type Script } from "../support/raw_backend.ts";
import { valuesOf } from "../support/raw_client.ts";

const ONE_STREAM = { omitted: "requests of HTTP/2 are streams of one connection" };
const HTTP_1_0 = { omitted: "HTTP/1.0 is spoken on connections of its own" };

const CHUNKS: Script = (connection) =>
  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");

/** Answers with the target of the request. */
const targets: Script = (connection, { line }) => {
  const target = line.split(" ")[1] ?? "";
  return connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
};

conform([
  {
    rule: "a connection serves one request after the other",
    async run(stage) {
      stage.script = targets;
      const client = await stage.client();
      for (const target of ["/1", "/2", "/3"]) {
        const { content, fields } = await client.exchange({ target });
        assert.equal(content, target);
        assert.deepEqual(valuesOf(fields, "connection"), []);
      }
    },
  },
  {
    rule: "pipelined requests are answered in order, one at a time",
    async run(stage) {
      let underWay = 0;
      stage.script = async (connection, request) => {
        assert.equal(++underWay, 1);
        if (request.line.startsWith("POST")) await connection.takeThrough("hello");
        underWay--;
        await targets(connection, request);
      };
      const client = await stage.http1();
      await client.write(
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" +
          "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" +
          "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n",
      );
      for (const target of ["/1", "/2", "/3"]) {
        assert.equal((await client.answer()).content, target);
      }
    },
    http2: ONE_STREAM,
  },
  {
    rule: "a head that arrives byte by byte is the same request",
    async run(stage) {
      stage.script = targets;
      const client = await stage.http1();
      for (const byte of "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n") await client.write(byte);
      assert.equal((await client.answer()).content, "/slow");
    },
    http2: { omitted: "frames are split by unit tests" },
  },
  {
    rule: "an empty line before a request is passed over (RFC 9112 §2.2)",
    async run(stage) {
      stage.script = targets;
      const client = await stage.http1();
      await client.write("\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
      assert.equal((await client.answer()).content, "/1");
    },
    http2: ONE_STREAM,
  },
  {
    rule: "Connection: close is heeded, and said (RFC 9112 §9.6)",
    async run(stage) {
      const client = await stage.http1();
      await client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      const { fields, content } = await client.answer();
      assert.equal(content, "ok");
      assert.deepEqual(valuesOf(fields, "connection"), ["close"]);
      assert.equal(await client.ends(), true);
      assert.equal(client.seen, "");
    },
    http2: ONE_STREAM,
  },
  {
    rule: "an HTTP/1.0 client needs no Host, gets no chunks, and the end of the connection (B14)",
    async run(stage) {
      stage.script = CHUNKS;
      const client = await stage.http1();
      await client.write("GET / HTTP/1.0\r\n\r\n");
      const { fields, content } = await client.answer();
      assert.equal(content, "abc");
      assert.deepEqual(fields, [["Connection", "close"]]);
      assert.equal(await client.ends(), true);
      const [request] = stage.backend.requests;
      assert.equal(request?.line, "GET / HTTP/1.1");
      assert.equal(valuesOf(request?.fields ?? [], "host").length, 1, "HTTP/1.1 asks for one");
    },
    http2: HTTP_1_0,
  },
  {
    rule:
      "an HTTP/1.0 client that asks for it keeps its connection where the length is known (B14)",
    async run(stage) {
      const client = await stage.http1();
      for (let i = 0; i < 2; i++) {
        await client.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        const { fields, content } = await client.answer();
        assert.equal(content, "ok");
        assert.deepEqual(valuesOf(fields, "connection"), ["keep-alive"]);
        assert.deepEqual(valuesOf(fields, "content-length"), ["2"]);
      }
      stage.script = CHUNKS;
      await client.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      const { fields } = await client.answer();
      assert.deepEqual(valuesOf(fields, "connection"), ["close"], "nothing else can tell the end");
    },
    http2: HTTP_1_0,
  },
  {
    rule:
      "an HTTP/1.0 client's answer that breaks off is reset, as its end would look complete (A15)",
    async run(stage) {
      const seen = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        await seen.promise;
        connection.close();
      };
      const client = await stage.http1();
      await client.write("GET / HTTP/1.0\r\n\r\n");
      await client.through("abc");
      seen.resolve();
      assert.equal(await client.ends(), true);
      assert.equal(client.wasReset, true);
    },
    http2: HTTP_1_0,
  },
  {
    rule: "content that nobody read is passed over, and the connection goes on",
    async run(stage) {
      stage.script = answering("early");
      const client = await stage.client();
      const sending = await client.send({ method: "POST", announces: 70_000 });
      assert.equal((await sending.head()).status, 200);
      await sending.write("x".repeat(70_000));
      await sending.end();
      assert.equal((await sending.answer()).content, "early");
      stage.script = answering("next");
      assert.equal((await client.exchange()).content, "next");
    },
    http2: {
      because: "the rest of a stream can be refused there (RFC 9113 §8.1)",
      async run(stage) {
        stage.script = answering("early");
        const client = await stage.client();
        const sending = await client.send({ method: "POST", announces: 70_000 });
        const { content, complete } = await sending.answer();
        assert.deepEqual([content, complete], ["early", true]);
        // The window lets all of it be sent before the host's word of it can have come.
        await assert.rejects(async () => {
          for (;;) await sending.write("x".repeat(1_000));
        }, /NO_ERROR/);
        stage.script = answering("next");
        assert.equal((await client.exchange()).content, "next");
      },
    },
  },
]);
