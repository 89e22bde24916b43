import assert from "node:assert/strict";
import { emptyContent } from "../../../src/contract/content.ts";
import type { Exchange, Reply } from "../../../src/contract/exchange.ts";
import { HostError } from "../../../src/contract/host_error.ts";
import type { Handler, Module, Stages } from "../../../src/contract/module.ts";
import { FieldList } from "../../../src/http1/fields.ts";
import { pipeline } from "../../../src/server/pipeline.ts";

const reply = (status: number): Reply => ({
  head: { status, reason: "", fields: FieldList.none },
  content: emptyContent,
});
const page = (_x: Exchange, error: HostError) => reply(error.failure.status);
const none: Stages = { entry: [], rest: [] };
const mustNotRun: Handler = () => assert.fail("the handler must not run");

function exchange(target = "/"): Exchange {
  return { request: { target } } as Exchange;
}

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

function through(stages: Stages, handler: Handler, x = exchange()): Promise<Reply> {
  return Promise.resolve(
    pipeline({ stagesAt: () => stages, outside: none, handler, page })(x),
  );
}

Deno.test("pipeline() runs request stages in order and response stages in reverse", async () => {
  const trace: string[] = [];
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => recording(name, trace));
  const answer = await through({ entry: [a!, b!], rest: [c!, d!] }, () => reply(200));
  assert.equal(answer.head.status, 200);
  const ways = ["a in", "b in", "c in", "d in", "d out 200", "c out 200", "b out 200", "a out 200"];
  assert.deepEqual(trace, ways);
});

Deno.test("pipeline() waits for a stage that needs it", async () => {
  const trace: string[] = [];
  const slow = { request: () => Promise.resolve() };
  const stages = { entry: [recording("a", trace, slow), recording("b", trace)], rest: [] };
  await through(stages, () => Promise.resolve(reply(200)));
  assert.deepEqual(trace, ["a in", "b in", "b out 200", "a out 200"]);
});

Deno.test("pipeline() ends at an early reply, which passes every module on its way out (IIS M-PL-2)", async () => {
  const trace: string[] = [];
  const stages = {
    entry: [recording("a", trace), recording("b", trace, { request: () => reply(301) })],
    rest: [recording("c", trace)],
  };
  await through(stages, mustNotRun);
  assert.deepEqual(trace, ["a in", "b in", "c out 301", "b out 301", "a out 301"]);
});

Deno.test("pipeline() marks what a module answered, and not what the handler did (IIS M-HP-5)", async () => {
  const early: Stages = { entry: [], rest: [recording("a", [], { request: () => reply(302) })] };
  assert.equal((await through(early, mustNotRun)).isOfModule, true);
  assert.equal((await through(none, () => reply(302))).isOfModule, undefined);
});

Deno.test("pipeline() makes a page of a failure, which every module sees on the way out (IIS M-PL-5)", async () => {
  const trace: string[] = [];
  const refuse = () => {
    throw new HostError("no-handler", "No");
  };
  const stages = {
    entry: [recording("a", trace, { request: refuse })],
    rest: [recording("b", trace)],
  };
  assert.equal((await through(stages, mustNotRun)).head.status, 404);
  assert.deepEqual(trace, ["a in", "b out 404", "a out 404"]);
});

Deno.test("pipeline() makes a page of what a response stage throws, cancels what it had, and goes on", async () => {
  const trace: string[] = [];
  const fail = () => Promise.reject(new TypeError("bug"));
  const cancelled: unknown[] = [];
  const content = { ...emptyContent, cancel: (reason?: unknown) => void cancelled.push(reason) };
  const rest = [recording("a", trace), recording("b", trace, { response: fail })];
  const answer = await through({ entry: [], rest }, () => ({ ...reply(200), content }));
  assert.equal(answer.head.status, 500);
  assert.deepEqual(trace, ["a in", "b in", "b out 200", "a out 500"]);
  assert.equal(cancelled.length, 1);
});

Deno.test("pipeline() takes the rest of the place that a rewritten URL lies in (IIS M-PL-4)", async () => {
  const trace: string[] = [];
  const rewrite: Partial<Module> = {
    request(x) {
      x.request = { ...x.request, target: "/new" };
    },
  };
  const places: Record<string, Stages> = {
    "/old": { entry: [recording("old entry", trace, rewrite)], rest: [recording("old", trace)] },
    "/new": { entry: [recording("new entry", trace)], rest: [recording("new", trace)] },
  };
  const stagesAt = (x: Exchange) => places[x.request.target] ?? none;
  const handler = pipeline({ stagesAt, outside: none, handler: () => reply(200), page });
  await handler(exchange("/old"));
  assert.deepEqual(trace, ["old entry in", "new in", "new out 200", "old entry out 200"]);
});

Deno.test("pipeline() takes the modules for outside where the target lies nowhere", async () => {
  const trace: string[] = [];
  const stagesAt = () => {
    throw new HostError("bad-request", "No");
  };
  const outside = { entry: [], rest: [recording("a", trace)] };
  const handler = pipeline({ stagesAt, outside, handler: mustNotRun, page });
  assert.equal((await handler(exchange())).head.status, 400);
  assert.deepEqual(trace, ["a out 400"]);
});

Deno.test("pipeline() lets nothing touch a switched protocol", async () => {
  const trace: string[] = [];
  await through({ entry: [recording("a", trace)], rest: [] }, () => reply(101));
  assert.deepEqual(trace, ["a in"]);
});
