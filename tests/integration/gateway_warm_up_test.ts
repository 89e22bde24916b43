import assert from "node:assert/strict";
import { warmUp } from "../../src/gateway/warm_up.ts";
import { answering, RawBackend } from "../support/raw_backend.ts";

const target = (port: number) => ({ id: 1, generation: 1, port, token: "t" });
const pages = (...targets: string[]) => targets.map((target) => ({ target, host: "localhost" }));
const forever = new AbortController().signal;

Deno.test("warmUp() asks for each page, one after the other, with its host and the token (IIS M-AI-1)", async () => {
  await using backend = new RawBackend(async (connection, { line }) => {
    if (line.includes("/a")) {
      await connection.send("HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n");
    }
    if (line.includes("/a")) await connection.send("3\r\nabc\r\n0\r\n\r\n");
    else await answering("ok")(connection, { head: "", line, fields: [] });
  });
  const statuses = await warmUp(
    target(backend.port),
    [{ target: "/a?b=1", host: "www.example.com" }, ...pages("/c")],
    forever,
  );
  assert.deepEqual(statuses, [404, 200]);
  const [first, second] = backend.requests;
  assert.equal(first?.line, "GET /a?b=1 HTTP/1.1");
  assert.equal(second?.line, "GET /c HTTP/1.1");
  const fields = new Map(first?.fields);
  assert.equal(fields.get("Host"), "www.example.com");
  assert.equal(fields.get("MS-ASPNETCORE-TOKEN"), "t");
});

Deno.test("warmUp() goes on where one page gets no whole answer", async () => {
  await using backend = new RawBackend(async (connection, { line }) => {
    if (line.includes("/half")) {
      await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
      connection.close();
    } else if (line.includes("/odd")) {
      await connection.send("odd\r\n\r\n");
      connection.close();
    } else if (line.includes("/bare")) {
      await connection.send("HTTP/1.1 200 OK\r\n\r\nto the end");
      connection.close();
    } else await connection.send("HTTP/1.1 204 No Content\r\n\r\n");
  });
  const statuses = await warmUp(
    target(backend.port),
    pages("/half", "/odd", "/bare", "/last"),
    forever,
  );
  assert.deepEqual(statuses, [undefined, undefined, 200, 204]);
});

Deno.test("warmUp() ends with its signal, and asks for no further page", async () => {
  const over = new AbortController();
  await using backend = new RawBackend(() => over.abort());
  const statuses = await warmUp(target(backend.port), pages("/slow", "/next"), over.signal);
  assert.deepEqual(statuses, [undefined, undefined]);
  assert.equal(backend.requests.length, 1);
});

Deno.test("warmUp() says so where nobody listens", async () => {
  const backend = new RawBackend();
  await backend[Symbol.asyncDispose]();
  assert.deepEqual(await warmUp(target(backend.port), pages("/"), forever), [undefined]);
});
