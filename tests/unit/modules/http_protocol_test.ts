import assert from "node:assert/strict";
import { FieldList } from "../../../src/http1/fields.ts";
import { emptyContent } from "../../../src/contract/content.ts";
import { HostError } from "../../../src/contract/host_error.ts";
import { siteStage, textReply } from "../../support/site_stage.ts";

const headers = (...adds: readonly string[]) =>
  `<httpProtocol><customHeaders>${adds.join("\n")}</customHeaders></httpProtocol>`;
const add = (name: string, value: string) => `<add name="${name}" value="${value}" />`;

Deno.test("customHeaders are added in their order, behind the backend's own (IIS M-HP-2, M-HP-4)", async () => {
  await using site = await siteStage(headers(add("X-B", "1"), add("X-A", "two"), add("X-E", "")));
  const { fields } = await site.ask("/");
  assert.deepEqual([...fields], [
    ["Content-Type", "text/plain"],
    ["X-B", "1"],
    ["X-A", "two"],
    ["X-E", ""],
  ]);
});

Deno.test("customHeaders never replace a field of the backend (IIS M-HP-3)", async () => {
  await using site = await siteStage(
    headers('<remove name="Server" />', add("Access-Control-Allow-Origin", "*")),
    {
      backend: () =>
        textReply(200, "", [["Server", "Kestrel"], ["access-control-allow-origin", "x"]]),
    },
  );
  const { fields } = await site.ask("/");
  assert.deepEqual(fields.getAll("Access-Control-Allow-Origin"), ["x", "*"]);
  assert.equal(fields.get("Server"), "Kestrel");
});

Deno.test("X-Powered-By can be removed and added without being there (IIS M-HP-2)", async () => {
  await using removed = await siteStage(headers('<remove name="X-Powered-By" />', "<clear />"));
  assert.deepEqual(removed.problems, []);
  assert.equal((await removed.ask("/")).fields.has("X-Powered-By"), false);
  await using added = await siteStage(headers(add("X-Powered-By", "tea")));
  assert.equal((await added.ask("/")).fields.get("X-Powered-By"), "tea");
});

const ANSWERS: [name: string, webServer: string, backend: () => ReturnType<typeof textReply>][] = [
  ["200", "", () => textReply(200, "")],
  ["304", "", () => ({ ...textReply(304, ""), content: emptyContent })],
  ["404 of the backend", "", () => textReply(404, "")],
  ["302 of the backend", "", () => textReply(302, "", [["Location", "/x"]])],
  ["302 of httpRedirect", '<httpRedirect enabled="true" destination="/x" />', failing],
  ["502 of the host", "", failing],
  ["502 with httpErrors", '<httpErrors errorMode="Custom" />', failing],
];

function failing(): never {
  throw new HostError("backend-broke", "No");
}

for (const [name, webServer, backend] of ANSWERS) {
  Deno.test(`customHeaders go on a ${name} (IIS M-PL-5, M-HP-4)`, async () => {
    await using site = await siteStage(headers(add("X-A", "1")) + webServer, { backend });
    const { fields, status } = await site.ask("/");
    assert.equal(status, Number(name.slice(0, 3)));
    assert.deepEqual(fields.getAll("X-A"), ["1"]);
  });
}

Deno.test("customHeaders go on what filtering refuses (IIS M-PL-5)", async () => {
  await using site = await siteStage(headers(add("X-A", "1")));
  const { fields, status } = await site.ask("/bin/x");
  assert.equal(status, 404);
  assert.deepEqual(fields.getAll("X-A"), ["1"]);
});

Deno.test("customHeaders leave a switched protocol alone", async () => {
  const head = { status: 101, reason: "", fields: FieldList.none };
  const backend = () => ({ head, content: emptyContent });
  await using site = await siteStage(headers(add("X-A", "1")), { backend });
  assert.equal((await site.ask("/")).fields.has("X-A"), false);
});

Deno.test("customHeaders take the place of the own page's fields of the same name", async () => {
  await using site = await siteStage(
    headers(add("content-security-policy", "default-src 'self'")),
    { backend: failing },
  );
  const { fields } = await site.ask("/");
  assert.deepEqual(fields.getAll("Content-Security-Policy"), ["default-src 'self'"]);
});

