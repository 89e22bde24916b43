import assert from "node:assert/strict";
import type { Content, Reply } from "../../../../src/contract/exchange.ts";
import { bytesContent, emptyContent } from "../../../../src/contract/content.ts";
import { HostError } from "../../../../src/contract/host_error.ts";
import { FieldList } from "../../../../src/http1/fields.ts";
import { requestFiltering } from "../../../../src/modules/request_filtering/request_filtering.ts";
import { rawExchange } from "../../../support/raw_exchange.ts";
import { type AskOptions, refusalStage } from "../../../support/refusal_stage.ts";

const stage = (inside = "", attributes = "", locations = "") =>
  refusalStage(
    [requestFiltering],
    `<security><requestFiltering ${attributes}>${inside}</requestFiltering></security>`,
    { locations },
  );

/** As a client sends it in chunks: nobody knows beforehand how long it is. */
function chunked(...sizes: number[]): Content {
  let next = 0;
  return {
    read() {
      const size = sizes[next++];
      return Promise.resolve(size === undefined ? null : new Uint8Array(size));
    },
    state: () => next < sizes.length ? "bytes" : "end",
    cancel() {},
    trailers: () => new FieldList([["X-Sum", "1"]]),
  };
}

async function readAll(content: Content): Promise<number> {
  let bytes = 0;
  for (let piece = await content.read(); piece; piece = await content.read()) bytes += piece.length;
  return bytes;
}

const isTooLong = (error: unknown) =>
  error instanceof HostError && error.code === "content-too-long";

Deno.test("verbs: a name is denied in any letter case, as applications take it (IIS M-RF-4)", async () => {
  const { verdict } = await stage('<verbs><add verb="PUT" allowed="false"/></verbs>');
  const of = (method: string) => verdict("/", { method });
  assert.deepEqual(["PUT", "put", "Put", "GET"].map(of), ["404.6", "404.6", "404.6", "passed"]);
});

Deno.test("verbs: only listed ones pass where allowUnlisted is false (IIS M-RF-4)", async () => {
  const { verdict } = await stage(
    '<verbs allowUnlisted="false" applyToWebDAV="false"><add verb="GET" allowed="true"/>' +
      '<add verb="POST" allowed="false"/></verbs>',
  );
  const of = (method: string) => verdict("/", { method });
  assert.deepEqual(["GET", "POST", "HEAD", "get"].map(of), ["passed", "404.6", "404.6", "404.6"]);
});

Deno.test("headerLimits: a longer value is 431, 0 refuses the field (IIS section 5.1)", async () => {
  const { verdict } = await stage(
    '<requestLimits><headerLimits><add header="X-A" sizeLimit="5"/><add header="Range" sizeLimit="0"/>' +
      "</headerLimits></requestLimits>",
  );
  const of = (...fields: [string, string][]) => verdict("/", { fields });
  assert.equal(of(["x-a", "12345"]), "passed");
  assert.equal(of(["x-a", "123456"]), "431.0");
  assert.equal(of(["X-A", "12"], ["x-a", "34"]), "431.0");
  assert.equal(of(["range", ""]), "431.0");
  assert.equal(of(["x-b", "123456"]), "passed");
});

Deno.test("maxUrl and maxQueryString count raw bytes (IIS M-RF-6)", async () => {
  const { verdict } = await stage('<requestLimits maxUrl="10" maxQueryString="5"/>');
  assert.equal(verdict("/123456789"), "passed");
  assert.equal(verdict("/1234567890"), "404.14");
  assert.equal(verdict("/%C3%A41234"), "404.14");
  assert.equal(verdict("/a?12345"), "passed");
  assert.equal(verdict("/a?123456"), "404.15");
  assert.equal(verdict("/a?%41%41"), "404.15");
});

