import assert from "node:assert/strict";
import { handlerMatch } from "../../../src/config/handler_map.ts";
import { HOST_MODULES } from "../../../src/config/modules_schema.ts";
import { formatProblem, type Problem } from "../../../src/config/problem.ts";
import { readConfig } from "../../../src/config/read_config.ts";
import { systemClock } from "../../../src/contract/clock.ts";
import { emptyContent } from "../../../src/contract/content.ts";
import type { HostError } from "../../../src/contract/host_error.ts";
import { FieldList } from "../../../src/http1/fields.ts";
import {
  MODULE_NAMES,
  MODULE_SECTIONS,
  moduleChain,
  prepareModules,
} from "../../../src/modules/mod.ts";
import { PhysicalFiles } from "../../../src/modules/physical_files.ts";
import { pipeline } from "../../../src/server/pipeline.ts";
import { subConfig, webConfig, withFolder } from "../../support/config_folder.ts";
import { rawExchange } from "../../support/raw_exchange.ts";

/** Asks for a path of an application folder; gives status and sub-status, and the problems of compiling. */
async function ask(files: Readonly<Record<string, string>>, target: string) {
  return await withFolder(files, async (root) => {
    const options = { environment: {}, sections: MODULE_SECTIONS, modules: MODULE_NAMES };
    const { config } = await readConfig(root, options);
    assert.ok(config);
    await prepareModules(config);
    const problems: Problem[] = [];
    const physical = new PhysicalFiles({ root, clock: systemClock });
    const answer = (status: number, subStatus = 0) => ({
      head: { status, reason: String(subStatus), fields: FieldList.none },
      content: emptyContent,
    });
    const chain = moduleChain({
      config,
      root,
      files: physical,
      pathBase: "/",
      clock: systemClock,
      match: handlerMatch(config, physical.kindOf),
      aspNetCore: () => answer(200),
      problem: (problem) => problems.push(problem),
    });
    const page = (_x: unknown, { failure }: HostError) => answer(failure.status, failure.subStatus);
    const x = rawExchange();
    const asked = Object.assign(x, {
      received: { ...x.received, target },
      request: { ...x.request, target },
    });
    const { head } = await pipeline({ ...chain, page })(asked);
    const fields = Array.from(head.fields, ([name, value]) => `${name}: ${value}`);
    return {
      status: `${head.status}.${head.reason}`,
      fields,
      problems: problems.map(formatProblem),
    };
  });
}

const removed = (name: string) => `<modules><remove name="${name}"/></modules>`;

const FEATURES: [module: string, inside: string, target: string, on: string, off: string][] = [
  ["RequestFilteringModule", "", "/api/bin/7", "404.8", "200.0"],
  [
    "RewriteModule",
    '<rewrite><rules><rule name="r"><match url="old"/><action type="CustomResponse" statusCode="410"/></rule></rules></rewrite>',
    "/old",
    "410",
    "200",
  ],
  [
    "HttpRedirectionModule",
    '<httpRedirect enabled="true" destination="/new"/>',
    "/old",
    "302",
    "200",
  ],
  [
    "IpRestrictionModule",
    '<security><ipSecurity allowUnlisted="false"/></security>',
    "/",
    "403.6",
    "200.0",
  ],
  [
    "UrlAuthorizationModule",
    '<security><authorization><clear/><add accessType="Deny" users="*"/></authorization></security>',
    "/",
    "401.2",
    "200.0",
  ],
];
for (const [module, inside, target, on, off] of FEATURES) {
  Deno.test(`without the ${module} what its section says does not act (IIS M-MO-2)`, async () => {
    const there = await ask({ "web.config": webConfig(inside) }, target);
    assert.ok(there.status.startsWith(on), `${there.status} is ${on}`);
    const gone = await ask({ "web.config": webConfig(inside + removed(module)) }, target);
    assert.ok(gone.status.startsWith(off), `${gone.status} is ${off}`);
  });
}

