import assert from "node:assert/strict";
import { readyAt } from "../support/raw_directory.ts";
import { answering, RawBackend } from "../support/raw_backend.ts";
import { onEachTransport } from "../support/raw_stage.ts";

const codes = (errors: readonly { code: string }[]) => errors.map(({ code }) => code);

onEachTransport(
  "a backend that takes no connection is 502.3, reported as refused (ANCM X-6)",
  async (stageWith) => {
    await using stage = stageWith();
    stage.backend.die();
    using client = await stage.client();
    const answer = await client.get("/");
    assert.equal(answer.status, 502);
    assert.match(answer.content, /^502\.3 Bad Gateway/);
    assert.deepEqual(codes(stage.errors), ["backend-refused"]);
    assert.deepEqual(stage.directory.reports, [{ id: 1, fault: "refused" }]);
  },
);

onEachTransport(
  "a request that was refused goes to the next process, content and all (design row R-10)",
  async (stageWith) => {
    await using stage = stageWith();
    await using second = new RawBackend(async (connection) => {
      await connection.take("hello".length);
      await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
    });
    stage.directory.onReport = () =>
      stage.directory.set({ ...readyAt(second.port, 2), retiring: [1] });
    stage.backend.die();
    using client = await stage.client();
    await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    const answer = await client.answer();
    assert.equal(answer.content, "second");
    assert.equal(second.requests.length, 1);
    assert.deepEqual(stage.directory.drainedGenerations, [1]);
  },
);

onEachTransport(
  "a refused request waits for the start that follows the death of the process (design row R-10)",
  async (stageWith) => {
    await using stage = stageWith();
    await using second = new RawBackend(answering("second"));
    stage.directory.onReport = () => stage.directory.set({ state: "stopped", targets: [] });
    stage.directory.onWant = () => stage.directory.set({ ...readyAt(second.port, 2), starts: 2 });
    stage.backend.die();
    using client = await stage.client();
    assert.equal((await client.get("/")).content, "second");
  },
);

onEachTransport(
  "a GET without an answer goes to the next process once, then 502.3 (design row R-10)",
  async (stageWith) => {
    await using stage = stageWith((connection) => connection.close());
    await using second = new RawBackend((connection) => connection.close());
    stage.directory.onReport = () => stage.directory.set(readyAt(second.port, 2));
    using client = await stage.client();
    const answer = await client.get("/");
    assert.equal(answer.status, 502);
    assert.deepEqual(codes(stage.errors), ["backend-broke"]);
    assert.deepEqual(stage.directory.reports.map(({ id }) => id), [1, 2]);
    assert.ok(second.requests.length > 0);
  },
);

onEachTransport(
  "a GET that a living process broke off is 502.3 without another try (ANCM F-73)",
  async (stageWith) => {
    await using stage = stageWith((connection) => connection.close());
    using client = await stage.client();
    assert.equal((await client.get("/")).status, 502);
    assert.deepEqual(stage.directory.reports, [{ id: 1, fault: "broken" }]);
  },
);

for (
  const request of [
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n",
  ]
) {
  const name = JSON.stringify(request.slice(0, request.indexOf(" ")));
  const length = /Length: (\d)/.exec(request)?.[1] ?? "none";
  onEachTransport(
    `a backend that dies after reading ${name} (content ${length}) sees it exactly once (A11)`,
    async (stageWith) => {
      await using stage = stageWith();
      using client = await stage.client();
      await client.get("/"); // so that there is a pooled connection
      stage.backend.script = (connection) => connection.close();
      await using second = new RawBackend(answering("second"));
      stage.directory.onReport = () => stage.directory.set(readyAt(second.port, 2));
      await client.send(request);
      const answer = await client.answer();
      assert.equal(answer.status, 502);
      assert.equal(stage.backend.requests.length, 2);
      assert.equal(second.requests.length, 0);
    },
  );
}

onEachTransport(
  "a backend that stays silent is 502.3 after requestTimeout, and its connection ends (ANCM F-42)",
  async (stageWith) => {
    const closed = Promise.withResolvers<void>();
    await using stage = stageWith(async (connection) => {
      await connection.closed();
      closed.resolve();
    }, { requestTimeoutMs: 40 });
    using client = await stage.client();
    const answer = await client.get("/");
    assert.equal(answer.status, 502);
    assert.deepEqual(codes(stage.errors), ["backend-silent"]);
    assert.deepEqual(stage.directory.reports, [], "it is slow, not broken");
    await closed.promise;
  },
);

