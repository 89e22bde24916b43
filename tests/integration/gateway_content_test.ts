import assert from "node:assert/strict";
import { valuesOf } from "../support/raw_client.ts";
import type { Script } from "../support/raw_backend.ts";
import { onEachTransport, rawStage } from "../support/raw_stage.ts";

const MIB = 1024 * 1024;

/** Answers with the raw content of the request, framing included, once `end` was seen. */
function echoing(end: string): Script {
  return async (connection) => {
    const raw = await connection.takeThrough(end);
    await connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${raw.length}\r\n\r\n${raw}`);
  };
}

onEachTransport(
  "content of known length reaches the backend with its Content-Length (ANCM F-20)",
  async (stageWith) => {
    await using stage = stageWith(echoing("hello"));
    using client = await stage.client();
    await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    assert.equal((await client.answer()).content, "hello");
    const fields = stage.backend.requests[0]?.fields ?? [];
    assert.deepEqual(valuesOf(fields, "content-length"), ["5"]);
    assert.deepEqual(valuesOf(fields, "transfer-encoding"), []);
  },
);

onEachTransport("chunked content reaches the backend chunked (ANCM F-32)", async (stageWith) => {
  await using stage = stageWith(echoing("0\r\n\r\n"));
  using client = await stage.client();
  await client.send(
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  );
  assert.equal((await client.answer()).content, "5\r\nhello\r\n0\r\n\r\n");
  const fields = stage.backend.requests[0]?.fields ?? [];
  assert.deepEqual(valuesOf(fields, "transfer-encoding"), ["chunked"]);
  assert.deepEqual(valuesOf(fields, "content-length"), []);
});

Deno.test("a POST with Content-Length: 0 arrives as it is (ANCM F-20)", async () => {
  await using stage = rawStage();
  using client = await stage.client();
  await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  assert.equal((await client.answer()).content, "ok");
  const fields = stage.backend.requests[0]?.fields ?? [];
  assert.deepEqual(valuesOf(fields, "content-length"), ["0"]);
  assert.deepEqual(valuesOf(fields, "transfer-encoding"), []);
});

Deno.test("a POST with Content-Length: 0 arrives as empty chunked content by fetch (A11)", async () => {
  await using stage = rawStage(echoing("0\r\n\r\n"), { transport: "fetch" });
  using client = await stage.client();
  await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  assert.equal((await client.answer()).content, "0\r\n\r\n");
});

for (const method of ["GET", "HEAD", "OPTIONS"]) {
  onEachTransport(
    `${method} without content announces none to the backend (A11)`,
    async (stageWith) => {
      await using stage = stageWith();
      using client = await stage.client();
      await client.get("/", {}, method);
      const fields = stage.backend.requests[0]?.fields ?? [];
      assert.deepEqual(valuesOf(fields, "transfer-encoding"), []);
      assert.deepEqual(valuesOf(fields, "content-length"), []);
    },
  );
}

Deno.test("GET with content reaches the backend with it (design row F-34)", async () => {
  await using stage = rawStage(echoing("abc"));
  using client = await stage.client();
  await client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  assert.equal((await client.answer()).content, "abc");
});

Deno.test("GET with content is 501 by fetch, which takes none (A6)", async () => {
  await using stage = rawStage(undefined, { transport: "fetch" });
  using client = await stage.client();
  await client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  assert.equal((await client.answer()).status, 501);
  assert.deepEqual(stage.errors.map(({ code }) => code), ["content-not-passed"]);
  assert.equal(stage.backend.requests.length, 0);
});

onEachTransport(
  "each piece of an answer reaches the client before the next is made (ANCM F-52)",
  async (stageWith) => {
    const first = Promise.withResolvers<void>();
    await using stage = stageWith(async (connection) => {
      await connection.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n",
      );
      await first.promise;
      await connection.send("3\r\ntwo\r\n0\r\n\r\n");
    });
    using client = await stage.client();
    await client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
    await client.until((seen) => seen.includes("one"));
    first.resolve();
    const { content, complete } = await client.answer();
    assert.deepEqual([content, complete], ["onetwo", true]);
  },
);

onEachTransport(
  "an answer comes while the request's content still goes (design row F-34)",
  async (stageWith) => {
    const early = Promise.withResolvers<void>();
    await using stage = stageWith(async (connection) => {
      await connection.take(3);
      await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n");
      await early.promise;
      assert.equal(await connection.take(3), "def");
      await connection.send("4\r\nlate\r\n0\r\n\r\n");
    });
    using client = await stage.client();
    await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
    await client.until((seen) => seen.includes("early"));
    early.resolve();
    await client.send("def");
    assert.equal((await client.answer()).content, "earlylate");
  },
);

onEachTransport(
  "a refusal without reading the content reaches the client (design row F-34)",
  async (stageWith) => {
    await using stage = stageWith((connection) =>
      connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
    );
    using client = await stage.client();
    await client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${8 * MIB}\r\n\r\nabc`);
    const answer = await client.answer();
    assert.deepEqual([answer.status, answer.content], [413, "big"]);
  },
);

onEachTransport("128 MiB down to a client that pauses stay out of memory", async (stageWith) => {
  const size = 128 * MIB;
  let sent = 0;
  await using stage = stageWith(async (connection) => {
    await connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    for (const piece = new Uint8Array(MIB); sent < size; sent += MIB) await connection.send(piece);
  });
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: portOf(stage.url) });
  using _connection = connection;
  await connection.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  await steady(() => sent);
  assert.ok(sent < size / 2, `the backend could send ${sent} bytes to a client that reads nothing`);
  const buffer = new Uint8Array(MIB);
  let received = 0;
  while (received < size) received += await connection.read(buffer) ?? assert.fail("too short");
  assert.equal((await stage.outcome(0)).end, "complete");
});

onEachTransport("128 MiB up to a backend that pauses stay out of memory", async (stageWith) => {
  const size = 128 * MIB;
  const go = Promise.withResolvers<void>();
  await using stage = stageWith(async (connection) => {
    await go.promise;
    await connection.drop(size);
    await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall");
  });
  using client = await stage.client();
  await client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
  let sent = 0;
  const sending = (async () => {
    for (const piece = new Uint8Array(MIB); sent < size; sent += MIB) await client.send(piece);
  })();
  await steady(() => sent);
  assert.ok(sent < size / 2, `the client could send ${sent} bytes to a backend that reads nothing`);
  go.resolve();
  await sending;
  assert.equal((await client.answer()).content, "all");
  assert.equal((await stage.outcome(0)).bytesIn, size);
});

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** Resolves once a count is above nothing and has stood still for a while. */
async function steady(count: () => number): Promise<void> {
  let last = 0;
  for (let still = 0; still < 10;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    still = count() === last && last > 0 ? still + 1 : 0;
    last = count();
  }
}
