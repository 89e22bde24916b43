import assert from "node:assert/strict";
import { bytesContent, emptyContent } from "../../../../src/contract/content.ts";
import type { HostEvent } from "../../../../src/contract/event.ts";
import type { Content, Reply } from "../../../../src/contract/exchange.ts";
import { type FieldLine, FieldList } from "../../../../src/http1/fields.ts";
import { rewriteAnswers } from "../../../../src/modules/rewrite/outbound.ts";
import { rewriteRules } from "../../../../src/modules/rewrite/rules.ts";
import { rawExchange } from "../../../support/raw_exchange.ts";
import { type AskOptions, rewriteStage } from "../../../support/rewrite_stage.ts";

function answer(fields: readonly FieldLine[], content: Content | string = emptyContent): Reply {
  const body = typeof content === "string"
    ? bytesContent(new TextEncoder().encode(content))
    : content;
  return { head: { status: 200, reason: "OK", fields: new FieldList(fields) }, content: body };
}

async function stage(outbound: string, inbound = "", events: HostEvent[] = []) {
  const made = await rewriteStage(
    `<rewrite><outboundRules>${outbound}</outboundRules>${inbound}</rewrite>`,
    { sources: [rewriteAnswers, rewriteRules], report: (event) => events.push(event) },
  );
  assert.deepEqual(made.problems.filter((one) => !one.includes(": warning: ")), []);
  const ask = async (reply: Reply, options: AskOptions = {}) => {
    const asked = await made.ask("/page?x", { ...options, answer: reply });
    if (!asked.reply) return { failure: asked.failure, lines: [], text: "" };
    const { head, content } = asked.reply;
    const lines = Array.from(head.fields, ([name, value]) => `${name}: ${value}`);
    return { lines, text: new TextDecoder().decode(await all(content)), head, content };
  };
  return { ...made, ask, [Symbol.asyncDispose]: () => made[Symbol.asyncDispose]() };
}

async function all(content: Content): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let piece = await content.read(); piece; piece = await content.read()) {
    pieces.push(piece.slice());
  }
  return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

const rule = (match: string, action: string, between = "", attributes = "") =>
  `<rule name="${crypto.randomUUID()}" ${attributes}><match ${match} />${between}<action type="Rewrite" ${action} /></rule>`;

const HTML: FieldLine = ["Content-Type", "text/html; charset=utf-8"];

Deno.test("a field of the answer is removed, added and changed (IIS M-RW-80)", async () => {
  await using site = await stage([
    rule('serverVariable="RESPONSE_Server" pattern=".+"', 'value=""'),
    rule(
      'serverVariable="RESPONSE_Strict_Transport_Security" pattern="^$"',
      'value="max-age=1"',
      '<conditions><add input="{HTTPS}" pattern="on" /></conditions>',
    ),
    rule(
      'serverVariable="RESPONSE_Location" pattern="^http://[^/]+/(.*)"',
      'value="https://{HTTP_HOST}/{R:1}?{RESPONSE_STATUS}"',
    ),
  ].join(""));
  const backend = answer([["Server", "Kestrel"], ["Location", "http://localhost:5000/a/b"], [
    "X",
    "1",
  ]]);
  assert.deepEqual((await site.ask(backend, { secure: true })).lines, [
    "Location: https://example.com/a/b?200",
    "X: 1",
    "Strict-Transport-Security: max-age=1",
  ]);
  assert.deepEqual((await site.ask(answer([["X", "1"]]))).lines, ["X: 1"]);
});

Deno.test("of several fields of one name each is looked at by itself (IIS M-RW-81)", async () => {
  await using site = await stage(
    rule(
      'serverVariable="RESPONSE_Set_Cookie" pattern="^((?:(?!secure).)+)$"',
      'value="{R:1}; secure"',
    ),
  );
  const backend = answer([["Set-Cookie", "a=1"], ["Set-Cookie", "b=2; Secure"], [
    "Set-Cookie",
    "c=3",
  ]]);
  assert.deepEqual((await site.ask(backend)).lines, [
    "Set-Cookie: a=1; secure",
    "Set-Cookie: b=2; Secure",
    "Set-Cookie: c=3; secure",
  ]);
});

