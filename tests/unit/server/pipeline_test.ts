import assert from "node:assert/strict";
import { emptyContent } from "../../../src/contract/content.ts";
import type { Exchange, Reply } from "../../../src/contract/exchange.ts";
import { HostError } from "../../../src/contract/host_error.ts";
import type { Module } from "../../../src/contract/module.ts";
import { FieldList } from "../../../src/http1/fields.ts";
import { pipeline } from "../../../src/server/pipeline.ts";

const x = {} as Exchange;
const reply = (status: number): Reply => ({
  head: { status, reason: "", fields: FieldList.none },
  content: emptyContent,
});
const page = (_x: Exchange, error: HostError) => reply(error.failure.status);

function recording(name: string, trace: string[], module: Partial<Module> = {}): Module {
  return {
    name,
    request(x) {
      trace.push(`${name} in`);
      return module.request?.(x);
    },
    response(x, reply) {
      trace.push(`${name} out ${reply.head.status}`);
      return module.response?.(x, reply) ?? reply;
    },
  };
}

Deno.test("pipeline() runs request stages in order and response stages in reverse", async () => {
  const trace: string[] = [];
  const modules = ["a", "b"].map((name) => recording(name, trace));
  const answer = await pipeline(modules, () => reply(200), page)(x);
  assert.equal(answer.head.status, 200);
  assert.deepEqual(trace, ["a in", "b in", "b out 200", "a out 200"]);
});

Deno.test("pipeline() ends at an early reply, and only modules it entered see it", async () => {
  const trace: string[] = [];
  const modules = [
    recording("a", trace),
    recording("b", trace, { request: () => reply(301) }),
    recording("c", trace),
  ];
  await pipeline(modules, () => assert.fail("the handler must not run"), page)(x);
  assert.deepEqual(trace, ["a in", "b in", "b out 301", "a out 301"]);
});

Deno.test("pipeline() makes a page of a failure, which the modules entered see on the way out", async () => {
  const trace: string[] = [];
  const refuse = () => {
    throw new HostError("no-handler", "No");
  };
  const modules = [recording("a", trace), recording("b", trace, { request: refuse })];
  assert.equal((await pipeline(modules, () => reply(200), page)(x)).head.status, 404);
  assert.deepEqual(trace, ["a in", "b in", "b out 404", "a out 404"]);
});

Deno.test("pipeline() makes a page of what a response stage throws, and goes on", async () => {
  const trace: string[] = [];
  const fail = () => Promise.reject(new TypeError("bug"));
  const modules = [recording("a", trace), recording("b", trace, { response: fail })];
  assert.equal((await pipeline(modules, () => reply(200), page)(x)).head.status, 500);
  assert.deepEqual(trace, ["a in", "b in", "b out 200", "a out 500"]);
});

Deno.test("pipeline() lets nothing touch a switched protocol", async () => {
  const trace: string[] = [];
  await pipeline([recording("a", trace)], () => reply(101), page)(x);
  assert.deepEqual(trace, ["a in"]);
});
