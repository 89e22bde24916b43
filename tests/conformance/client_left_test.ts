import assert from "node:assert/strict";
import { conform } from "../support/conformance_cases.ts";
import type { Stage } from "../support/conformance_stage.ts";
import type { RawConnection } from "../support/raw_backend.ts";
import { answering } from "../support/raw_backend.ts";

/**
 * Lets the backend do something and then wait for the end of its connection. `arrived` is for the client to wait
 * for, `over` resolves when the host has ended the backend's connection.
 */
function backendWaits(stage: Stage, first: (connection: RawConnection) => Promise<unknown>) {
  const arrived = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  stage.script = async (connection) => {
    await first(connection);
    arrived.resolve();
    await connection.closed();
    over.resolve();
  };
  return { arrived: arrived.promise, over: over.promise };
}

/** Nobody is to blame for a client that left, and the next one notices nothing. */
async function assertLeft(stage: Stage): Promise<void> {
  assert.equal((await stage.outcome()).end, "client-left");
  assert.deepEqual(stage.directory.reports, []);
  stage.script = answering("next");
  assert.equal((await stage.exchange()).content, "next");
}

conform([
  {
    rule:
      "a client that leaves before the head ends the backend's connection (PG abort, ANCM F-70)",
    async run(stage) {
      const { arrived, over } = backendWaits(stage, () => Promise.resolve());
      const sending = await (await stage.client()).send();
      await arrived;
      sending.leave();
      await over;
      await assertLeft(stage);
    },
  },
  {
    rule:
      "a client that leaves a silent stream ends the backend's connection (PG abort, ANCM F-70)",
    async run(stage) {
      const { over } = backendWaits(
        stage,
        (connection) =>
          connection.send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n",
          ),
      );
      const sending = await (await stage.client()).send();
      await sending.through("data: 1");
      sending.leave();
      await over;
      await assertLeft(stage);
    },
  },
  {
    rule: "a client that leaves after its content ends the backend's connection (ANCM F-70)",
    async run(stage) {
      const { arrived, over } = backendWaits(stage, (connection) => connection.take(3));
      const sending = await (await stage.client()).send({ method: "POST", content: "abc" });
      await arrived;
      sending.leave();
      await over;
      await assertLeft(stage);
    },
  },
  {
    rule: "a client that leaves within its content ends the backend's connection (ANCM F-37)",
    async run(stage) {
      const { arrived, over } = backendWaits(stage, (connection) => connection.take(3));
      const client = await stage.client();
      const sending = await client.send({ method: "POST", announces: 10, content: "abc" });
      await arrived;
      sending.leave();
      await over;
      await assertLeft(stage);
    },
  },
  {
    rule:
      "a client that leaves within its chunks ends the backend's, which never look complete (F-37)",
    async run(stage) {
      const arrived = Promise.withResolvers<void>();
      const ended = Promise.withResolvers<string>();
      stage.script = async (connection) => {
        arrived.resolve();
        ended.resolve(await connection.takeThrough("0\r\n\r\n"));
      };
      const client = await stage.client();
      const sending = await client.send({ method: "POST", announces: "unknown", content: "abc" });
      await arrived.promise;
      sending.leave();
      assert.ok(!(await ended.promise).endsWith("0\r\n\r\n"));
    },
  },
  {
    rule:
      "a client that ends its sending side within its content is gone, and the backend's ends (F-37)",
    async run(stage) {
      const { arrived, over } = backendWaits(stage, (connection) => connection.take(3));
      const client = await stage.http1();
      await client.send({ method: "POST", announces: 10, content: "abc" });
      await arrived;
      await client.closeWrite();
      await over;
      await assertLeft(stage);
    },
    http2: { omitted: "the end of a stream is the end of its content there (RFC 9113 §8.1)" },
  },
  {
    rule: "a client that ends its sending side before its answer has left (design row F-70)",
    async run(stage) {
      const { arrived, over } = backendWaits(stage, () => Promise.resolve());
      const client = await stage.http1();
      await client.send();
      await arrived;
      await client.closeWrite();
      await over;
      await assertLeft(stage);
    },
    http2: { omitted: "a request without content ends its side at once there (RFC 9113 §8.1)" },
  },
  {
    rule: "content shorter than its Content-Length never reaches the backend as complete (YARP)",
    async run(stage) {
      const { arrived, over } = backendWaits(stage, (connection) => connection.take(3));
      const client = await stage.client();
      const sending = await client.send({ method: "POST", announces: 10, content: "abc" });
      await arrived;
      await sending.end();
      sending.leave();
      await over;
      assert.equal((await stage.outcome()).end, "client-left");
      assert.deepEqual(stage.directory.reports, []);
    },
  },
  {
    rule: "a client that leaves while its answer is stuck on the way frees the backend (C4)",
    async run(stage) {
      const { promise: broke, resolve } = Promise.withResolvers<void>();
      let sent = 0;
      stage.script = async (connection) => {
        await connection.send("HTTP/1.1 200 OK\r\n\r\n");
        const piece = new Uint8Array(1024 * 1024);
        try {
          for (;; sent++) await connection.send(piece);
        } catch {
          resolve(); // the host has ended it
        }
      };
      const sending = await (await stage.client()).send();
      await sending.head();
      sending.leave();
      await broke;
      assert.equal((await stage.outcome()).end, "client-left");
    },
  },
  {
    rule: "a client that leaves stops waiting for a start",
    async run(stage) {
      stage.directory.set({ state: "starting", targets: [], starts: 2 });
      const sending = await (await stage.client()).send();
      await stage.directory.waited();
      sending.leave();
      assert.equal((await stage.outcome()).end, "client-left");
      assert.equal(stage.directory.waiting, 0);
    },
  },
]);