Deno.test("replace, negate and stopProcessing act on fields (IIS M-RW-80)", async () => {
  await using site = await stage([
    rule('serverVariable="RESPONSE_X_A" pattern=""', 'value="added" replace="false"'),
    rule(
      'serverVariable="RESPONSE_X_B" pattern="^keep" negate="true"',
      'value="set"',
      "",
      'stopProcessing="true"',
    ),
    rule('serverVariable="RESPONSE_X_C" pattern=""', 'value="late"'),
  ].join(""));
  assert.deepEqual((await site.ask(answer([["X-A", "own"], ["X-B", "keep"]]))).lines, [
    "X-A: own",
    "X-B: keep",
    "X-C: late",
  ]);
  assert.deepEqual((await site.ask(answer([]))).lines, ["X-A: added", "X-B: set"]);
});

Deno.test("a precondition keeps rules from other answers (IIS M-RW-86)", async () => {
  await using site = await stage(
    rule(
      'serverVariable="RESPONSE_X_Seen" pattern=""',
      'value="html"',
      "",
      'preCondition="isHtml"',
    ) +
      '<preConditions><preCondition name="IsHtml"><add input="{RESPONSE_CONTENT_TYPE}" pattern="^text/html" />' +
      "</preCondition></preConditions>",
  );
  assert.deepEqual((await site.ask(answer([HTML]))).lines.slice(1), ["X-Seen: html"]);
  assert.deepEqual((await site.ask(answer([["Content-Type", "image/png"]]))).lines.slice(1), []);
});

const TAGS: [tags: string, html: string, result: string][] = [
  ["A", '<a class=x href="/old/1">', '<a class=x href="/new/1">'],
  ["A", "<A HREF='/old/1' >", "<A HREF='/new/1' >"],
  ["A", "<a href=/old/1>x</a><a href = '/old/2'>", "<a href=\"/new/1\">x</a><a href = '/new/2'>"],
  [
    "A",
    '<area href="/old/1"><abbr href="/old/1"><a data-href="/old/1">',
    '<area href="/old/1"><abbr href="/old/1"><a data-href="/old/1">',
  ],
  ["A", '<a title="a > b" href="/old/1">', '<a title="a > b" href="/new/1">'],
  ["A", "<a title='<a href=\"/old/1\">'>", "<a title='<a href=\"/old/1\">'>"],
  ["A", '<a href="/old/1', '<a href="/old/1'],
  ["A", '<a href="https://x/old/1">', '<a href="https://x/old/1">'],
  ["A", `<a href="/old/${"x".repeat(9_000)}">`, `<a href="/old/${"x".repeat(9_000)}">`],
  [
    "Img, Script",
    '<img src="/old/1" usemap="/old/2" alt="/old/3"><script src="/old/4">',
    '<img src="/new/1" usemap="/new/2" alt="/old/3"><script src="/new/4">',
  ],
  [
    "Form, Link",
    '<form action="/old/1"><link rel=x href="/old/2"/>',
    '<form action="/new/1"><link rel=x href="/new/2"/>',
  ],
  ["CustomTags", '<li data="/old/1"><a href="/old/1">', '<li data="/new/1"><a href="/old/1">'],
];

for (const [tags, html, result] of TAGS) {
  Deno.test(`filterByTags="${tags}" makes ${result.slice(0, 60)} (IIS M-RW-82)`, async () => {
    await using site = await stage(
      rule(`filterByTags="${tags}" customTags="Mine" pattern="^/old/(.*)"`, 'value="/new/{R:1}"') +
        '<customTags><tags name="Mine"><tag name="LI" attribute="Data" /></tags></customTags>',
    );
    const { text, lines } = await site.ask(answer([HTML, ["Content-Length", "x"]], html));
    assert.equal(text, result);
    const length = new TextEncoder().encode(result).length;
    if (html !== result) assert.equal(lines[1], `Content-Length: ${length}`);
  });
}

Deno.test("what is put into an attribute cannot end it (IIS M-RW-82)", async () => {
  await using site = await stage(rule('filterByTags="A" pattern="^/x"', `value="{HTTP_X_ANY}"`));
  const { text } = await site.ask(answer([HTML], `<a href="/x"><a href='/x'>`), {
    fields: [["X-Any", `"'>`]],
  });
  assert.equal(text, `<a href="&quot;'>"><a href='"&#39;>'>`);
});