onEachTransport(
  "a gap in the answer longer than requestTimeout breaks the client's connection (ANCM F-40)",
  async (stageWith) => {
    await using stage = stageWith(async (connection) => {
      await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
      await connection.closed();
    }, { requestTimeoutMs: 40 });
    using client = await stage.client();
    const answer = await client.get("/");
    assert.equal(answer.status, 200);
    assert.equal(answer.content, "abc");
    assert.equal(answer.complete, false);
    assert.equal(await client.ends(), true);
    assert.equal((await stage.outcome(0)).end, "broken");
  },
);

for (
  const [what, text] of Object.entries({
    "shorter than promised (ANCM F-74)": "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
    "cut between two chunks (ANCM F-75)":
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
  })
) {
  onEachTransport(`an answer ${what} never looks complete (A15)`, async (stageWith) => {
    await using stage = stageWith(async (connection) => {
      await connection.send(text);
      // A cut within the head's packet would be a broken head to the platform.
      await cut.promise;
      connection.close();
    });
    const cut = Promise.withResolvers<void>();
    using client = await stage.client();
    await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.until((seen) => seen.includes("abc"));
    cut.resolve();
    assert.equal((await client.answer()).complete, false);
    assert.equal(await client.ends(), true);
    const outcome = await stage.outcome(0);
    assert.deepEqual([outcome.end, outcome.status, outcome.bytesOut], ["broken", 200, 3]);
    assert.deepEqual(stage.directory.reports, [{ id: 1, fault: "broken" }]);
  });
}

onEachTransport(
  "the backend's connection ends when the client leaves before the answer (ANCM F-70)",
  async (stageWith) => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using stage = stageWith(async (connection) => {
      arrived.resolve();
      await connection.closed();
      closed.resolve();
    });
    const client = await stage.client();
    await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await arrived.promise;
    client.close();
    await closed.promise;
    assert.equal((await stage.outcome(0)).end, "client-left");
    assert.deepEqual(stage.directory.reports, [], "nobody is to blame");
  },
);

onEachTransport(
  "the backend's connection ends when the client leaves a silent stream (ANCM F-70)",
  async (stageWith) => {
    const closed = Promise.withResolvers<void>();
    await using stage = stageWith(async (connection) => {
      await connection.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n",
      );
      await connection.closed();
      closed.resolve();
    });
    const client = await stage.client();
    await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.until((seen) => seen.includes("data: 1"));
    client.close();
    await closed.promise;
    assert.equal((await stage.outcome(0)).end, "client-left");
    assert.deepEqual(stage.directory.reports, []);
  },
);

onEachTransport(
  "the backend's connection ends when the client leaves within its own content (ANCM F-37)",
  async (stageWith) => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    await using stage = stageWith(async (connection) => {
      await connection.take(3);
      arrived.resolve();
      await connection.closed();
      closed.resolve();
    });
    const client = await stage.client();
    await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    await arrived.promise;
    client.close();
    await closed.promise;
    assert.equal((await stage.outcome(0)).end, "client-left");
    assert.deepEqual(stage.directory.reports, [], "nobody is to blame");
  },
);

onEachTransport("a client that leaves stops waiting for a start", async (stageWith) => {
  await using stage = stageWith();
  stage.directory.set({ state: "starting", targets: [], starts: 2 });
  const client = await stage.client();
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await stage.directory.waited();
  client.close();
  assert.equal((await stage.outcome(0)).end, "client-left");
  assert.equal(stage.directory.waiting, 0);
});

onEachTransport(
  "a pool of connections is not used for the next process, also on the same port (A11)",
  async (stageWith) => {
    await using stage = stageWith();
    using client = await stage.client();
    await client.get("/");
    await client.get("/");
    assert.equal(stage.backend.connectionCount, 1);
    stage.directory.set(readyAt(stage.backend.port, 2));
    await client.get("/");
    assert.equal(stage.backend.connectionCount, 2);
  },
);

onEachTransport(
  "an answer goes on although its process is no target any more",
  async (stageWith) => {
    const go = Promise.withResolvers<void>();
    await using stage = stageWith(async (connection) => {
      await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
      await go.promise;
      await connection.send("def");
    });
    await using second = new RawBackend(answering("second"));
    using client = await stage.client();
    await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.until((seen) => seen.includes("abc"));
    stage.directory.set({ ...readyAt(second.port, 2), retiring: [1] });
    using other = await stage.client();
    assert.equal((await other.get("/")).content, "second");
    go.resolve();
    assert.equal((await client.answer()).content, "abcdef");
    assert.deepEqual(stage.directory.drainedGenerations, [1]);
  },
);
