import assert from "node:assert/strict";
import { Deadlines } from "../../src/contract/deadlines.ts";
import type { DirectorySnapshot } from "../../src/contract/directory.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { answering, RawBackend } from "../support/raw_backend.ts";
import { type RawAnswer, type RawClient, valuesOf } from "../support/raw_client.ts";
import { readyAt } from "../support/raw_directory.ts";
import { onEachTransport, type RawStage, rawStage } from "../support/raw_stage.ts";

/** A snapshot with one target for each port, ids from 1, of one generation. */
function readyAtAll(...ports: readonly number[]): Pick<DirectorySnapshot, "state" | "targets"> {
  const targets = ports.map((port, i) => ({ id: i + 1, generation: 1, port, token: `t${i + 1}` }));
  return { state: "ready", targets };
}

/** Sends a request on a connection of its own. */
async function ask(stage: RawStage, send: (client: RawClient) => Promise<RawAnswer>) {
  using client = await stage.client();
  return await send(client);
}

const get = (stage: RawStage, fields: Record<string, string> = {}) =>
  ask(stage, (client) => client.get("/", fields));

const post = (stage: RawStage) =>
  ask(stage, async (client) => {
    await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    return await client.answer();
  });

onEachTransport(
  "no safe request fails while one of two processes dies, noticed or not (design row R-10)",
  async (stageWith) => {
    await using stage = stageWith(answering("first"));
    await using second = new RawBackend(answering("second"));
    stage.directory.set(readyAtAll(stage.backend.port, second.port));
    const all = Array.from({ length: 64 }, async (_, i) => {
      using client = await stage.client();
      const seen: string[] = [];
      for (let round = 0; round < 6; round++) {
        if (i === 0 && round === 2) stage.backend.die();
        seen.push((await client.get("/")).content);
      }
      return seen;
    });
    const contents = (await Promise.all(all)).flat();
    assert.deepEqual([...new Set(contents)].toSorted(), ["first", "second"]);
    assert.deepEqual(stage.errors, []);
  },
);

onEachTransport(
  "a request that one process refuses goes to another at once, though nobody has noticed yet",
  async (stageWith) => {
    await using stage = stageWith(answering("first"), { noticeMs: 3_600_000 });
    await using second = new RawBackend(answering("second"));
    stage.directory.set(readyAtAll(stage.backend.port, second.port));
    stage.backend.die();
    for (let i = 0; i < 4; i++) {
      assert.equal((await (i % 2 ? get(stage) : post(stage))).content, "second");
    }
  },
);

onEachTransport(
  "a POST that a process broke off is sent to no other (design row R-10)",
  async (stageWith) => {
    await using stage = stageWith((connection) => connection.close());
    await using second = new RawBackend((connection) => connection.close());
    stage.directory.set(readyAtAll(stage.backend.port, second.port));
    assert.equal((await post(stage)).status, 502);
    assert.equal(stage.backend.requests.length + second.requests.length, 1);
  },
);

Deno.test("a GET of which an answer has begun is sent to no other process (design row R-10)", async () => {
  await using stage = rawStage(async (connection) => {
    await connection.send("HTTP/1.1 200 OK\r\nContent-");
    connection.close();
  });
  await using second = new RawBackend(stage.backend.script);
  stage.directory.set(readyAtAll(stage.backend.port, second.port));
  assert.equal((await get(stage)).status, 502);
  assert.equal(stage.backend.requests.length + second.requests.length, 1);
});

onEachTransport(
  "a GET without an answer waits for the process that follows a crash (design row R-10)",
  async (stageWith) => {
    await using stage = stageWith((connection) => connection.close());
    await using second = new RawBackend(answering("second"));
    stage.directory.onReport = () =>
      stage.directory.set({ state: "starting", targets: [], starts: 2 });
    using client = await stage.client();
    await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await stage.directory.waited();
    stage.directory.set(readyAt(second.port, 2));
    assert.equal((await client.answer()).content, "second");
  },
);

Deno.test("requestTimeout does not count while a request waits for the next process (ANCM F-40)", async () => {
  const clock = new FakeClock();
  await using stage = rawStage((connection) => connection.close(), {
    deadlines: new Deadlines(clock),
    requestTimeoutMs: 1_000,
  });
  await using second = new RawBackend(answering("second"));
  stage.directory.onReport = () => stage.directory.set({ state: "starting", targets: [] });
  using client = await stage.client();
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await stage.directory.waited();
  await clock.advance(10_000);
  stage.directory.set({ ...readyAt(second.port, 2), starts: 2 });
  assert.equal((await client.answer()).content, "second");
});

onEachTransport(
  "a GET whose process crashed once too often is 503 with Retry-After (design row R-8)",
  async (stageWith) => {
    await using stage = stageWith((connection) => connection.close());
    stage.directory.onReport = () =>
      stage.directory.set({
        state: "refused",
        targets: [],
        retryAt: performance.now() + 30_000,
      });
    for (const answer of [await get(stage), await get(stage)]) {
      assert.equal(answer.status, 503);
      assert.match(valuesOf(answer.fields, "retry-after")[0] ?? "", /^(29|30)$/);
      assert.match(answer.content, /"rapidFailsPerMinute"/);
    }
    assert.deepEqual(stage.errors.map(({ code }) => code), ["rapid-fail", "rapid-fail"]);
    assert.equal(stage.inFlight.inFlight, 0);
  },
);

onEachTransport(
  "a client stays with its process by a cookie where asked for",
  async (stageWith) => {
    await using stage = stageWith(answering("first"), { affinityPath: "/shop" });
    await using second = new RawBackend(answering("second"));
    stage.directory.set(readyAtAll(stage.backend.port, second.port));
    const first = await get(stage);
    const [cookie = ""] = valuesOf(first.fields, "set-cookie");
    assert.match(cookie, /^ancm-affinity=[\w-]{20,}; Path=\/shop; HttpOnly; SameSite=Lax$/);
    const fields = { Cookie: `a=b; ${cookie.split(";")[0]}` };
    for (let i = 0; i < 4; i++) {
      const next = await get(stage, fields);
      assert.equal(next.content, first.content);
      assert.deepEqual(valuesOf(next.fields, "set-cookie"), []);
    }
    // The cookie stays in what the backend gets.
    const home = first.content === "first" ? stage.backend : second;
    assert.deepEqual(valuesOf(home.requests.at(-1)?.fields ?? [], "cookie"), [fields.Cookie]);
    home.die();
    const moved = await get(stage, fields);
    assert.notEqual(moved.content, first.content);
    assert.notEqual(valuesOf(moved.fields, "set-cookie")[0] ?? cookie, cookie);
  },
);

onEachTransport("a client gets no cookie unasked, or from the only process", async (stageWith) => {
  await using stage = stageWith();
  await using second = new RawBackend();
  stage.directory.set(readyAtAll(stage.backend.port, second.port));
  assert.deepEqual(valuesOf((await get(stage)).fields, "set-cookie"), []);
  await using asked = stageWith(undefined, { affinityPath: "/" });
  assert.deepEqual(valuesOf((await get(asked)).fields, "set-cookie"), []);
});