Deno.test("without tags each match in the whole content is replaced (IIS M-RW-83)", async () => {
  await using site = await stage([
    rule('pattern="https?://internal(:\\d+)?"', 'value="https://{HTTP_HOST}"'),
    rule(
      'pattern="no\\.(\\d)" occurrences="2"',
      'value="<{R:1}>"'.replace("<", "&lt;").replace(">", "&gt;"),
    ),
  ].join(""));
  const { text } = await site.ask(
    answer([HTML], "http://internal:81/a é https://internal/b no.1 no.2 no.3"),
  );
  assert.equal(text, "https://example.com/a é https://example.com/b <1> <2> no.3");
});

Deno.test("an empty match is not found again and again (IIS M-RW-83)", async () => {
  await using site = await stage(rule('pattern="x*"', 'value="-"'));
  assert.equal((await site.ask(answer([HTML], "axb"))).text, "axb".replace(/x*/g, "-"));
});

Deno.test("an answer that the application has encoded cannot be changed, its fields can (IIS M-RW-84)", async () => {
  const field = rule('serverVariable="RESPONSE_X_A" pattern=""', 'value="1"');
  await using site = await stage(field + rule('pattern="a"', 'value="b"'));
  const gzip: FieldLine = ["Content-Encoding", "gzip"];
  assert.equal((await site.ask(answer([HTML, gzip], "a"))).failure, "outbound-rewrite-encoded");
  assert.deepEqual((await site.ask(answer([["Content-Type", "image/png"], gzip], "a"))).text, "a");
  assert.equal((await site.ask(answer([HTML, ["Content-Encoding", "identity"]], "a"))).text, "b");
  await using fieldsOnly = await stage(field);
  assert.equal((await fieldsOnly.ask(answer([HTML, gzip], "a"))).lines[2], "X-A: 1");
});

/** A content that gives piece after piece, and counts how many were taken. */
function pieces(count: number, piece: string): Content & { taken: number } {
  const bytes = new TextEncoder().encode(piece);
  return {
    taken: 0,
    read() {
      return Promise.resolve(this.taken++ < count ? bytes : null);
    },
    cancel() {},
  };
}

for (
  const type of [
    "text/event-stream",
    "image/png",
    "application/octet-stream",
    "text/html; charset=utf-16",
    "",
  ]
) {
  Deno.test(`a content of type "${type}" is never held back (IIS M-RW-85)`, async () => {
    await using site = await stage(rule('pattern="a"', 'value="b"'));
    const content = pieces(3, "a");
    const asked = await site.modules.find(({ response }) => response)?.response?.(
      rawExchange(),
      answer(type ? [["Content-Type", type]] : [], content),
    );
    assert.equal(content.taken, 0);
    assert.equal(asked?.content, content);
  });
}

Deno.test("a content larger than 1 MiB passes as it is, with one warning (IIS M-RW-85)", async () => {
  const events: HostEvent[] = [];
  await using site = await stage(rule('pattern="a"', 'value="b"'), "", events);
  const mebibyte = 1024 * 1024;
  assert.equal(
    (await site.ask(answer([HTML], pieces(mebibyte / 1024, "a".repeat(1024))))).text[0],
    "b",
  );
  const piecewise = await site.ask(answer([HTML], pieces(mebibyte / 1024 + 1, "a".repeat(1024))));
  assert.equal(piecewise.text, "a".repeat(mebibyte + 1024));
  const known = bytesContent(new Uint8Array(mebibyte + 1).fill(0x61));
  const asked = await site.ask(answer([HTML], known));
  assert.equal(asked.content, known);
  assert.deepEqual(events.map(({ name }) => name), ["outbound-rewrite-skipped"]);
});

Deno.test("a content that breaks off fails as it did without rules", async () => {
  await using site = await stage(rule('pattern="a"', 'value="b"'));
  const broken: Content = { read: () => Promise.reject(new Error("gone")), cancel() {} };
  await assert.rejects(site.ask(answer([HTML], broken)), /gone/);
});

Deno.test("what is no text in its charset passes as it is; latin1 stays latin1", async () => {
  await using site = await stage(rule('pattern="a"', 'value="é€"'));
  const odd = await site.ask(answer([HTML], bytesContent(Uint8Array.of(0x61, 0xff))));
  assert.deepEqual(odd.text, new TextDecoder().decode(Uint8Array.of(0x61, 0xff)));
  const latin = answer(
    [["Content-Type", "text/html;charset=ISO-8859-1"]],
    bytesContent(Uint8Array.of(0xe4, 0x61)),
  );
  const { head } = await site.ask(latin);
  assert.equal(head?.fields.get("content-length"), String(1 + 1 + "&#8364;".length));
});