Deno.test("without the ProtocolSupportModule no field is added (IIS M-MO-2)", async () => {
  const inside =
    '<httpProtocol><customHeaders><add name="X-Shop" value="1"/></customHeaders></httpProtocol>';
  assert.deepEqual((await ask({ "web.config": webConfig(inside) }, "/")).fields, ["X-Shop: 1"]);
  const gone = webConfig(inside + removed("ProtocolSupportModule"));
  assert.deepEqual((await ask({ "web.config": gone }, "/")).fields, []);
});

const HANDLERS: [what: string, modules: string, status: string][] = [
  [
    "cleared, with AspNetCoreModuleV2 added again",
    '<clear/><add name="AspNetCoreModuleV2"/><add name="AnonymousAuthenticationModule"/>',
    "200.0",
  ],
  [
    "cleared, without AspNetCoreModuleV2",
    '<clear/><add name="AnonymousAuthenticationModule"/>',
    "500.21",
  ],
  ["without AspNetCoreModuleV2", '<remove name="AspNetCoreModuleV2"/>', "500.21"],
];
for (const [what, modules, status] of HANDLERS) {
  Deno.test(`the backend's handler answers ${status} with modules ${what} (IIS M-MO-4)`, async () => {
    const text = webConfig(`<modules>${modules}</modules>`);
    assert.equal((await ask({ "web.config": text }, "/a")).status, status);
  });
}

Deno.test("a file's handler answers 500.21 without the StaticFileModule (IIS M-MO-2)", async () => {
  const handlers =
    '<handlers><add name="f" path="img/*" verb="*" modules="StaticFileModule" requireAccess="Read"/></handlers>';
  const location =
    `<location path="img"><system.webServer>${handlers}</system.webServer></location>`;
  const files = { "img/a.txt": "a" };
  const there = await ask({ ...files, "web.config": webConfig("", location) }, "/img/a.txt");
  assert.equal(there.status.slice(0, 3), "200");
  const gone = webConfig(removed("StaticFileModule"), location);
  assert.equal((await ask({ ...files, "web.config": gone }, "/img/a.txt")).status, "500.21");
});

Deno.test("requests below a sub-folder whose file is wrong get 500.19, others are served (IIS M-CF-24)", async () => {
  const files = {
    "web.config": webConfig(),
    "admin/web.config": subConfig("<handlers><x/></handlers>"),
  };
  for (const target of ["/admin", "/Admin/reports/7", "/x/../admin/a"]) {
    assert.equal((await ask(files, target)).status, "500.19", target);
  }
  assert.equal((await ask(files, "/administrators")).status, "200.0");
});

Deno.test("what a module finds wrong in a sub-folder's file breaks that folder only (IIS M-CF-24)", async () => {
  const rule = '<rule name="r"><match url="("/><action type="None"/></rule>';
  const files = {
    "web.config": webConfig(),
    "admin/web.config": subConfig(`<rewrite><rules>${rule}</rules></rewrite>`),
  };
  const { status, problems } = await ask(files, "/admin/a");
  assert.equal(status, "500.19");
  assert.match(
    problems.join("\n"),
    /^admin\/web\.config:1:\d+: warning: Requests below "\/admin" get 500\.19: /,
  );
  assert.equal((await ask(files, "/")).status, "200.0");
});

Deno.test("a rewrite into a folder whose file is wrong gets 500.19 (IIS M-PL-4, M-CF-24)", async () => {
  const rule = '<rule name="r"><match url="^old"/><action type="Rewrite" url="admin/new"/></rule>';
  const { status } = await ask({
    "web.config": webConfig(`<rewrite><rules>${rule}</rules></rewrite>`),
    "admin/web.config": "<x/>",
  }, "/old");
  assert.equal(status, "500.19");
});

Deno.test("every module that handlers may name can be taken away (IIS M-MO-2)", () => {
  assert.deepEqual(MODULE_NAMES.filter((name) => !HOST_MODULES.includes(name)), []);
});
