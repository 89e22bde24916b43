import assert from "node:assert/strict";
import type { HandlerMapping } from "../../../src/config/app_config.ts";
import { systemClock } from "../../../src/contract/clock.ts";
import { emptyContent } from "../../../src/contract/content.ts";
import type { Exchange, Reply } from "../../../src/contract/exchange.ts";
import { HostError } from "../../../src/contract/host_error.ts";
import { FieldList } from "../../../src/http1/fields.ts";
import { moduleChain } from "../../../src/modules/mod.ts";
import { appConfig } from "../../support/app_config.ts";

const reply: Reply = {
  head: { status: 200, reason: "OK", fields: FieldList.none },
  content: emptyContent,
};

function setUp(mapping: Partial<HandlerMapping> | undefined, pathBase = "/") {
  const matched: string[] = [];
  const config = appConfig("/app", {});
  const chain = moduleChain({
    config,
    root: config.root,
    clock: systemClock,
    problem: () => assert.fail("no problem"),
    pathBase,
    match(path, method) {
      matched.push(`${method} ${path}`);
      return mapping && {
        name: "aspNetCore",
        path: "*",
        verb: "*",
        modules: ["AspNetCoreModuleV2"],
        resourceType: "Unspecified",
        ...mapping,
      };
    },
    aspNetCore: () => reply,
  });
  const handle = (target: string, method = "GET") =>
    chain.handler({ request: { target, method } } as Exchange);
  return { chain, matched, handle };
}

const withCode = (code: string) => (error: unknown) =>
  error instanceof HostError && error.code === code;

for (const name of ["AspNetCoreModule", "AspNetCoreModuleV2", "aspnetcoremodulev2"]) {
  Deno.test(`the handler gives what is mapped to ${name} to the backend (ANCM H-1)`, async () => {
    assert.equal(await setUp({ modules: [name] }).handle("/"), reply);
  });
}

Deno.test("the handler matches the normalised path below the application (ANCM H-3)", async () => {
  const { handle, matched } = setUp({}, "/shop");
  await handle("/shop/a/%2e%2e/b%20c?d", "POST");
  await handle("/Shop");
  assert.deepEqual(matched, ["POST /b c", "GET /"]);
});

Deno.test("the handler throws no-handler where none is mapped (ANCM X-12)", async () => {
  await assert.rejects(async () => await setUp(undefined).handle("/"), withCode("no-handler"));
});

Deno.test("the handler throws handler-module-missing for a module it does not have (ANCM X-11)", async () => {
  await assert.rejects(
    async () => await setUp({ modules: ["CgiModule"] }).handle("/"),
    withCode("handler-module-missing"),
  );
});

Deno.test("the chain checks the path base only where there is one", () => {
  const names = (pathBase: string) =>
    setUp({}, pathBase).chain.outside.entry.map(({ name }) => name);
  assert.ok(!names("/").includes("PathBase"));
  assert.ok(names("/shop").includes("PathBase"));
});
