import assert from "node:assert/strict";
import type { SectionElement } from "../../../src/config/section.ts";
import { MODULE_NAMES, MODULE_SECTIONS } from "../../../src/modules/mod.ts";
import { readFolder, webConfig } from "../../support/config_folder.ts";

const read = (inside: string, beside = "") =>
  readFolder({ "web.config": webConfig(inside, beside) }, {
    sections: MODULE_SECTIONS,
    modules: MODULE_NAMES,
  });

const location = (path: string, inside: string) =>
  `<location path="${path}"><system.webServer>${inside}</system.webServer></location>`;
const filtering = (inside: string) =>
  `<security><requestFiltering>${inside}</requestFiltering></security>`;
const limits = (attributes: string) => filtering(`<requestLimits ${attributes}/>`);
const errors = (inside: string) => `<httpErrors>${inside}</httpErrors>`;
const fields = (inside: string) =>
  `<httpProtocol><customHeaders>${inside}</customHeaders></httpProtocol>`;

/** The rule, what stands in system.webServer and beside it, and what is told: nothing, or one problem. */
type Row = readonly [rule: string, inside: string, beside: string, told?: RegExp];

const ROWS: readonly Row[] = [
  [
    "M-S-1: system.webServer stands twice",
    "",
    `<system.webServer>${errors("")}</system.webServer>`,
  ],
  [
    "M-S-2: foreign handlers with type and preCondition",
    "",
    location(
      "api",
      '<handlers><remove name="ExtensionlessUrlHandler-Integrated-4.0"/><add name="E" path="*." verb="GET" ' +
        'type="System.Web.Handlers.TransferRequestHandler" preCondition="integratedMode,runtimeVersionv4.0"/></handlers>',
    ),
  ],
  [
    "M-CF-2: a location of one file",
    "",
    location("files/report.pdf", limits('maxUrl="10"')),
  ],
  [
    "M-CF-2: the same section twice for one path, whatever its case",
    "",
    location("a", limits('maxUrl="10"')) + location("A", limits('maxUrl="10"')),
    /Second section security\/requestFiltering for location "A"/,
  ],
  [
    "M-CF-2: a path with a leading slash",
    "",
    location("/a", ""),
    /Invalid location path "\/a"; write "a"/,
  ],
  [
    "M-CF-3: inheritInChildApplications",
    "",
    '<location path="." inheritInChildApplications="false"><system.webServer/></location>',
  ],
  [
    'M-CF-4: a section bare and once more under path="."',
    limits('maxUrl="10"'),
    location(".", limits('maxUrl="10"')),
    /Second section security\/requestFiltering, the first is on line 3/,
  ],
  [
    "M-CF-5: locks are taken",
    '<httpErrors lockAttributes="errorMode" lockAllAttributesExcept="x" lockElements="error" lockAllElementsExcept="y">' +
    '<error statusCode="418" path="t.htm" lockItem="true"/></httpErrors>',
    '<location path="a" overrideMode="Deny" allowOverride="false"/>',
  ],
  [
    "M-CF-8: configSections and encrypted foreign sections",
    "",
    '<configSections><section name="x" type="y"/></configSections><configProtectedData/>' +
    '<connectionStrings configProtectionProvider="P"><EncryptedData/></connectionStrings>',
  ],
  [
    "M-CF-8: an encrypted section of the host",
    '<httpErrors configProtectionProvider="P"/>',
    "",
    /Cannot use "configProtectionProvider" in httpErrors; put the section here as plain XML/,
  ],
  [
    "M-CF-9: what stands outside system.webServer",
    "",
    '<appSettings><add key="a" value="b"/></appSettings><system.web><httpRuntime maxRequestLength="1"/></system.web>' +
    "<runtime/><system.codedom/><entityFramework/><nlog/><log4net/><elmah/>" +
    '<location path="a"><system.web><compilation/></system.web></location>',
  ],
  ["M-CF-20: enum values in any case", '<httpErrors errorMode="detailedlocalonly"/>', ""],
  [
    "M-CF-20: True and FALSE",
    '<urlCompression doStaticCompression="True" doDynamicCompression="FALSE"/>',
    "",
  ],
  [
    "M-CF-20: 1 is no boolean",
    '<urlCompression doStaticCompression="1"/>',
    "",
    /"1" is neither true nor false/,
  ],
  [
    "M-CF-20: names of attributes count with their case",
    '<httpErrors ErrorMode="Custom"/>',
    "",
    /Unknown attribute "ErrorMode" in httpErrors; write "errorMode" \(names are case-sensitive\)/,
  ],
  [
    "M-CF-21: an enum as its number",
    '<httpRedirect enabled="true" destination="/x" httpResponseStatus="308"/>',
    "",
  ],
  [
    "M-CF-22: 4294967296 does not fit a uint",
    limits('maxAllowedContentLength="4294967296"'),
    "",
    /"4294967296" is out of range; write a whole number of bytes from 0 to 4294967295/,
  ],
  ["M-CF-22: 4294967295 does", limits('maxAllowedContentLength="4294967295"'), ""],
  ["M-CF-22: 30 MB is no uint", limits('maxUrl="30 MB"'), "", /"30 MB" is not a whole number/],
  ["M-CF-22: a negative one", limits('maxUrl="-1"'), "", /"-1" is not a whole number/],
  [
    "M-CF-22: an empty string where forbidden",
    fields('<add name="" value="x"/>'),
    "",
    /Invalid "name" in add: it is empty; give it a value/,
  ],
  [
    "M-CF-22: a missing required attribute",
    fields('<add value="x"/>'),
    "",
    /Missing attribute "name" in add; add it/,
  ],
  [
    "M-CF-23: an unknown attribute of a known section",
    '<httpErrors mode="Custom"/>',
    "",
    /Unknown attribute "mode" in httpErrors/,
  ],
  [
    "M-CF-23: an unknown element of a known section",
    errors("<page/>"),
    "",
    /Unknown element "page" in httpErrors/,
  ],
  [
    "M-CF-23: an unknown section",
    "<somebodysAddOn/>",
    "",
    /warning: Unknown element "somebodysAddOn" in system\.webServer/,
  ],
  [
    "M-CF-23: xmlns:xdt is fine",
    '<httpErrors xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"/>',
    "",
  ],
  [
    "M-CF-23: xdt attributes are not",
    '<httpErrors xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform" xdt:Transform="Remove"/>',
    "",
    /Leftover transform "xdt:Transform" in httpErrors; .*publish again/,
  ],
  [
    "M-CF-24: comments, processing instructions, CDATA of blanks",
    "<!-- a --><?b c?><httpErrors><!-- d --><![CDATA[  ]]></httpErrors>",
    "<!-- e -->",
  ],
  [
    "M-CF-26: a time span with days",
    '<staticContent><clientCache cacheControlMode="UseMaxAge" cacheControlMaxAge="365.00:00:00"/></staticContent>',
    "",
  ],
  [
    "M-CF-26: days in seconds",
    '<staticContent><clientCache cacheControlMaxAge="86400"/></staticContent>',
    "",
    /"86400" is not a time; write hh:mm:ss/,
  ],
  [
    "M-CF-31: remove of what is not there",
    fields('<remove name="X-Powered-By"/>') +
    '<staticContent><remove fileExtension=".nowhere"/></staticContent>',
    "",
  ],
  [
    "M-CF-32: a type that is built in",
    '<staticContent><mimeMap fileExtension=".json" mimeType="application/json"/></staticContent>',
    "",
    /Duplicate mimeMap fileExtension="\.json", it is built in; .*<remove fileExtension="\.json"\/> before it/,
  ],
  [
    "M-CF-32: a type that is removed first",
    '<staticContent><remove fileExtension=".json"/><mimeMap fileExtension=".json" mimeType="text/json"/></staticContent>',
    "",
  ],
  [
    "M-CF-32: an error page for 404",
    errors('<error statusCode="404" path="/x" responseMode="ExecuteURL"/>'),
    "",
    /Duplicate error statusCode="404" subStatusCode="-1", it is built in/,
  ],
  [
    "M-CF-32: hidden segment bin",
    filtering('<hiddenSegments><add segment="bin"/></hiddenSegments>'),
    "",
    /Duplicate add segment="bin", it is built in/,
  ],
  [
    "M-CF-32: what a location inherits",
    fields('<add name="X-A" value="1"/>'),
    location("a", fields('<add name="x-a" value="2"/>')),
    /Duplicate add name="x-a", it is already there, from line 3; /,
  ],
  [
    "M-CF-33: verbs count with their case",
    filtering('<verbs><add verb="GET" allowed="true"/><add verb="get" allowed="true"/></verbs>'),
    "",
  ],
  [
    "M-CF-33: keys of rewrite maps",
    '<rewrite><rewriteMaps><rewriteMap name="m"><add key="/A" value="1"/><add key="/a" value="2"/></rewriteMap></rewriteMaps></rewrite>',
    "",
  ],
  [
    "M-CF-33: names of fields do not",
    fields('<add name="X-A" value="1"/><add name="x-a" value="1"/>'),
    "",
    /Duplicate add name="x-a"/,
  ],
  [
    "M-CF-35: conditions of a rule twice",
    '<rewrite><rules><rule name="r"><match url=".*"/><conditions><add input="{HTTPS}" pattern="off"/>' +
    '<add input="{HTTPS}" pattern="off"/></conditions><action type="None"/></rule></rules></rewrite>',
    "",
  ],
  [
    "M-CF-36: error pages are told apart by status and sub-status",
    errors(
      '<error statusCode="404" subStatusCode="3" path="a.htm"/><error statusCode="404" subStatusCode="4" path="b.htm"/>',
    ),
    "",
  ],
  [
    "M-CF-36: addresses by address, mask and name",
    '<security><ipSecurity><add ipAddress="10.0.0.0" subnetMask="255.0.0.0" allowed="false"/>' +
    '<add ipAddress="10.0.0.0" subnetMask="255.255.0.0" allowed="true"/></ipSecurity></security>',
    "",
  ],
  [
    "M-CF-36: authorization by users, roles and verbs",
    '<security><authorization><add accessType="Allow" users="a" verbs="GET"/>' +
    '<add accessType="Deny" users="a" verbs="POST"/></authorization></security>',
    "",
  ],
  [
    "M-CF-36: the same three twice",
    '<security><authorization><add accessType="Allow" users="a" verbs="GET"/>' +
    '<add accessType="Deny" users="a" verbs="GET"/></authorization></security>',
    "",
    /Duplicate add users="a" roles="" verbs="GET"/,
  ],
];
for (const [rule, inside, beside, told] of ROWS) {
  Deno.test(`readConfig() ${told ? "tells of" : "takes"} IIS ${rule}`, async () => {
    const { config, printed } = await read(inside, beside);
    const printable = printed.join("\n");
    if (!told) {
      assert.equal(printable, "");
      assert.ok(config);
      return;
    }
    assert.match(printable, told);
    assert.equal(printed.length, 1);
    assert.equal(config === undefined, !printable.includes("warning: "));
  });
}

