import assert from "node:assert/strict";
import type { FieldLine } from "../../../../src/http1/fields.ts";
import { writeRequestHead, writeResponseHead } from "../../../../src/http1/mod.ts";
import { normalisePath, splitTarget } from "../../../../src/http1/target.ts";
import { type Asked, rewriteStage, rules } from "../../../support/rewrite_stage.ts";
import { type Random, seededTest } from "../../../support/seeded_random.ts";

const ROUNDS = 40;
const REQUESTS = 15;

const PATTERNS = [
  "(.*)",
  "^(.*)$",
  "^$",
  "^(.+)/(.+)$",
  "(a|b)*c",
  "([^/]+)/?$",
  "[A-Z]",
  "^(?!x)(.*)",
  "(\\d+)",
  "^(a+)+$",
  "%",
  "\\?",
];
const WILDCARDS = ["*", "*/*", "a*b", "*.html", "?", ""];
const EXPRESSIONS = [
  "{R:0}",
  "{R:1}",
  "{R:9}",
  "{C:0}",
  "{C:1}",
  "{QUERY_STRING}",
  "{REQUEST_URI}",
  "{UNENCODED_URL}",
  "{URL}",
  "{HTTP_X_ANY}",
  "{HTTP_COOKIE}",
  "{HTTP_HOST}",
  "{REQUEST_FILENAME}",
  "{CACHE_URL}",
  "{ToLower:{R:1}}",
  "{UrlEncode:{HTTP_X_ANY}}",
  "{UrlDecode:{QUERY_STRING}}",
  "{UrlDecode:{UrlDecode:{HTTP_X_ANY}}}",
  "{HtmlEncode:{HTTP_X_ANY}}",
  "{Map:{URL}}",
  "{OWN}",
];
const LITERALS = [
  "/",
  "//",
  "a",
  "?x=",
  "#f",
  "&amp;",
  "%41",
  "%",
  " b",
  "é",
  "..",
  "\\",
  "https://",
  ".",
];
const BYTES = [
  ..."abAZ09/.%?#&=+ ~\\:@!$'()*,;[]{}|^`\"<>-_é\u0080ÿ",
  "..",
  "//",
  "%2e",
  "%2F",
  "%5c",
  "%0D%0A",
  "%00",
  "%C3%A9",
  "%FF",
  "%25",
];

function expression(random: Random): string {
  const count = random.index(5);
  return Array.from({ length: count }, () => random.of(random.index(2) ? EXPRESSIONS : LITERALS))
    .join("");
}

function condition(random: Random): string {
  const negate = random.index(3) === 0 ? ' negate="true"' : "";
  if (random.index(5) === 0) {
    return `<add matchType="${random.of(["IsFile", "IsDirectory"])}"${negate} />`;
  }
  return `<add input="${expression(random)}" pattern="${random.of(PATTERNS)}"${negate} />`;
}

function action(random: Random): string {
  const append = random.index(2) ? ' appendQueryString="false"' : "";
  switch (random.index(8)) {
    case 0:
      return '<action type="AbortRequest" />';
    case 1:
      return `<action type="CustomResponse" statusCode="${
        random.of([200, 204, 403, 503])
      }" statusReason="${expression(random)}" statusDescription="${expression(random)}" />`;
    case 2:
    case 3:
      return `<action type="Redirect" url="${expression(random).trim()}"${append} />`;
    case 4:
      return '<action type="None" />';
    default:
      return `<action type="Rewrite" url="${expression(random).trim()}"${append} />`;
  }
}

function randomRule(random: Random, name: number): string {
  const isWild = random.index(4) === 0;
  const match = random.index(5) === 0
    ? ""
    : `<match url="${random.of(isWild ? WILDCARDS.slice(0, -1) : PATTERNS)}"${
      random.index(5) === 0 ? ' negate="true"' : ""
    } />`;
  const conditions = Array.from({ length: random.index(3) }, () => condition(random)).join("");
  const sets = random.index(3) === 0
    ? `<serverVariables><set name="${
      random.of(["HTTP_X_SET", "QUERY_STRING", "OWN", "RESPONSE_X_SET", "HTTP_HOST"])
    }" value="${expression(random)}" /></serverVariables>`
    : "";
  const attributes = `${isWild ? 'patternSyntax="Wildcard"' : ""} ${
    random.index(4) === 0 ? 'stopProcessing="true"' : ""
  }`;
  return `<rule name="${name}" ${attributes}>${match}<conditions trackAllCaptures="${
    random.of(["true", "false"])
  }" ` +
    `logicalGrouping="${random.of(["MatchAll", "MatchAny"])}">${conditions}</conditions>${sets}${
      action(random)
    }</rule>`;
}

/** Latin1 without what no front lets through. */
function text(random: Random, forbidden: RegExp): string {
  return Array.from({ length: random.index(12) }, () => random.of(BYTES)).join("").replace(
    forbidden,
    "",
  );
}

const ROOM = new Uint8Array(256 * 1024);

/** Whatever goes out is one head: the writers take no byte that could end a line. */
function isSendable({ x, target, reply }: Asked): boolean {
  if (target !== undefined && x.request !== x.received) {
    // What the rules made of it means the same to everybody; what they left alone is as it came.
    if (x.request.target !== x.received.target) {
      assert.match(target, /^[!-~]+$/);
      assert.ok(!target.includes("#"));
      assert.notEqual(normalisePath(splitTarget(target).path), undefined);
    }
    const { method, fields } = x.request;
    assert.ok(writeRequestHead(ROOM, 0, { method, target, fields }, 0) > 0);
  }
  const location = reply?.head.fields.get("Location");
  if (location !== undefined) assert.match(location, /^[!-~]*$/);
  return !reply || writeResponseHead(ROOM, 0, reply.head, 0, 0) > 0;
}

const result = ({ target, fields, answer, failure }: Asked) => ({
  target,
  fields,
  answer,
  failure,
});

seededTest(
  "whatever the rules and the request, what comes out can be sent and is the same twice",
  async (random) => {
    for (let round = 0; round < ROUNDS; round++) {
      const texts = Array.from({ length: 1 + random.index(6) }, (_, i) => randomRule(random, i));
      const maps =
        '<rewriteMaps><rewriteMap name="Map" defaultValue="{R:1}"><add key="/a" value="/b c?d" /></rewriteMap></rewriteMaps>';
      await using stage = await rewriteStage(
        rules(...texts).replace("</rewrite>", `${maps}</rewrite>`),
        { pathBase: random.of(["/", "/shop"]), files: ["a", "b/c"] },
      );
      for (let i = 0; i < REQUESTS; i++) {
        const target = `/${text(random, /[# ]/g)}`;
        const fields: FieldLine[] = [["Host", random.of(["example.com", "a:81", "[::1]"])], [
          "X-Any",
          text(random, /^ +| +$/g),
        ]];
        const first = await stage.ask(target, { fields });
        assert.ok(isSendable(first), target);
        assert.deepEqual(result(await stage.ask(target, { fields })), result(first), target);
      }
    }
  },
);
