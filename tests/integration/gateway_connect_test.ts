import assert from "node:assert/strict";
import { probe } from "../../src/gateway/probe.ts";
import { requestShutdown } from "../../src/gateway/shutdown_request.ts";
import { answering, RawBackend } from "../support/raw_backend.ts";

const never = new AbortController().signal;

Deno.test("probe() is true only while something listens (ANCM P-21)", async () => {
  await using backend = new RawBackend();
  assert.equal(await probe(backend.port, never), true);
  // A port just closed may be another program's by now; nobody listens on this one.
  assert.equal(await probe(1, never), false);
});

Deno.test("probe() rejects with the signal's reason", async () => {
  await assert.rejects(() => probe(1, AbortSignal.abort(new Error("enough"))), /enough/);
});

Deno.test("requestShutdown() sends what the IIS integration understands (ANCM G-6)", async () => {
  await using backend = new RawBackend(answering("", "HTTP/1.1 202 Accepted"));
  const target = { id: 1, generation: 1, port: backend.port, token: "the-token" };
  assert.equal(await requestShutdown("/shop/api", target, never), 202);
  const [request] = backend.requests;
  assert.equal(request?.line, "POST /shop/api/iisintegration HTTP/1.1");
  assert.deepEqual(request?.fields, [
    ["Host", `127.0.0.1:${backend.port}`],
    ["MS-ASPNETCORE-EVENT", "shutdown"],
    ["MS-ASPNETCORE-TOKEN", "the-token"],
    ["Content-Length", "0"],
    ["Connection", "close"],
  ]);
});

Deno.test("requestShutdown() at the root asks for /iisintegration (ANCM O-20)", async () => {
  await using backend = new RawBackend(answering("", "HTTP/1.1 404 Not Found"));
  assert.equal(
    await requestShutdown("/", { id: 1, generation: 1, port: backend.port, token: "t" }, never),
    404,
  );
  assert.equal(backend.requests[0]?.line, "POST /iisintegration HTTP/1.1");
});

for (const [what, text] of [["nothing", ""], ["rubbish", "SSH-2.0-x\r\n"]] as const) {
  Deno.test(`requestShutdown() is undefined when the answer is ${what}`, async () => {
    await using backend = new RawBackend(async (connection) => {
      await connection.send(text);
      connection.close();
    });
    const target = { id: 1, generation: 1, port: backend.port, token: "t" };
    assert.equal(await requestShutdown("/", target, never), undefined);
  });
}

Deno.test("requestShutdown() is undefined when nobody listens", async () => {
  await using backend = new RawBackend();
  backend.die();
  const target = { id: 1, generation: 1, port: backend.port, token: "t" };
  assert.equal(await requestShutdown("/", target, never), undefined);
});

Deno.test("requestShutdown() stops waiting when its signal is aborted", async () => {
  const stop = new AbortController();
  await using backend = new RawBackend(async (connection) => {
    stop.abort();
    await connection.closed();
  });
  const target = { id: 1, generation: 1, port: backend.port, token: "t" };
  assert.equal(await requestShutdown("/", target, stop.signal), undefined);
});