/** Gives the values of an attribute of the items of a section, or of an element in it, at a place. */
async function items(
  [inside, beside = ""]: readonly [inside: string, beside?: string],
  section: string,
  [attribute = "", child]: readonly [attribute: string, child?: string],
  path = "",
): Promise<unknown[]> {
  const { config, printed } = await read(inside, beside);
  const place = config?.locations.find((one) => one.path === path);
  const element: SectionElement | undefined = place?.sections[section];
  const list = child ? element?.children[child] : element;
  assert.ok(list, printed.join("\n"));
  return list.items.map(({ settings }) => settings[attribute]?.value);
}

Deno.test("clear drops what is inherited and what stands above it (IIS M-CF-30)", async () => {
  const inside = fields('<add name="A" value="1"/>');
  const beside = location(
    "a",
    fields('<add name="B" value="1"/><clear/><add name="C" value="1"/>'),
  );
  const at = (path: string) =>
    items([inside, beside], "httpProtocol", ["name", "customHeaders"], path);
  assert.deepEqual(await at(""), ["A"]);
  assert.deepEqual(await at("a"), ["C"]);
});

Deno.test("documents of web.config come before inherited ones, in their order (IIS M-CF-34)", async () => {
  const files = (inside: string) => `<defaultDocument><files>${inside}</files></defaultDocument>`;
  const inside = files('<add value="home.html"/><add value="start.html"/>');
  const beside = location("a", files('<add value="a.html"/><remove value="start.html"/>'));
  const at = (path: string) => items([inside, beside], "defaultDocument", ["value", "files"], path);
  assert.deepEqual((await at("")).slice(0, 3), ["home.html", "start.html", "Default.htm"]);
  assert.deepEqual((await at("a")).slice(0, 3), ["a.html", "home.html", "Default.htm"]);
});

