import assert from "node:assert/strict";
import { ipSecurity } from "../../../src/modules/ip_security.ts";
import { refusalStage } from "../../support/refusal_stage.ts";

const stage = (inside: string, attributes = "", locations = "") =>
  refusalStage(
    [ipSecurity],
    `<security><ipSecurity ${attributes}>${inside}</ipSecurity></security>`,
    { locations },
  );

const deny = (address: string, mask = "255.255.255.255") =>
  `<add ipAddress="${address}" subnetMask="${mask}"/>`;
const allow = (address: string, mask = "255.255.255.255") =>
  `<add ipAddress="${address}" subnetMask="${mask}" allowed="true"/>`;

const ONLY = 'allowUnlisted="false"';

type Case = readonly [
  rule: string,
  config: readonly [inside: string, attributes?: string],
  verdicts: Readonly<Record<string, string>>,
];

const CASES: readonly Case[] = [
  ["one address is denied (IIS M-IP-1)", [deny("192.0.2.7")], {
    "192.0.2.7": "403.6",
    "192.0.2.8": "passed",
    "::ffff:192.0.2.7": "403.6",
    "2001:db8::1": "passed",
    "": "passed",
  }],
  ["the first entry that fits decides (IIS M-IP-1)", [
    allow("192.0.2.7") + deny("192.0.2.0", "255.255.255.0") + allow("192.0.2.9"),
  ], { "192.0.2.7": "passed", "192.0.2.9": "403.6", "192.0.3.1": "passed" }],
  ["only listed addresses are let in (IIS M-IP-1)", [allow("10.0.0.0", "8"), ONLY], {
    "10.255.0.1": "passed",
    "11.0.0.1": "403.6",
    "::1": "403.6",
    "": "403.6",
  }],
  ["a mask may have holes (IIS M-IP-3)", [deny("10.0.5.0", "255.0.255.0")], {
    "10.77.5.1": "403.6",
    "10.77.6.1": "passed",
  }],
  ["a prefix of no bits is every address of its family (IIS M-IP-3)", [deny("0.0.0.0", "0")], {
    "198.51.100.1": "403.6",
    "::1": "passed",
  }],
  ["IPv6 with a prefix length (IIS M-IP-3)", [deny("2001:db8:5::", "48")], {
    "2001:db8:5:7::1": "403.6",
    "2001:0DB8:0005::": "403.6",
    "2001:db8:6::1": "passed",
  }],
  ["IPv6 with a mask (IIS M-IP-3)", [deny("2001:db8::", "ffff:ffff::")], {
    "2001:db8:1::1": "403.6",
    "2001:db9::1": "passed",
  }],
  ["one IPv6 address (IIS M-IP-3)", [deny("fe80::1")], {
    "fe80::1%eth0": "403.6",
    "fe80::2": "passed",
  }],
  ["IPv4 within IPv6 (IIS M-IP-3)", [deny("::ffff:192.0.2.0", "24")], {
    "192.0.2.7": "403.6",
    "::ffff:c000:207": "403.6",
    "192.0.3.7": "passed",
  }],
];

for (const [rule, config, verdicts] of CASES) {
  Deno.test(`ipSecurity: ${rule}`, async () => {
    const { problems, verdict } = await stage(...config);
    assert.deepEqual(problems, []);
    const found = Object.keys(verdicts).map((address) => [address, verdict("/", { address })]);
    assert.deepEqual(Object.fromEntries(found), verdicts);
  });
}

for (
  const [action, verdict] of Object.entries({
    Forbidden: "403.6",
    Unauthorized: "401.503",
    notfound: "404.503",
    AbortRequest: "403.6",
  })
) {
  Deno.test(`ipSecurity answers as denyAction="${action}" says (IIS M-IP-2)`, async () => {
    const asked = (await stage("", `${ONLY} denyAction="${action}"`)).ask("/");
    assert.equal(asked.verdict, verdict);
    assert.equal(asked.error?.failure.isDropped, action === "AbortRequest" ? true : undefined);
    assert.match(asked.error?.message ?? "", /"203\.0\.113\.7": ipSecurity denies it/);
  });
}

Deno.test("ipSecurity tests X-Forwarded-For, too, with enableProxyMode (IIS M-IP-4)", async () => {
  const entries = allow("203.0.113.7") + allow("192.0.2.0", "24") + allow("2001:db8::", "32");
  const { verdict } = await stage(entries, `${ONLY} enableProxyMode="true"`);
  const of = (...values: string[]) =>
    verdict("/", { fields: values.map((value) => ["X-Forwarded-For", value]) });
  assert.equal(of(), "passed");
  assert.equal(of("192.0.2.1, 192.0.2.2:80", "[2001:db8::1]:443"), "passed");
  assert.equal(of("192.0.2.1, 198.51.100.1"), "403.6");
  assert.equal(of("192.0.2.1", "[2001:db9::1]:443"), "403.6");
  assert.equal(of("unknown"), "403.6");
});

Deno.test("ipSecurity takes no notice of X-Forwarded-For by default (IIS M-IP-4)", async () => {
  const { verdict } = await stage(allow("203.0.113.7"), ONLY);
  assert.equal(verdict("/", { fields: [["X-Forwarded-For", "198.51.100.1"]] }), "passed");
});

Deno.test("ipSecurity acts in a location alone, clear takes off what is above (IIS M-IP-6)", async () => {
  const { verdict } = await stage(
    deny("192.0.2.7"),
    "",
    '<location path="admin"><system.webServer><security><ipSecurity allowUnlisted="false"><clear/>' +
      `${allow("192.0.2.7")}</ipSecurity></security></system.webServer></location>`,
  );
  const of = (target: string) =>
    ["192.0.2.7", "192.0.2.8"].map((address) => verdict(target, { address }));
  assert.deepEqual(of("/admin/x"), ["passed", "403.6"]);
  assert.deepEqual(of("/x"), ["403.6", "passed"]);
});

Deno.test("ipSecurity: allowUnlisted of a place above is not undone by clear (IIS M-IP-1)", async () => {
  const { verdict } = await stage(
    "",
    ONLY,
    '<location path="a"><system.webServer><security><ipSecurity><clear/></ipSecurity></security>' +
      "</system.webServer></location>",
  );
  assert.equal(verdict("/a"), "403.6");
});

Deno.test("ipSecurity that turns nobody away is not there", async () => {
  assert.deepEqual((await stage(allow("192.0.2.7"))).modulesAt("/"), []);
  assert.deepEqual((await refusalStage([ipSecurity])).modulesAt("/"), []);
});

Deno.test("ipSecurity reports an address that is none with its line (IIS M-IP-3)", async () => {
  for (
    const entry of [
      deny("10.0.0"),
      deny("10.0.0.0", "33"),
      deny("10.0.0.0", "ffff::"),
      deny("::1", "255.0.0.0"),
      '<add allowed="false"/>',
    ]
  ) {
    const { problems } = await stage(`\n${entry}`);
    assert.match(problems.join(), /^web\.config:5:1: Invalid address/, entry);
  }
});

Deno.test("ipSecurity refuses a domain it should turn away, and warns of others (IIS M-IP-5)", async () => {
  const entry = '<add domainName="*.example.org" allowed="false"/>';
  const refused = await stage(entry, 'enableReverseDns="true"');
  assert.match(
    refused.problems.join("\n"),
    /^[^]*web\.config:4:[\d:]* Domain name "\*\.example\.org"/,
  );
  const warned = await stage(entry);
  assert.match(warned.problems.join(), /: warning: Domain name "\*\.example\.org" fits nobody/);
});
