import assert from "node:assert/strict";
import { MODULE_SECTIONS } from "../../../src/modules/mod.ts";
import { readFolder, webConfig } from "../../support/config_folder.ts";

const LOCKED = [
  "security/access",
  "security/authentication/anonymousAuthentication",
  "security/authentication/basicAuthentication",
  "security/authentication/windowsAuthentication",
  "security/ipSecurity",
  "security/dynamicIpSecurity",
  "serverRuntime",
  "webSocket",
  "httpLogging",
  "httpTracing",
  "rewrite/allowedServerVariables",
  "rewrite/globalRules",
  "isapiFilters",
  "asp",
  "cgi",
  "globalModules",
  "fastCgi",
  "security/isapiCgiRestriction",
];
const FREE = [
  "security/requestFiltering",
  "security/authorization",
  "rewrite/rules",
  "httpProtocol",
  "httpErrors",
  "staticContent",
  "urlCompression",
  "httpRedirect",
  "modules",
];

function nested(section: string): string {
  return section.split("/").reduceRight((inner, name) => `<${name}>${inner}</${name}>`, "");
}

for (const section of LOCKED) {
  Deno.test(`strictIis refuses ${section}, which IIS locks (IIS M-CF-6)`, async () => {
    const files = { "web.config": webConfig(nested(section)) };
    const strict = await readFolder(files, { sections: MODULE_SECTIONS, strictIis: true });
    assert.equal(strict.config, undefined);
    assert.match(
      strict.printed.join("\n"),
      new RegExp(`^web\\.config:3:\\d+: Section ${section} is locked in IIS \\(0x80070021\\); `),
    );
    assert.equal(strict.problems[0]?.subStatus, 19);
    const usual = await readFolder(files, { sections: MODULE_SECTIONS });
    assert.notEqual(usual.config, undefined);
  });
}

Deno.test("strictIis takes what IIS lets a web.config say (IIS M-CF-6)", async () => {
  const files = { "web.config": webConfig(FREE.map(nested).join("\n")) };
  const { config } = await readFolder(files, { sections: MODULE_SECTIONS, strictIis: true });
  assert.notEqual(config, undefined);
});

Deno.test("strictIis refuses a locked section in a location, and breaks a sub-folder that has one (IIS M-CF-6)", async () => {
  const location =
    '<location path="a"><system.webServer><serverRuntime/></system.webServer></location>';
  const inLocation = await readFolder({ "web.config": webConfig("", location) }, {
    sections: MODULE_SECTIONS,
    strictIis: true,
  });
  assert.equal(inLocation.config, undefined);
  const inFolder = await readFolder({
    "web.config": webConfig(),
    "a/web.config": `<configuration>${location.replace('"a"', '"."')}</configuration>`,
  }, { sections: MODULE_SECTIONS, strictIis: true });
  assert.equal(inFolder.config?.locations[1]?.isBroken, true);
});

const MODULES: [inside: string, locked: string | undefined][] = [
  ['<remove name="RewriteModule"/>', undefined],
  ['<remove name="WebDAVModule"/>', undefined],
  ['<remove name="StaticFileModule"/>', "StaticFileModule"],
  ["<clear/>", "HttpCacheModule"],
];
for (const [inside, locked] of MODULES) {
  Deno.test(`strictIis ${locked ? "refuses" : "takes"} modules with ${inside} (IIS M-MO-3)`, async () => {
    const { printed } = await readFolder(
      { "web.config": webConfig(`<modules>${inside}</modules>`) },
      { strictIis: true },
    );
    const told =
      `web.config:3:1: Module "${locked}" is taken away, which IIS locks (0x80070021); ` +
      "unlock it there, keep it, or do without --strict-iis";
    assert.deepEqual(printed, locked ? [told] : []);
  });
}
