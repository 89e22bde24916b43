import assert from "node:assert/strict";
import { answering } from "../support/raw_backend.ts";
import { bytesOf } from "../support/raw_client.ts";
import { rawStage } from "../support/raw_stage.ts";

Deno.test("a head reaches the backend byte for byte, with the host's own fields behind (ANCM F-24)", async () => {
  await using stage = rawStage();
  using client = await stage.client();
  const lines = [
    "GET /a/../b/%2e%2e//c\\d?x=%2F&y='&z=\xc3\xa9? HTTP/1.1",
    "hOsT:   example.test  ",
    "X-Repeat: 1",
    "x-REPEAT:2",
    "Cookie: a=1; b=2",
    "Cookie: c=\xe9\xff",
    "X-Empty:",
    "Accept-Encoding: br;q=1.0, gzip",
    "Content-Length: 0",
    "X-Repeat: 3",
  ];
  await client.send(`${lines.join("\r\n")}\r\nConnection: keep-alive\r\n\r\n`);
  assert.equal((await client.answer()).content, "ok");
  const added = [
    `X-Forwarded-For: 127.0.0.1:${client.localPort}`,
    "X-Forwarded-Proto: http",
    "MS-ASPNETCORE-TOKEN: token-of-1",
  ];
  assert.equal(
    stage.backend.requests[0]?.head,
    `${[...lines, ...added].join("\r\n")}\r\n\r\n`,
  );
});

Deno.test("the head of an answer reaches the client byte for byte (ANCM F-50, F-65)", async () => {
  const head =
    "HTTP/1.1 200 Very fine \xe9\r\nX-b: 1\r\nSet-Cookie: a=1\r\nx-B:2\r\nSet-Cookie: b=2\r\n" +
    "Vary:  A \r\nContent-Length: 2\r\nVary: B\r\nServer: Kestrel\r\n\r\n";
  await using stage = rawStage((connection) => connection.send(`${head}ok`));
  using client = await stage.client();
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await client.until((seen) => seen.endsWith("\r\n\r\nok"));
  assert.equal(client.seen, `${head}ok`);
});

for (const target of ["/a/../b", "/%2e%2e/x", "//double", "/?", "/a?b?c", "/\xc3\xa9"]) {
  Deno.test(`the target ${target} is not touched (design row D-1)`, async () => {
    await using stage = rawStage();
    using client = await stage.client();
    await client.get(target);
    assert.equal(stage.backend.requests[0]?.line, `GET ${target} HTTP/1.1`);
  });
}

Deno.test("OPTIONS * reaches the backend as it is (ANCM F-6)", async () => {
  await using stage = rawStage();
  using client = await stage.client();
  await client.get("*", {}, "OPTIONS");
  assert.equal(stage.backend.requests[0]?.line, "OPTIONS * HTTP/1.1");
});

Deno.test("a method that nobody knows passes, its case kept (ANCM F-7)", async () => {
  await using stage = rawStage();
  using client = await stage.client();
  await client.get("/", {}, "Brew");
  assert.equal(stage.backend.requests[0]?.line, "Brew / HTTP/1.1");
});

Deno.test("interim answers reach the client in order, less what is for one connection (design row F-55)", async () => {
  await using stage = rawStage((connection) =>
    connection.send(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nKeep-Alive: x\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" +
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    )
  );
  using client = await stage.client();
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await client.until((seen) => seen.endsWith("ok"));
  assert.equal(
    client.seen,
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" +
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
  );
});

Deno.test("interim answers do not reach a client of HTTP/1.0 (RFC 9110 §15.2)", async () => {
  await using stage = rawStage((connection) =>
    connection.send(
      "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    )
  );
  using client = await stage.client();
  await client.send("GET / HTTP/1.0\r\n\r\n");
  await client.until((seen) => seen.endsWith("ok"));
  assert.match(client.seen, /^HTTP\/1\.1 200 OK/);
});

Deno.test("interim answers without end are 502.3", async () => {
  await using stage = rawStage((connection) =>
    connection.send("HTTP/1.1 102 Processing\r\n\r\n".repeat(1_000))
  );
  using client = await stage.client();
  assert.equal((await client.get("/")).status, 502);
  assert.deepEqual(stage.errors.map(({ code }) => code), ["backend-invalid"]);
});

Deno.test("Expect is forwarded, and the client sends when the backend says so (design row F-21)", async () => {
  await using stage = rawStage(async (connection, request) => {
    assert.match(request.head, /^Expect: 100-continue\r$/m);
    await connection.send("HTTP/1.1 100 Continue\r\n\r\n");
    assert.equal(await connection.take(5), "hello");
    await answering("got it")(connection, request);
  });
  using client = await stage.client();
  await client.send(
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
  );
  await client.until((seen) => seen.includes("\r\n\r\n"));
  assert.match(client.seen, /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  await client.send("hello");
  assert.equal((await client.answer()).content, "got it");
});

Deno.test("Expect that the backend refuses is refused before any content is sent (PG Expect)", async () => {
  await using stage = rawStage(
    answering("no", "HTTP/1.1 417 Expectation Failed", "Connection: close"),
  );
  using client = await stage.client();
  await client.send(
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
  );
  const answer = await client.answer();
  assert.deepEqual([answer.status, answer.content], [417, "no"]);
});

Deno.test("trailers pass to the backend, less those only the host may say (design row F-33)", async () => {
  await using stage = rawStage(async (connection, request) => {
    const raw = await connection.takeThrough("\r\n\r\n");
    await answering(raw)(connection, request);
  });
  using client = await stage.client();
  await client.send(
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n" +
      "X-Sum: 1\r\nMS-ASPNETCORE-TOKEN: fake\r\nX-Forwarded-For: 1.2.3.4\r\nx-sum: 2\r\n\r\n",
  );
  assert.equal((await client.answer()).content, "3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n");
});

Deno.test("trailers of the answer reach a client that takes them (design row F-56)", async () => {
  await using stage = rawStage((connection) =>
    connection.send(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\n" +
        "X-Sum: 1\r\nKeep-Alive: x\r\n\r\n",
    )
  );
  using client = await stage.client();
  await client.send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n");
  await client.until((seen) => seen.endsWith("\r\n0\r\nX-Sum: 1\r\n\r\n"));
  assert.match(client.seen, /\r\nTrailer: X-Sum\r\n/);
  assert.doesNotMatch(client.seen, /Keep-Alive/);
});

Deno.test("a head of 40 KiB that comes in pieces passes (ANCM F-57)", async () => {
  const value = "y".repeat(40_000);
  await using stage = rawStage(async (connection) => {
    await connection.send(`HTTP/1.1 200 OK\r\nX-Large: ${value.slice(0, 30_000)}`);
    await connection.send(bytesOf(`${value.slice(30_000)}\r\nContent-Length: 2\r\n\r\nok`));
  });
  using client = await stage.client();
  for (let i = 0; i < 2; i++) {
    const answer = await client.get("/");
    assert.deepEqual([answer.fields[0]?.[1], answer.content], [value, "ok"]);
  }
  assert.equal(stage.backend.connectionCount, 1);
});
