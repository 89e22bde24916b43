import assert from "node:assert/strict";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost } from "../support/executable.ts";
import { descendantsOf } from "../support/executable_processes.ts";
import { rawRequest } from "../support/executable_request.ts";
import { until } from "../support/executable_wait.ts";
import { backendOf, type Facts } from "./_example_app.ts";

dotnetTest(
  "a request reaches Kestrel, and the app accepts its token (ANCM F-12, M-12)",
  async () => {
    await using host = await runHost({ dir: await publishedApp("example") });
    const response = await host.request("/");
    assert.equal(await response.text(), "Hello from ASP.NET Core\n");
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("server"), "Kestrel");
    assert.equal((await host.json<Facts>("/echo/")).tokenFields, 1);
  },
);

dotnetTest("a request that goes to the backend's own port gets 400 (ANCM M-12)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const { port } = await backendOf(host);
  const response = await fetch(`http://127.0.0.1:${port}/`);
  await response.body?.cancel();
  assert.equal(response.status, 400);
});

dotnetTest(
  "the app sees scheme, address, host and path base that the client used (ANCM G-3)",
  async () => {
    const dir = await publishedApp("example");
    await using host = await runHost({ dir, args: ["--path-base", "/shop/api"] });
    const answer = await rawRequest(host.url, [
      "GET /shop/api/echo/items?x=%2F&y HTTP/1.1",
      "Host: example.test:8443",
      "MS-ASPNETCORE-TOKEN: fake",
      "X-Kept: yes",
      "Connection: close",
    ]);
    const facts: Facts = JSON.parse(answer.text);
    assert.equal(facts.method, "GET");
    assert.equal(facts.rawTarget, "/shop/api/echo/items?x=%2F&y");
    assert.equal(facts.scheme, "http");
    assert.equal(facts.host, "example.test:8443");
    assert.equal(facts.pathBase, "/shop/api");
    assert.equal(facts.path, "/echo/items");
    assert.equal(facts.query, "?x=%2F&y");
    assert.equal(facts.remoteIp, "127.0.0.1");
    assert.equal(facts.remotePort, answer.localPort);
    assert.equal(facts.protocol, "HTTP/1.1");
    assert.equal(facts.tokenFields, 1);
    assert.deepEqual(facts.headers.find(({ name }) => name.toLowerCase() === "x-kept")?.values, [
      "yes",
    ]);
  },
);

dotnetTest("a request outside the path base gets 404 and starts no backend", async () => {
  const dir = await publishedApp("example");
  await using host = await runHost({ dir, args: ["--path-base", "/shop"] });
  for (const path of ["/", "/shopping", "/other/shop"]) {
    assert.equal((await host.text(path)).status, 404, path);
  }
  assert.deepEqual(await descendantsOf(host.pid), []);
  assert.equal((await host.text("/shop/")).status, 200);
  assert.notDeepEqual(await descendantsOf(host.pid), []);
});

dotnetTest("fifty first requests at once share one start (ANCM P-3)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const answers = await Promise.all(Array.from({ length: 50 }, () => host.text("/environment")));
  assert.deepEqual(answers.map(({ status }) => status), Array(50).fill(200));
  assert.equal(new Set(answers.map(({ text }) => JSON.parse(text).processId)).size, 1);
  assert.equal(host.log.named("backend-started").length, 1);
  assert.deepEqual(host.log.named("backend-attempt-failed"), []);
});

dotnetTest("the backend gets the variables of the module and the folder (ANCM G-1)", async () => {
  const dir = await publishedApp("example");
  await using host = await runHost({
    dir,
    env: { ASPNETCORE_URLS: "http://127.0.0.1:5998", ASPNETCORE_HTTP_PORTS: "5997" },
  });
  const { facts, port } = await backendOf(host);
  assert.equal(facts.currentDirectory, dir);
  assert.equal(facts.contentRoot, dir);
  assert.equal(facts.environmentName, "Production");
  const { ASPNETCORE_HOSTINGSTARTUPASSEMBLIES: assemblies, ...others } = facts.variables;
  assert.match(assemblies ?? "", /;Microsoft\.AspNetCore\.Server\.IISIntegration$/);
  assert.deepEqual(others, {
    ASPNETCORE_ANCM_HTTPS_PORT: "",
    ASPNETCORE_APPL_PATH: "/",
    ASPNETCORE_IIS_HTTPAUTH: "anonymous;",
    ASPNETCORE_IIS_PHYSICAL_PATH: `${dir}/`,
    ASPNETCORE_IIS_WEBSOCKETS_SUPPORTED: "true",
    ASPNETCORE_PORT: port,
    ASPNETCORE_TOKEN: "(masked)",
    ASPNETCORE_URLS: `http://127.0.0.1:${port}`,
    HTTP_PLATFORM_PORT: port,
    PORT: port,
  });
});

dotnetTest("--environment names the app's environment", async () => {
  const dir = await publishedApp("example");
  await using host = await runHost({ dir, args: ["--environment", "Development"] });
  assert.equal((await backendOf(host)).facts.environmentName, "Development");
});

dotnetTest("cookies and repeated fields of an answer stay apart (ANCM F-64)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const response = await host.request("/headers");
  await response.body?.cancel();
  assert.deepEqual(response.headers.getSetCookie(), [
    "first=1; path=/",
    "second=2; path=/; samesite=lax; httponly",
  ]);
  assert.equal(response.headers.get("x-repeated"), "one, two");
});

dotnetTest("server-sent events arrive one by one (ANCM F-52)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const response = await host.request("/events", { headers: { accept: "text/event-stream" } });
  const events = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await events.read()).value, "data: open\n\n");
  for (const message of ["one", "two"]) {
    await host.json("/events", { method: "POST", body: message });
    assert.equal((await events.read()).value, `data: ${message}\n\n`);
  }
  await events.cancel();
});

dotnetTest("the app hears at once that a client has left (ANCM F-70)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  assert.equal(await host.json("/aborted-count"), 0);
  const silent = new AbortController();
  const unanswered = host.request("/slow/3600000", { signal: silent.signal });
  const streaming = await host.request("/events");
  await until("both requests to be under way", async () => {
    const { listeners } = await host.json<{ listeners: number }>("/events", { method: "POST" });
    return listeners === 1 && await host.json("/slow/current") === 1;
  });
  silent.abort();
  await assert.rejects(unanswered);
  await until("the first abort", async () => await host.json("/aborted-count") === 1);
  await streaming.body?.cancel();
  await until("the second abort", async () => await host.json("/aborted-count") === 2);
});
