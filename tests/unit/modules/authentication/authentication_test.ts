import assert from "node:assert/strict";
import { HostError } from "../../../../src/contract/host_error.ts";
import type { Accounts } from "../../../../src/modules/authentication/accounts.ts";
import { siteStage, type SiteStageOptions, textReply } from "../../../support/site_stage.ts";

const authentication = (anonymous: boolean, basic?: string) =>
  `<security><authentication><anonymousAuthentication enabled="${anonymous}" />${
    basic === undefined ? "" : `<basicAuthentication enabled="true" ${basic} />`
  }</authentication></security>`;

/** Lets in whoever gives the password "right". */
const accounts: Accounts = {
  verify(token) {
    const [name, password] = atob(token).split(":");
    return password === "slow" ? Promise.resolve(name) : password === "right" ? name : undefined;
  },
  [Symbol.dispose]() {},
};

const basic = (name: string, password: string) =>
  ["Authorization", `Basic ${btoa(`${name}:${password}`)}`] as const;

const CHALLENGE = 'Basic realm="Application", charset="UTF-8"';

async function asked(
  webServer: string,
  fields: readonly (readonly [string, string])[] = [],
  options: SiteStageOptions = {},
) {
  let user: string | undefined;
  let authorization: string | undefined;
  await using site = await siteStage(webServer, {
    accounts,
    backend(x) {
      user = x.user;
      authorization = x.request.fields.get("Authorization");
      return textReply(200, "in");
    },
    ...options,
  });
  const { status, reply, fields: answered } = await site.ask("/", { fields });
  const sub = reply.error?.failure.subStatus;
  return {
    problems: site.problems,
    status: sub === undefined ? `${status}` : `${status}.${sub}`,
    challenges: answered.getAll("WWW-Authenticate"),
    user,
    authorization,
  };
}

const REQUESTS: [
  name: string,
  isAnonymous: boolean,
  isBasic: boolean,
  authorization: string | undefined,
  status: string,
  user?: string,
][] = [
  ["no credentials", true, false, undefined, "200"],
  ["credentials nobody asked for", true, false, basic("bob", "wrong")[1], "200"],
  ["no credentials where none are needed", true, true, undefined, "200"],
  ["another scheme where none are needed", true, true, "Bearer abc", "200"],
  ["no credentials", false, true, undefined, "401.2"],
  ["another scheme", false, true, "Bearer abc", "401.2"],
  ["right credentials", false, true, basic("bob", "right")[1], "200", "bob"],
  ["right credentials that take a while", false, true, basic("bob", "slow")[1], "200", "bob"],
  ["right credentials where none are needed", true, true, basic("bob", "right")[1], "200", "bob"],
  ["wrong credentials", false, true, basic("bob", "wrong")[1], "401.1"],
  ["wrong credentials where none are needed", true, true, basic("bob", "wrong")[1], "401.1"],
  ["malformed credentials", true, true, "Basic", "401.1"],
  ["no credentials where nothing is enabled", false, false, undefined, "401.2"],
  ["credentials where nothing is enabled", false, false, basic("bob", "right")[1], "401.2"],
];

for (const [name, isAnonymous, isBasic, authorization, status, user] of REQUESTS) {
  const enabled = [isAnonymous && "anonymous", isBasic && "basic"].filter(Boolean).join(" and ");
  Deno.test(`authentication (${enabled || "none"}) answers ${name} with ${status} (IIS M-AU-1, M-AU-2, M-AU-3)`, async () => {
    const answer = await asked(
      authentication(isAnonymous, isBasic ? "" : undefined),
      authorization === undefined ? [] : [["Authorization", authorization]],
    );
    assert.equal(answer.status, status);
    assert.equal(answer.user, user);
    if (user) assert.equal(answer.authorization, authorization, "the backend gets it, too");
    assert.deepEqual(answer.challenges, isBasic && status !== "200" ? [CHALLENGE] : []);
  });
}

Deno.test("basicAuthentication names its realm, escaped", async () => {
  const { challenges } = await asked(authentication(false, 'realm="A &quot;b&quot; \\ ü"'));
  assert.deepEqual(challenges, ['Basic realm="A \\"b\\" \\\\ ?", charset="UTF-8"']);
});

const ANSWERS: [
  name: string,
  lines: readonly (readonly [string, string])[],
  challenges: string[],
][] = [
  ["nothing", [], [CHALLENGE]],
  ["another scheme", [["WWW-Authenticate", "Bearer"]], ["Bearer", CHALLENGE]],
  ["Basic", [["WWW-Authenticate", 'Bearer, Basic realm="own"']], ['Bearer, Basic realm="own"']],
];

for (const [name, lines, challenges] of ANSWERS) {
  Deno.test(`a 401 of the backend that offers ${name} offers what is enabled, too (IIS M-AU-2)`, async () => {
    const answer = await asked(authentication(true, ""), [], {
      backend: () => textReply(401, "", lines),
    });
    assert.deepEqual(answer.challenges, challenges);
  });
}

Deno.test("a 401 that no logon changes offers none", async () => {
  const answer = await asked(authentication(true, ""), [], {
    backend() {
      throw new HostError("address-denied-unauthorized", "No");
    },
  });
  assert.deepEqual(answer.challenges, []);
});

Deno.test("basicAuthentication is that of the request's place", async () => {
  await using site = await siteStage("", {
    accounts,
    locations: `<location path="admin"><system.webServer>${
      authentication(false, "")
    }</system.webServer></location>`,
  });
  assert.equal((await site.ask("/")).status, 200);
  assert.equal((await site.ask("/admin/x")).status, 401);
  assert.equal((await site.ask("/admin/x", { fields: [basic("bob", "right")] })).status, 200);
});

Deno.test("basicAuthentication without accounts is refused at load, and once", async () => {
  await using site = await siteStage(authentication(true, ""), {
    locations: '<location path="a"><system.webServer></system.webServer></location>',
  });
  assert.deepEqual(site.problems.map((problem) => problem.replace(/^[\d.:a-z]+/, "")), [
    ' Basic authentication needs accounts; name a file of them with --basic-auth-file, or write enabled="false"',
  ]);
});

Deno.test("authentication of which no kind is enabled warns (IIS M-AU-1)", async () => {
  const { problems } = await asked(authentication(false));
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /warning: No kind of authentication is enabled/);
});
