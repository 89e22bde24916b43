/**
 * Pins what the runtime's HTTP client makes of messages between our own front and a backend, which
 * docs/deviations.md lists. A test that fails here after an upgrade of the runtime is good news: the list can
 * become shorter.
 */
import assert from "node:assert/strict";
import { answering, type Script } from "../support/raw_backend.ts";
import { type RawAnswer, valuesOf } from "../support/raw_client.ts";
import { type RawStage, rawStage } from "../support/raw_stage.ts";

const fetchStage = (script?: Script) => rawStage(script, { transport: "fetch" });

async function sent(stage: RawStage, head: string, content = ""): Promise<RawAnswer> {
  using client = await stage.client();
  await client.send(`${head}\r\n\r\n${content}`);
  return await client.answer(head.split(" ", 1)[0]);
}

const linesOf = ({ backend }: RawStage) => backend.requests.map(({ line }) => line);

Deno.test("fetch adds Accept, Accept-Language and an empty User-Agent where the client sent none (A2)", async () => {
  await using stage = fetchStage();
  await sent(stage, "GET / HTTP/1.1\r\nHost: a");
  const fields = stage.backend.requests[0]?.fields ?? [];
  assert.deepEqual(valuesOf(fields, "accept"), ["*/*"]);
  assert.deepEqual(valuesOf(fields, "accept-language"), ["*"]);
  assert.deepEqual(valuesOf(fields, "user-agent"), [""]);
  await sent(
    stage,
    "GET / HTTP/1.1\r\nHost: a\r\nAccept: a/b\r\nAccept-Language: de\r\nUser-Agent: x",
  );
  const given = stage.backend.requests[1]?.fields ?? [];
  for (const [name, value] of [["accept", "a/b"], ["accept-language", "de"], ["user-agent", "x"]]) {
    assert.deepEqual(valuesOf(given, name ?? ""), [value]);
  }
});

Deno.test("a request's fields arrive in lower case, repeats beside the first (A4)", async () => {
  await using stage = fetchStage();
  await sent(stage, "GET / HTTP/1.1\r\nHost: a\r\nX-Zed: 1\r\nX-Alpha: 2\r\nX-Zed: 3");
  const fields = stage.backend.requests[0]?.fields ?? [];
  assert.deepEqual(fields.filter(([name]) => name !== name.toLowerCase()), []);
  const own = fields.map(([name]) => name).filter((name) =>
    name.startsWith("x-a") || name === "x-zed"
  );
  assert.deepEqual(own, ["x-zed", "x-zed", "x-alpha"]);
  assert.deepEqual(valuesOf(fields, "x-zed"), ["1", "3"]);
});

Deno.test("repeated fields of an answer become one line, but for Set-Cookie (A4)", async () => {
  await using stage = fetchStage(answering("ok", "HTTP/1.1 200 OK", "X-B: 1", "X-A: 1", "X-B: 2"));
  const { fields } = await sent(stage, "GET / HTTP/1.1\r\nHost: a");
  assert.deepEqual(valuesOf(fields, "x-b"), ["1, 2"]);
  const names = fields.map(([name]) => name).filter((name) => name.startsWith("x-"));
  assert.deepEqual(names, ["x-a", "x-b"], "sorted");
});

for (
  const [target, seen] of [
    ["/a/../b", "/b"],
    ["/a/%2e%2e/b", "/b"],
    ["/a\\b", "/a/b"],
    ["/'", "/'"],
    ["/?'", "/?%27"],
    ["/caf\xc3\xa9", "/caf%c3%a9"],
    ["/x?", "/x?"],
    ["/a%2Fb//c", "/a%2Fb//c"],
  ] as const
) {
  Deno.test(`fetch sends the target ${JSON.stringify(target)} as "${seen}" (A5)`, async () => {
    await using stage = fetchStage();
    await sent(stage, `GET ${target} HTTP/1.1\r\nHost: a`);
    assert.deepEqual(linesOf(stage), [`GET ${seen} HTTP/1.1`]);
  });
}

Deno.test("OPTIONS * reaches the backend as OPTIONS /* (A5)", async () => {
  await using stage = fetchStage();
  await sent(stage, "OPTIONS * HTTP/1.1\r\nHost: a");
  assert.deepEqual(linesOf(stage), ["OPTIONS /* HTTP/1.1"]);
});

Deno.test("the methods get and post in lower case arrive in upper case (A6)", async () => {
  await using stage = fetchStage();
  await sent(stage, "get / HTTP/1.1\r\nHost: a");
  await sent(stage, "post / HTTP/1.1\r\nHost: a\r\nContent-Length: 1", "x");
  assert.deepEqual(linesOf(stage), ["GET / HTTP/1.1", "POST / HTTP/1.1"]);
});

for (const method of ["DELETE", "PROPFIND"]) {
  Deno.test(`${method} without content arrives with empty chunked content (A7, A11)`, async () => {
    await using stage = fetchStage(async (connection) => {
      assert.equal(await connection.takeThrough("0\r\n\r\n"), "0\r\n\r\n");
      await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    assert.equal((await sent(stage, `${method} / HTTP/1.1\r\nHost: a`)).status, 200);
    const fields = stage.backend.requests[0]?.fields ?? [];
    assert.deepEqual(valuesOf(fields, "transfer-encoding"), ["chunked"]);
  });
}

Deno.test("an answer's reason phrase is the runtime's own (A10)", async () => {
  await using stage = fetchStage(answering("ok", "HTTP/1.1 201 Well done"));
  const { reason } = await sent(stage, "GET / HTTP/1.1\r\nHost: a");
  assert.equal(reason, "Created");
});

Deno.test("trailers of an answer are lost, and Trailer with them (A9)", async () => {
  await using stage = fetchStage((connection) =>
    connection.send(
      "HTTP/1.1 200 OK\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n",
    )
  );
  using client = await stage.client();
  await client.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n");
  await client.ends();
  assert.match(client.seen, /\r\n2\r\nok\r\n0\r\n\r\n$/);
  assert.doesNotMatch(client.seen, /x-t|trailer/i);
  assert.deepEqual(valuesOf(stage.backend.requests[0]?.fields ?? [], "te"), []);
});

Deno.test("a GET whose connection ends without an answer is sent once more by fetch itself (A11)", async () => {
  await using stage = fetchStage((connection) => {
    connection.close();
    return Promise.resolve();
  });
  assert.equal((await sent(stage, "GET / HTTP/1.1\r\nHost: a")).status, 502);
  assert.deepEqual(linesOf(stage), ["GET / HTTP/1.1", "GET / HTTP/1.1"]);
});

Deno.test("a WebSocket upgrade is passed on as a plain request (ANCM W-9)", async () => {
  await using stage = fetchStage();
  const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13";
  const { status } = await sent(stage, `GET / HTTP/1.1\r\nHost: a\r\n${upgrade}`);
  assert.equal(status, 200);
  const fields = stage.backend.requests[0]?.fields ?? [];
  assert.deepEqual(valuesOf(fields, "upgrade"), []);
  assert.deepEqual(valuesOf(fields, "sec-websocket-version"), ["13"]);
});