Deno.test("other items of web.config come behind inherited ones (IIS M-CF-34)", async () => {
  const inside = errors('<error statusCode="418" path="t.htm"/>');
  const statuses = await items([inside], "httpErrors", ["statusCode"]);
  assert.equal(statuses.at(-1), 418);
  assert.equal(statuses[0], 401);
});

Deno.test("a handler of web.config comes before the built-in ones, OPTIONS and TRACE too (IIS M-CF-34, M-HD-5)", async () => {
  const { config } = await read("");
  assert.deepEqual(config?.locations[0]?.handlers.map(({ name }) => name), [
    "aspNetCore",
    "OPTIONSVerbHandler",
    "TRACEVerbHandler",
    "StaticFile",
  ]);
});

Deno.test("a location inherits attribute by attribute (IIS M-CF-1)", async () => {
  const { config } = await read(
    limits('maxUrl="10" maxQueryString="20"'),
    location("a/b", limits('maxUrl="30"')),
  );
  const limit = (at: number) => {
    const section = config?.locations[at]?.sections["security/requestFiltering"];
    const settings = section?.children["requestLimits"]?.settings;
    return [settings?.["maxUrl"]?.value, settings?.["maxQueryString"]?.value];
  };
  assert.deepEqual([limit(0), limit(1)], [[10, 20], [30, 20]]);
});

Deno.test("variables of the same name are kept in order (IIS M-CF-35)", async () => {
  const variable = (value: string) => `<environmentVariable name="A" value="${value}"/>`;
  const text = webConfig().replace(
    'arguments="App.dll"/>',
    `><environmentVariables>${variable("1")}${variable("2")}</environmentVariables></aspNetCore>`,
  );
  const { config } = await readFolder({ "web.config": text });
  assert.deepEqual(config?.aspNetCore.environmentVariables.map(({ value }) => value), ["1", "2"]);
});
