import assert from "node:assert/strict";
import { bytesContent } from "../../../src/contract/content.ts";
import { serverRuntime } from "../../../src/modules/server_runtime.ts";
import { rawExchange } from "../../support/raw_exchange.ts";
import { end, refusalStage } from "../../support/refusal_stage.ts";

const stage = (attributes: string) =>
  refusalStage([serverRuntime], `<serverRuntime ${attributes}/>`);

Deno.test("serverRuntime refuses one request more at a time than it allows (IIS M-SR-1)", async () => {
  const { ask } = await stage('appConcurrentRequestLimit="2"');
  const [first, second, third] = ["/", "/a", "/b"].map((target) => ask(target));
  assert.deepEqual([first?.verdict, second?.verdict, third?.verdict], [
    "passed",
    "passed",
    "503.2",
  ]);
  if (third) end(third.x);
  assert.equal(ask("/").verdict, "503.2");
  if (first) end(first.x);
  assert.equal(ask("/").verdict, "passed");
});

Deno.test("serverRuntime does not count the host's own request for an error page (IIS M-SR-1)", async () => {
  const { ask, modulesAt } = await stage('appConcurrentRequestLimit="1"');
  const { x: parent } = ask("/");
  assert.doesNotThrow(() => modulesAt("/")[0]?.request?.({ ...rawExchange(), parent }));
});

Deno.test("serverRuntime that is not enabled refuses every request (IIS M-SR-2)", async () => {
  const { verdict } = await stage('enabled="false"');
  assert.equal(verdict("/"), "503.0");
});

Deno.test("serverRuntime refuses longer content than it allows (IIS M-SR-3)", async () => {
  const { ask, verdict } = await stage('maxRequestEntityAllowed="3"');
  const of = (length: number) => ({ content: bytesContent(new Uint8Array(length)) });
  assert.equal(verdict("/", of(3)), "passed");
  assert.equal(verdict("/", of(4)), "413.0");
  const { length: _, ...chunked } = bytesContent(new Uint8Array(4));
  await assert.rejects(ask("/", { content: chunked }).x.content.read(), {
    code: "entity-too-large",
  });
});

Deno.test("serverRuntime takes a read-ahead size and has nothing to do for it (IIS M-SR-4)", async () => {
  const { problems, modulesAt } = await stage('uploadReadAheadSize="1048576" enableNagling="true"');
  assert.deepEqual(problems, []);
  assert.deepEqual(modulesAt("/"), []);
});

Deno.test("serverRuntime counts nothing where web.config does not ask it to", async () => {
  assert.deepEqual((await refusalStage([serverRuntime])).modulesAt("/"), []);
});
