import assert from "node:assert/strict";
import { conform } from "../support/conformance_cases.ts";
import type { Stage } from "../support/conformance_stage.ts";
import { answering } from "../support/raw_backend.ts";

const MIB = 1024 * 1024;
/** More than all buffers of the system on the way can hold together. */
const LARGE = 96 * MIB;
/** Less than any window of HTTP/2. */
const SMALL = new Uint8Array(32 * 1024);
/** What may be under way while the receiver takes nothing: two connections' buffers in the system, and the host's. */
const UNDER_WAY = 48 * MIB;

/** Resolves once a count stands still while other exchanges come and go through the same host. */
async function still(stage: Stage, count: () => number): Promise<number> {
  const other = await stage.client();
  for (;;) {
    const before = count();
    for (let i = 0; i < 20; i++) await other.exchange({ target: "/other" });
    if (before > 0 && count() === before) return before;
  }
}

conform([
  {
    rule: "an answer comes while the request's content still goes, and both end (design row F-34)",
    async run(stage) {
      const early = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        assert.equal(await connection.take(3), "abc");
        await connection.send(
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n",
        );
        await early.promise;
        assert.equal(await connection.take(3), "def");
        await connection.send("4\r\nlate\r\n0\r\n\r\n");
      };
      const client = await stage.client();
      const sending = await client.send({ method: "POST", announces: 6, content: "abc" });
      await sending.through("early");
      early.resolve();
      await sending.write("def");
      await sending.end();
      assert.equal((await sending.answer()).content, "earlylate");
      stage.script = answering("next");
      assert.equal((await client.exchange()).content, "next", "the connection goes on");
    },
  },
  {
    rule: "a refusal while the upload runs reaches the client (design row F-34)",
    async run(stage) {
      const over = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.take(3);
        await connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
        await connection.closed();
        over.resolve();
      };
      const client = await stage.client();
      const sending = await client.send({ method: "POST", announces: 8 * MIB, content: "abc" });
      const { status, content } = await sending.answer();
      assert.deepEqual([status, content], [413, "big"]);
      sending.leave();
      await over.promise;
    },
  },
  {
    rule: "a whole answer before the end of the upload does not use the backend's connection again",
    async run(stage) {
      stage.script = async (connection) => {
        await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await connection.closed();
      };
      const client = await stage.client();
      const sending = await client.send({ method: "POST", announces: 6, content: "abc" });
      assert.equal((await sending.answer()).content, "ok");
      stage.script = answering("other");
      assert.equal((await stage.exchange()).content, "other");
      assert.equal(stage.backend.connectionCount, 2);
    },
  },
  {
    rule: "a backend is not read far ahead of a client that takes nothing (B15)",
    async run(stage) {
      let sent = 0;
      stage.script = async (connection, request) => {
        if (request.line.includes("/other")) return await answering("ok")(connection, request);
        await connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${LARGE}\r\n\r\n`);
        for (const piece = new Uint8Array(MIB); sent < LARGE; sent += MIB) {
          await connection.send(piece);
        }
      };
      const slow = await (await stage.client()).send();
      const ahead = await still(stage, () => sent);
      assert.ok(ahead < UNDER_WAY, `${ahead} bytes were read ahead`);
      slow.leave();
    },
  },
  {
    rule: "a client is not read far ahead of a backend that takes nothing (ANCM F-30)",
    async run(stage) {
      const over = Promise.withResolvers<void>();
      stage.script = async (connection, request) => {
        if (request.line.includes("/other")) return await answering("ok")(connection, request);
        await over.promise;
      };
      const client = await stage.client();
      const fast = await client.send({ method: "POST", announces: LARGE });
      let sent = 0;
      const sending = (async () => {
        for (; sent < LARGE; sent += SMALL.length) await fast.write(SMALL);
      })().catch(() => {});
      const ahead = await still(stage, () => sent);
      assert.ok(ahead < UNDER_WAY, `${ahead} bytes were read ahead`);
      fast.leave();
      over.resolve();
      await sending;
    },
  },
]);