Deno.test("nothing is changed where nothing matches: length and other fields stay", async () => {
  await using site = await stage(rule('pattern="never"', 'value="b"'));
  const { lines, text } = await site.ask(
    answer([HTML, ["Content-Length", "3"], ["Accept-Ranges", "bytes"]], "abc"),
  );
  assert.deepEqual([lines.slice(1), text], [["Content-Length: 3", "Accept-Ranges: bytes"], "abc"]);
});

Deno.test("HEAD and parts of a content are left alone (IIS M-RW-85)", async () => {
  await using site = await stage(rule('pattern="a"', 'value="bb"'));
  const reply = answer([HTML, ["Content-Length", "1"]], "a");
  assert.equal((await site.ask({ ...reply, head: { ...reply.head, status: 206 } })).text, "a");
  const head = await site.ask(answer([HTML, ["Content-Length", "1"]]), { method: "HEAD" });
  assert.equal(head.lines[1], undefined);
});

Deno.test("outbound rules see what inbound rules have set (IIS M-RW-72)", async () => {
  await using site = await stage(
    rule(
      'serverVariable="RESPONSE_X_Way" pattern=""',
      'value="{MY_WAY} {URL} {HTTP_X_ORIGINAL_URL}"',
    ),
    '<rules><rule name="in"><match url="^page" /><serverVariables><set name="MY_WAY" value="mine" /></serverVariables>' +
      '<action type="Rewrite" url="other" /></rule></rules>',
  );
  assert.equal((await site.ask(answer([]))).lines[0], "X-Way: mine /other /page?x");
});

Deno.test("an outbound rule cannot smuggle a line into a field", async () => {
  await using site = await stage(
    rule('serverVariable="RESPONSE_X_A" pattern=""', 'value="{UrlDecode:{HTTP_X_ANY}}"'),
  );
  const asked = await site.ask(answer([]), { fields: [["X-Any", "a%0D%0AEvil: 1"]] });
  assert.equal(asked.failure, "rewrite-failed");
});

const PROBLEMS: [what: string, outbound: string, problem: RegExp][] = [
  [
    "an unknown precondition (IIS M-RW-86)",
    rule('serverVariable="RESPONSE_X" pattern="a"', 'value=""', "", 'preCondition="none"'),
    /Unknown preCondition "none"/,
  ],
  [
    "unknown customTags",
    rule('filterByTags="CustomTags" customTags="none" pattern="a"', 'value=""'),
    /Unknown customTags "none"/,
  ],
  [
    "a wildcard over the content (IIS M-RW-83)",
    rule('pattern="a*"', 'value=""', "", 'patternSyntax="Wildcard"'),
    /A wildcard cannot/,
  ],
  [
    "negate over the content (IIS M-RW-83)",
    rule('pattern="a" negate="true"', 'value=""'),
    /without negate/,
  ],
  [
    "a variable that is no field",
    rule('serverVariable="HTTP_X" pattern="a"', 'value=""'),
    /cannot set "HTTP_X"/,
  ],
  [
    "the status",
    rule('serverVariable="RESPONSE_STATUS" pattern="a"', 'value=""'),
    /cannot set "RESPONSE_STATUS"/,
  ],
  [
    "a field that frames the answer",
    rule('serverVariable="RESPONSE_Content_Length" pattern="a"', 'value=""'),
    /warning: .* cannot be set/,
  ],
  [
    "conditions that look for files",
    rule('pattern="a"', 'value=""', '<conditions><add matchType="IsFile" /></conditions>'),
    /cannot look for files/,
  ],
  ["a pattern that is none", rule('pattern="("', 'value=""'), /no regular expression/],
];

for (const [what, outbound, problem] of PROBLEMS) {
  Deno.test(`reading outbound rules tells of ${what}`, async () => {
    await using site = await rewriteStage(
      `<rewrite><outboundRules>${outbound}</outboundRules></rewrite>`,
      { sources: [rewriteAnswers] },
    );
    assert.match(site.problems.join("\n"), problem);
    assert.equal(site.problems.length, 1);
  });
}
