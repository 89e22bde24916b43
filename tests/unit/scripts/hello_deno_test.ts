import assert from "node:assert/strict";
import { backend } from "../../../examples/hello-deno/backend.ts";

const TOKEN = "8c5b3c4e-0d2f-4b7e-9b0e-2f8f6f6f5a11";

function hello(applicationPath = "/") {
  let stops = 0;
  const answer = backend({ token: TOKEN, applicationPath }, () => stops++);
  return {
    ask(path: string, init: RequestInit = {}, token = TOKEN) {
      const headers = new Headers(init.headers);
      if (token) headers.set("MS-ASPNETCORE-TOKEN", token);
      return answer(new Request(`http://127.0.0.1:12345${path}`, { ...init, headers }));
    },
    get stops() {
      return stops;
    },
  };
}

Deno.test("backend() refuses a request without or with a wrong pairing token", async () => {
  const app = hello();
  assert.equal((await app.ask("/", {}, "")).status, 400);
  assert.equal((await app.ask("/", {}, "wrong")).status, 400);
  assert.equal((await app.ask("/iisintegration", { method: "POST" }, "")).status, 400);
  assert.equal(app.stops, 0);
});

Deno.test("backend() shows method, target and fields, and never the token", async () => {
  const init = { method: "PUT", body: "hello", headers: { "X-Forwarded-Proto": "https" } };
  const text = await (await hello().ask("/any/path?q=1", init)).text();
  const facts = JSON.parse(text);
  assert.equal(facts.method, "PUT");
  assert.equal(facts.target, "/any/path?q=1");
  assert.equal(facts.contentBytes, 5);
  assert.equal(facts.fields["x-forwarded-proto"], "https");
  assert.ok(!text.includes(TOKEN));
});

Deno.test("backend() counts the requests it let in", async () => {
  const app = hello();
  await app.ask("/", {}, "wrong");
  await app.ask("/");
  assert.deepEqual(await (await app.ask("/count")).json(), { count: 2 });
});

Deno.test("backend() finds its paths below the application's virtual path", async () => {
  const response = await hello("/shop").ask("/shop/count");
  assert.deepEqual(await response.json(), { count: 1 });
});

Deno.test("backend() ends gracefully when asked to, and only then (ANCM M-13)", async () => {
  const app = hello("/shop");
  const event = { "MS-ASPNETCORE-EVENT": "shutdown" };
  await app.ask("/shop/iisintegration", { headers: event });
  await app.ask("/shop/iisintegration", { method: "POST" });
  assert.equal(app.stops, 0);
  const response = await app.ask("/shop/iisintegration", { method: "POST", headers: event });
  assert.equal(response.status, 202);
  assert.equal(app.stops, 1);
});

Deno.test("backend() streams line after line and can be cancelled", async () => {
  const response = await hello().ask("/stream");
  const reader = response.body!.getReader();
  const first = await reader.read();
  assert.match(new TextDecoder().decode(first.value), /^line 1 of \d+\n$/);
  await reader.cancel();
});
