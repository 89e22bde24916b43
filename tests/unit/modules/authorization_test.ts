import assert from "node:assert/strict";
import type { Accounts } from "../../../src/modules/authentication/accounts.ts";
import { siteStage } from "../../support/site_stage.ts";

const accounts: Accounts = {
  verify: (token) => atob(token).split(":")[0],
  [Symbol.dispose]() {},
};
const BASIC = '<authentication><basicAuthentication enabled="true" /></authentication>';
const site = (rules: string, locations = "") =>
  siteStage(`<security>${BASIC}<authorization>${rules}</authorization></security>`, {
    accounts,
    locations,
  });
const allow = (users: string, rest = "") => `<add accessType="Allow" users="${users}" ${rest} />`;
const deny = (users: string, rest = "") => `<add accessType="Deny" users="${users}" ${rest} />`;

/** Which of `?` (nobody), bob and eve are let in with GET, then with POST. */
async function letIn(rules: string, target = "/", locations = ""): Promise<string> {
  await using stage = await site(rules, locations);
  assert.deepEqual(stage.problems, []);
  const found: string[] = [];
  for (const method of ["GET", "POST"]) {
    for (const user of ["?", "bob", "eve"]) {
      const fields = user === "?" ? [] : [["Authorization", `Basic ${btoa(`${user}:`)}`] as const];
      const { status } = await stage.ask(target, { method, fields });
      assert.ok(status === 200 || status === 401, `${status}`);
      if (status === 200) found.push(`${method} ${user}`);
    }
  }
  return found.join(", ").replaceAll("GET ?, GET bob, GET eve", "GET all")
    .replaceAll("POST ?, POST bob, POST eve", "POST all");
}

const RULES: [name: string, rules: string, expected: string][] = [
  ["nothing lets all in", "", "GET all, POST all"],
  ["a cleared list lets nobody in", "<clear />", ""],
  [
    "the built-in rule removed by its key lets nobody in (M-UA-3)",
    '<remove users="*" roles="" verbs="" />',
    "",
  ],
  ["one user (M-UA-3)", `<clear />${allow("bob")}`, "GET bob, POST bob"],
  ["letter case aside", `<clear />${allow("BOB, x")}`, "GET bob, POST bob"],
  ["several users", `<clear />${allow("bob, eve")}`, "GET bob, GET eve, POST bob, POST eve"],
  ["anonymous requests only", `<clear />${allow("?")}`, "GET ?, POST ?"],
  ["Deny ? wants a logon", deny("?"), "GET bob, GET eve, POST bob, POST eve"],
  [
    "Deny before Allow whatever their order (M-UA-1)",
    `<clear />${allow("*")}${deny("bob")}`,
    "GET ?, GET eve, POST ?, POST eve",
  ],
  ["Deny of one method", deny("*", 'verbs="POST,PUT"'), "GET all"],
  ["verbs letter case aside", deny("*", 'verbs="post"'), "GET all"],
  ["Allow of one method", `<clear />${allow("*", 'verbs="GET"')}`, "GET all"],
  [
    "the first that fits decides",
    `<clear />${deny("bob", 'verbs="GET"')}${allow("bob")}`,
    "POST bob",
  ],
];

for (const [name, rules, expected] of RULES) {
  Deno.test(`authorization: ${name} (IIS M-UA-1)`, async () => {
    assert.equal(await letIn(rules), expected);
  });
}

Deno.test("authorization of a place comes behind its parent's of the same kind (IIS M-UA-1)", async () => {
  const own = (rules: string) =>
    `<location path="admin"><system.webServer><security><authorization>${rules}</authorization></security></system.webServer></location>`;
  assert.equal(
    await letIn(deny("bob"), "/admin", own(allow("bob, x"))),
    "GET ?, GET eve, POST ?, POST eve",
  );
  assert.equal(
    await letIn(deny("bob"), "/admin", own(`<clear />${allow("bob")}`)),
    "GET bob, POST bob",
  );
  assert.equal(await letIn("", "/other", own("<clear />")), "GET all, POST all");
});

Deno.test("authorization answers 401.2 with the challenge, for known users, too (IIS M-UA-2)", async () => {
  await using stage = await site("<clear />");
  for (const fields of [[], [["Authorization", `Basic ${btoa("bob:")}`] as const]]) {
    const { status, reply, fields: answered } = await stage.ask("/", { fields });
    assert.equal(`${status}.${reply.error?.failure.subStatus}`, "401.2");
    assert.match(answered.get("WWW-Authenticate") ?? "", /^Basic /);
  }
});

Deno.test("authorization warns of roles that nobody is in, and refuses to deny them", async () => {
  await using allowed = await site('<clear /><add accessType="Allow" roles="Admins" />');
  assert.match(allowed.problems.join(), /warning: No user is in a role on this host/);
  assert.equal((await allowed.ask("/")).status, 401);
  await using denied = await site('<add accessType="Deny" roles="Guests" />');
  assert.match(denied.problems.join(), /: Cannot deny roles: /);
});