Deno.test("the limits of a URL are 4096 and 2048 bytes by default (IIS section 5.1)", async () => {
  const { verdict } = await stage();
  assert.equal(verdict(`/${"a".repeat(4_095)}?${"b".repeat(2_048)}`), "passed");
  assert.equal(verdict(`/${"a".repeat(4_096)}`), "404.14");
  assert.equal(verdict(`/?${"b".repeat(2_049)}`), "404.15");
});

Deno.test("content that says it is too long is refused unread, equal passes (IIS M-RF-5)", async () => {
  const { ask } = await stage();
  const of = (length: number) => ask("/", { content: { ...chunked(), length } });
  assert.equal(of(30_000_000).verdict, "passed");
  const refused = of(30_000_001);
  assert.equal(refused.verdict, "413.1");
  assert.match(refused.error?.failure.remedy ?? "", /application's own limit/);
});

Deno.test("content that says its length is not wrapped (IIS M-RF-5)", async () => {
  const content = bytesContent(new Uint8Array(3));
  assert.equal((await stage()).ask("/", { content }).x.content, content);
});

Deno.test("content in chunks is counted and cut (IIS M-RF-5)", async () => {
  const { ask } = await stage('<requestLimits maxAllowedContentLength="10"/>');
  const enough = ask("/", { content: chunked(4, 6) }).x.content;
  assert.equal(enough.state?.(), "bytes");
  assert.equal(await readAll(enough), 10);
  assert.equal(enough.state?.(), "end");
  assert.equal(enough.trailers?.()?.get("x-sum"), "1");
  const content = ask("/", { content: chunked(4, 7, 1) }).x.content;
  assert.equal((await content.read())?.length, 4);
  await assert.rejects(content.read(), isTooLong);
});

Deno.test("a location raises the limit for its own URLs only (IIS M-RF-15)", async () => {
  const { verdict } = await stage(
    "",
    "",
    '<location path="upload"><system.webServer><security><requestFiltering>' +
      '<requestLimits maxAllowedContentLength="50000000"/><hiddenSegments><clear/></hiddenSegments>' +
      "</requestFiltering></security></system.webServer></location>",
  );
  const of = (target: string, length: number) =>
    verdict(target, { content: { ...chunked(), length } });
  assert.equal(of("/upload/photo", 40_000_000), "passed");
  assert.equal(of("/upload", 50_000_001), "413.1");
  assert.equal(of("/other", 40_000_000), "413.1");
  assert.equal(of("/upload/bin", 1), "passed");
  assert.equal(of("/other/upload/bin", 1), "404.8");
});

const QUERIES = '<denyQueryStringSequences><add sequence="&lt;Script"/><add sequence="ä"/>' +
  '</denyQueryStringSequences><alwaysAllowedQueryStrings><add queryString="a=&lt;SCRIPT>"/>' +
  "</alwaysAllowedQueryStrings>";

Deno.test("query sequences are looked for as sent and decoded (IIS M-RF-9)", async () => {
  const { verdict } = await stage(QUERIES);
  assert.equal(verdict("/?x=<sCript>"), "404.18");
  assert.equal(verdict("/?x=%3Cscript"), "404.18");
  assert.equal(verdict("/?x=%C3%84"), "404.18");
  assert.equal(verdict("/?x=\xc3\xa4"), "404.18");
  assert.equal(verdict("/?a=<script>"), "passed");
  assert.equal(verdict("/?a=%3Cscript>"), "404.18");
  assert.equal(verdict("/?x=%253Cscript"), "passed");
  assert.equal(verdict("/?x=%zz"), "passed");
});

Deno.test("query sequences are looked for as sent alone without unescapeQueryString (IIS M-RF-9)", async () => {
  const { verdict } = await stage(QUERIES, 'unescapeQueryString="false"');
  assert.equal(verdict("/?x=%3Cscript"), "passed");
  assert.equal(verdict("/?x=<script"), "404.18");
});

Deno.test("the message of a refused query names the sequence, not the query (IIS M-RF-9)", async () => {
  const { ask } = await stage(QUERIES);
  const message = ask("/?password=secret&x=<script>").error?.message ?? "";
  assert.match(message, /"<script" is denied/);
  assert.doesNotMatch(message, /secret/);
});

const rule = (
  attributes: string,
  inside = "",
  strings = '<denyStrings><add string="eViL"/></denyStrings>',
) =>
  `<filteringRules><filteringRule name="r" ${attributes}>${inside}${strings}</filteringRule></filteringRules>`;

const RULES: readonly [string, string, target: string, AskOptions, verdict: string][] = [
  ["path", 'scanUrl="true"', "/x/%65vil", {}, "404.19"],
  ["path, not the query", 'scanUrl="true"', "/x?evil", {}, "passed"],
  ["query", 'scanQueryString="true"', "/?EVIL", {}, "404.19"],
  ["decoded query", 'scanQueryString="true"', "/?%65vil", {}, "404.19"],
  ["query, not the path", 'scanQueryString="true"', "/evil", {}, "passed"],
  ["unescaped percent", 'scanQueryString="true"', "/?a=100%", {}, "404.19"],
  ["escaped percent", 'scanQueryString="true"', "/?a=100%25", {}, "passed"],
  [
    "unescaped percent let in",
    'scanQueryString="true" denyUnescapedPercent="false"',
    "/?a=100%",
    {},
    "passed",
  ],
  ["all fields", 'scanAllRaw="true"', "/", { fields: [["X-Y", "an evil bot"]] }, "404.19"],
  ["names of fields", 'scanAllRaw="true"', "/", { fields: [["X-Evil", "1"]] }, "404.19"],
  ["nothing that is not searched", "", "/evil?evil", { fields: [["evil", "evil"]] }, "passed"],
];

for (const [what, attributes, target, options, verdict] of RULES) {
  Deno.test(`a filtering rule searches ${what} (IIS M-RF-10)`, async () => {
    const filter = await stage(rule(attributes));
    assert.deepEqual(filter.problems, []);
    assert.equal(filter.verdict(target, options), verdict);
  });
}

Deno.test("a filtering rule searches the fields it names (IIS M-RF-10)", async () => {
  const { ask, verdict } = await stage(
    rule("", '<scanHeaders><add requestHeader="User-agent"/></scanHeaders>'),
  );
  const refused = ask("/", { fields: [["user-agent", "good"], ["User-Agent", "Evil/1"]] });
  assert.equal(refused.verdict, "404.19");
  assert.match(refused.error?.message ?? "", /filteringRule "r"/);
  assert.equal(verdict("/", { fields: [["X-Agent", "Evil/1"]] }), "passed");
});

Deno.test("a filtering rule is for the extensions it names (IIS M-RF-10)", async () => {
  const { verdict } = await stage(
    rule('scanUrl="true"', '<appliesTo><add fileExtension=".PHP"/></appliesTo>'),
  );
  assert.equal(verdict("/evil.php"), "404.19");
  assert.equal(verdict("/evil.html"), "passed");
});

Deno.test("unescapeQueryString is for filtering rules, too (IIS M-RF-10)", async () => {
  const { verdict } = await stage(rule('scanQueryString="true"'), 'unescapeQueryString="false"');
  assert.equal(verdict("/?%65vil"), "passed");
});

const served = (): Reply => ({
  head: {
    status: 200,
    reason: "OK",
    fields: new FieldList([["Server", "Kestrel"], ["X-A", "1"]]),
  },
  content: emptyContent,
});

Deno.test("removeServerHeader takes the Server field off answers (IIS M-RF-14)", async () => {
  const [filter] = (await stage("", 'removeServerHeader="true"')).modulesAt("/");
  const reply = await filter?.response?.(rawExchange(), served());
  assert.deepEqual([...reply?.head.fields ?? []], [["X-A", "1"]]);
});

Deno.test("the Server field of the application stays by default, untouched (IIS M-RF-14)", async () => {
  const [filter] = (await stage()).modulesAt("/");
  assert.equal(filter?.name, "RequestFilteringModule");
  assert.equal(filter?.response, undefined);
});
