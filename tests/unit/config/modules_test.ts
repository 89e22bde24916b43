import assert from "node:assert/strict";
import { HOST_MODULES } from "../../../src/config/modules_schema.ts";
import { readFolder, webConfig } from "../../support/config_folder.ts";

const read = (modules: string, rest = "") =>
  readFolder({ "web.config": webConfig(modules + rest) });

Deno.test("modules without a section are all there (IIS M-MO-2)", async () => {
  const { config } = await readFolder({ "web.config": webConfig() });
  assert.deepEqual(config?.removedModules, []);
});

const CASES: [
  what: string,
  modules: string,
  removed: readonly string[],
  printed: readonly string[],
][] = [
  [
    "attributes have no effect, in silence (IIS M-MO-1)",
    '<modules runAllManagedModulesForAllRequests="true" runManagedModulesForWebDavRequests="true"/>',
    [],
    [],
  ],
  [
    "remove takes modules away (IIS M-MO-2)",
    '<modules><remove name="RewriteModule"/><remove name="CustomErrorModule"/></modules>',
    ["CustomErrorModule", "RewriteModule"],
    [],
  ],
  [
    "remove of what the host does not have is silent (IIS M-MO-2, M-CF-31)",
    '<modules><remove name="WebDAVModule"/><remove name="Session"/><remove name="UrlRoutingModule-4.0"/></modules>',
    [],
    [],
  ],
  [
    "names count with their case (IIS M-CF-33)",
    '<modules><remove name="rewritemodule"/></modules>',
    [],
    [],
  ],
  [
    "what is removed and added again is there (IIS M-CF-30)",
    '<modules><remove name="RewriteModule"/><add name="RewriteModule"/></modules>',
    [],
    [],
  ],
  [
    "managed ones have no effect, in silence (IIS M-PL-10, M-MO-4)",
    '<modules><remove name="UrlRoutingModule-4.0"/>' +
    '<add name="UrlRoutingModule-4.0" type="System.Web.Routing.UrlRoutingModule" preCondition=""/></modules>',
    [],
    [],
  ],
  [
    "a native name is not given back by a class (IIS M-MO-4)",
    '<modules><remove name="RewriteModule"/><add name="RewriteModule" type="My.Rewriter"/></modules>',
    ["RewriteModule"],
    [],
  ],
  [
    "clear leaves those that are added (IIS M-MO-4)",
    '<modules><clear/><add name="AnonymousAuthenticationModule"/><add name="AspNetCoreModuleV2"/></modules>',
    HOST_MODULES.filter((name) =>
      !["AnonymousAuthenticationModule", "AspNetCoreModuleV2"].includes(name)
    ),
    [],
  ],
  [
    "an unknown native one is told of (IIS M-S-3)",
    '<modules><add name="iisnode"/><add name="RewritModule"/></modules>',
    [],
    [
      'web.config:3:10: warning: Module "iisnode" has no effect, the host does not have it; remove it, or leave it for IIS',
      'web.config:3:31: warning: Module "RewritModule" has no effect, the host does not have it; write "RewriteModule"',
    ],
  ],
];
for (const [what, modules, removed, told] of CASES) {
  Deno.test(`modules: ${what}`, async () => {
    const { config, printed } = await read(modules);
    assert.deepEqual(printed, told);
    assert.deepEqual(config?.removedModules, removed);
  });
}

Deno.test("modules: a second one of a built-in name is a mistake (IIS M-CF-32)", async () => {
  const { config, printed } = await read('<modules><add name="RewriteModule"/></modules>');
  assert.equal(config, undefined);
  assert.deepEqual(printed, [
    'web.config:3:10: Duplicate add name="RewriteModule", it is built in; remove one, or write ' +
    '<remove name="RewriteModule"/> before it',
  ]);
});

Deno.test("without the WebSocketModule there are no WebSockets, whatever webSocket says (IIS M-MO-2)", async () => {
  const modules = '<modules><remove name="WebSocketModule"/></modules>';
  const { config } = await read(modules, '<webSocket enabled="true"/>');
  assert.equal(config?.webSocketEnabled, false);
});

Deno.test("modules in a location have no effect, with a warning (IIS M-MO-2)", async () => {
  const location =
    '<location path="a"><system.webServer><modules><clear/></modules></system.webServer></location>';
  const { config, printed } = await readFolder({ "web.config": webConfig("", location) });
  assert.deepEqual(config?.removedModules, []);
  assert.match(printed.join("\n"), /Section modules has no effect in location "a"/);
});