Deno.test("redirectHeaders go on redirects of modules only (IIS M-HP-5)", async () => {
  const section = `<httpProtocol><customHeaders>${add("X-A", "1")}</customHeaders>
    <redirectHeaders>${add("X-R", "1")}</redirectHeaders></httpProtocol>`;
  const backend = () => textReply(302, "", [["Location", "/x"]]);
  await using own = await siteStage(
    `${section}<httpRedirect enabled="true" destination="http://other.test" />`,
    { backend },
  );
  const redirect = await own.ask("/");
  assert.equal(redirect.status, 302);
  assert.deepEqual([redirect.fields.get("X-A"), redirect.fields.get("X-R")], ["1", "1"]);
  await using relayed = await siteStage(section, { backend });
  const answer = await relayed.ask("/");
  assert.deepEqual([answer.fields.get("X-A"), answer.fields.get("X-R")], ["1", undefined]);
});

Deno.test("customHeaders are of the place that a location names, behind those it inherits", async () => {
  const locations = `<location path="api"><system.webServer>${
    headers(add("X-B", "2"))
  }</system.webServer></location>`;
  await using site = await siteStage(headers(add("X-A", "1")), { locations });
  const added = async (path: string) =>
    [...(await site.ask(path)).fields].slice(1).map(([name]) => name);
  assert.deepEqual(await added("/"), ["X-A"]);
  assert.deepEqual(await added("/API/x"), ["X-A", "X-B"]);
});

Deno.test("allowKeepAlive=false ends the connection behind each answer (IIS M-HP-1)", async () => {
  await using site = await siteStage('<httpProtocol allowKeepAlive="false" />');
  assert.equal((await site.ask("/")).reply.endsConnection, true);
  await using kept = await siteStage('<httpProtocol allowKeepAlive="true" />');
  assert.equal((await kept.ask("/")).reply.endsConnection, undefined);
});

Deno.test("a value written over several lines goes out as one, UTF-8 as bytes (IIS M-HP-6)", async () => {
  await using site = await siteStage(
    headers(add("X-A", "default-src 'self';\n  img-src *"), add("X-B", "é")),
  );
  const { fields } = await site.ask("/");
  assert.equal(fields.get("X-A"), "default-src 'self';   img-src *");
  assert.equal(fields.get("X-B"), "\xc3\xa9");
});

const WRONG: [what: string, adds: string, problem: RegExp][] = [
  ["a name with a space", add("X A", "1"), /^web\.config:2:.*"X A" is no name of a field/],
  ["a name with a line end", add("X&#13;&#10;A", "1"), /is no name of a field/],
  ["a value with a line end", add("X", "1&#13;&#10;Set-Cookie: a"), /has control characters/],
  ["a value with NUL's neighbour", add("X", "a&#127;"), /has control characters/],
  ["an empty name", add("", "1"), /Invalid "name"/],
  ["a name twice", add("X", "1") + add("x", "2"), /Duplicate add name="x"/],
];
for (const [what, adds, problem] of WRONG) {
  Deno.test(`${what} in customHeaders keeps the configuration from being used (IIS M-HP-6)`, async () => {
    await using site = await siteStage(headers(adds));
    assert.match(site.problems.join("\n"), problem);
    assert.doesNotMatch(site.problems[0] ?? "", /warning/);
  });
}

for (const name of ["Content-Length", "transfer-encoding", "Connection", "Keep-Alive"]) {
  Deno.test(`${name} in customHeaders is left out with a warning`, async () => {
    await using site = await siteStage(headers(add(name, "1")));
    assert.match(site.problems.join("\n"), /^web\.config:2:\d+: warning: .*has no effect/);
    assert.equal((await site.ask("/")).fields.has(name), false);
  });
}

Deno.test("a mistake in customHeaders that locations inherit is told once", async () => {
  const locations =
    '<location path="api"><system.webServer><httpErrors /></system.webServer></location>';
  await using site = await siteStage(headers(add("a b", "1")), { locations });
  assert.equal(site.problems.length, 1);
});
