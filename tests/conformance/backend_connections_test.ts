import assert from "node:assert/strict";
import { type Case, conform } from "../support/conformance_cases.ts";
import type { RequestToSend } from "../support/conformance_client.ts";
import { answering, RawBackend } from "../support/raw_backend.ts";
import { readyAt } from "../support/raw_directory.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const EVIL = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";

/** Requests whose repetition could do harm. */
const ONCE: readonly RequestToSend[] = [
  { method: "POST", content: "hello" },
  { method: "POST", content: "" },
  { method: "PUT", content: "x", announces: "unknown" },
  { method: "DELETE" },
  { method: "PATCH", content: "hello" },
];

const once = ONCE.map((request): Case => {
  const { method, content, announces } = request;
  const what = content === undefined ? "" : ` with content of ${announces ?? content.length} bytes`;
  return {
    rule:
      `a backend that dies after reading a ${method}${what} sees it exactly once (PG POST, A11)`,
    async run(stage) {
      const client = await stage.client();
      await client.exchange(); // so that there is a connection that rests
      stage.script = (connection) => connection.close();
      await using second = new RawBackend(answering("second"));
      stage.directory.onReport = () => stage.directory.set(readyAt(second.port, 2));
      const sending = await client.send(request);
      if (announces) await sending.end();
      assert.equal((await sending.answer()).status, 502);
      assert.equal(stage.backend.requests.length, 2);
      assert.equal(second.requests.length, 0);
    },
  };
});

conform([
  {
    rule: "ten exchanges one after the other take one connection to the backend (ANCM F-28)",
    async run(stage) {
      for (let i = 0; i < 5; i++) await stage.exchange();
      stage.script = async (connection) => {
        await connection.take("hello".length);
        await connection.send(OK);
      };
      const client = await stage.client();
      for (let i = 0; i < 5; i++) await client.exchange({ method: "POST", content: "hello" });
      assert.equal(stage.backend.requests.length, 10);
      assert.equal(stage.backend.connectionCount, 1);
    },
  },
  {
    rule: "exchanges at the same time take a connection each",
    async run(stage) {
      const all = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        if (stage.backend.requests.length === 3) all.resolve();
        await all.promise;
        await connection.send(OK);
      };
      const answers = await Promise.all([1, 2, 3].map(() => stage.exchange()));
      assert.deepEqual(answers.map(({ content }) => content), ["ok", "ok", "ok"]);
      assert.equal(stage.backend.connectionCount, 3);
    },
  },
  {
    rule: "a connection that the backend closed while it rested is not used again (A11)",
    async run(stage) {
      stage.script = async (connection) => {
        await connection.send(OK);
        connection.close();
      };
      for (const request of [{}, ONCE[0], {}, ONCE[3]]) {
        const { status, content } = await stage.exchange(request);
        assert.deepEqual([status, content], [200, "ok"]);
      }
      assert.equal(stage.backend.requests.length, 4);
      assert.deepEqual(stage.codes, []);
    },
  },
  {
    rule: "Connection: close of the backend is heeded",
    async run(stage) {
      stage.script = (connection) =>
        connection.send(OK.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      for (let i = 0; i < 2; i++) assert.equal((await stage.exchange()).content, "ok");
      assert.equal(stage.backend.connectionCount, 2);
    },
  },
  {
    rule:
      "a GET that a connection at rest swallowed is sent once more on a new one (design row R-10)",
    async run(stage) {
      await stage.exchange();
      stage.script = (connection) => {
        if (stage.backend.requests.length === 2) return connection.close();
        return connection.send(OK);
      };
      assert.equal((await stage.exchange()).content, "ok");
      assert.equal(stage.backend.requests.length, 3);
      assert.equal(stage.backend.connectionCount, 2);
    },
  },
  {
    rule: "a GET that a new connection swallowed, too, is 502.3 (design row R-10)",
    async run(stage) {
      await stage.exchange();
      stage.script = (connection) => connection.close();
      assert.equal((await stage.exchange()).status, 502);
      assert.deepEqual(stage.codes, ["backend-broke"]);
      assert.equal(stage.backend.requests.length, 3);
    },
  },
  {
    rule: "a GET of which an answer had begun is not sent again (design row R-10)",
    async run(stage) {
      await stage.exchange();
      stage.script = async (connection) => {
        await connection.send("HTTP/1.1 2");
        connection.close();
      };
      assert.equal((await stage.exchange()).status, 502);
      assert.equal(stage.backend.requests.length, 2);
    },
    fetch: {
      because: "fetch itself sends it again (A11)",
      async run(stage) {
        await stage.exchange();
        stage.script = async (connection) => {
          await connection.send("HTTP/1.1 2");
          connection.close();
        };
        assert.equal((await stage.exchange()).status, 502);
        assert.deepEqual(stage.codes, ["backend-broke"]);
      },
    },
  },
  ...once,
  {
    rule: "connections are not used for the next process, also on the same port (A11)",
    async run(stage) {
      await stage.exchange();
      stage.directory.set(readyAt(stage.backend.port, 2));
      await stage.exchange();
      assert.equal(stage.backend.connectionCount, 2);
    },
  },
  {
    rule: "a connection that was in use when its process was replaced ends with its exchange (A11)",
    async run(stage) {
      const go = Promise.withResolvers<void>();
      const over = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
        await go.promise;
        await connection.send("def");
        await connection.closed();
        over.resolve();
      };
      const sending = await (await stage.client()).send();
      await sending.through("abc");
      await using second = new RawBackend(answering("second"));
      stage.directory.set({ ...readyAt(second.port, 2), retiring: [1] });
      assert.equal((await stage.exchange()).content, "second");
      go.resolve();
      assert.equal((await sending.answer()).content, "abcdef");
      await over.promise;
      assert.deepEqual(stage.directory.drainedGenerations, [1]);
    },
  },
  {
    rule: "bytes behind an answer are nobody's answer, and end the backend's connection",
    async run(stage) {
      const over = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send(OK + EVIL);
        await connection.closed();
        over.resolve();
      };
      const client = await stage.client();
      assert.equal((await client.exchange()).content, "ok");
      await over.promise;
      stage.script = answering("next");
      assert.equal((await client.exchange()).content, "next");
      assert.equal(stage.backend.connectionCount, 2);
    },
  },
  {
    rule: "bytes that come on a connection at rest are nobody's answer, and end it",
    async run(stage) {
      const answered = Promise.withResolvers<void>();
      const over = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send(OK);
        await answered.promise;
        await connection.send(EVIL);
        await connection.closed();
        over.resolve();
      };
      const client = await stage.client();
      assert.equal((await client.exchange()).content, "ok");
      answered.resolve();
      await over.promise;
      stage.script = answering("next");
      assert.equal((await client.exchange()).content, "next");
    },
  },
  {
    rule: "bytes behind the answer to a HEAD are nobody's answer",
    async run(stage) {
      stage.script = async (connection) => {
        await connection.send(EVIL);
        await connection.closed();
      };
      const client = await stage.client();
      assert.equal((await client.exchange({ method: "HEAD" })).status, 200);
      stage.script = answering("next");
      assert.equal((await client.exchange()).content, "next");
    },
  },
]);
