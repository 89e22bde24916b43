import assert from "node:assert/strict";
import type { FailureCode } from "../../../src/contract/host_error.ts";
import { AccessLogError } from "../../../src/observe/access_format.ts";
import { w3cFormat } from "../../../src/observe/w3c_format.ts";
import { observed, type ObservedChanges } from "../../support/observed.ts";
import { seededTest } from "../../support/seeded_random.ts";

const NOW = new Date("2025-01-31T23:59:58.999Z");

function line(changes: ObservedChanges, fields?: readonly string[], anonymize = false): string {
  const { x, record } = observed(changes);
  return w3cFormat({ fields, anonymize }).line(x, record, NOW);
}

Deno.test("w3cFormat() writes the fields of IIS in their order, and names them (IIS M-LG-1)", () => {
  const { header, hasCustom } = w3cFormat({});
  assert.equal(
    header(NOW),
    "#Software: ancm-host\n#Version: 1.0\n#Date: 2025-01-31 23:59:58\n" +
      "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip " +
      "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n",
  );
  assert.equal(hasCustom, false);
  const fields = [["User-Agent", "Mozilla/5.0 (X11)"], ["Referer", "http://a/b c"]] as const;
  assert.equal(
    line({ target: "/a?b=1", fields, exchange: { user: "bob" } }),
    "2025-01-31 23:59:58 192.0.2.1 GET /a b=1 8080 bob 203.0.113.7 Mozilla/5.0+(X11) " +
      "http://a/b+c 200 0 0 12",
  );
});

Deno.test("w3cFormat() takes chosen fields in the order of IIS, and what messages carry behind them", () => {
  const names = ["time-taken", "sc(Content-Type)", "cs(x-forwarded-for)", "CS-Host", "date"];
  const { header, hasCustom } = w3cFormat({ fields: names });
  assert.match(
    header(NOW),
    /^#Fields: date cs-host time-taken sc\(Content-Type\) cs\(x-forwarded-for\)$/m,
  );
  assert.equal(hasCustom, true);
  const fields = [["Host", "a"], ["X-Forwarded-For", "1"], ["x-forwarded-for", "2"]] as const;
  const answer = [["Content-Type", "text/html; charset=utf-8"]] as const;
  assert.equal(line({ fields, answer }, names), "2025-01-31 a 12 text/html;+charset=utf-8 1,+2");
  assert.match(w3cFormat({ fields: ["default", "cs-host"] }).header(NOW), / c-ip .* cs-host /);
});

Deno.test("w3cFormat() writes every field that IIS knows", () => {
  const all =
    "date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port " +
    "cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status " +
    "sc-substatus sc-win32-status sc-bytes cs-bytes time-taken";
  const text = line({ version: "HTTP/2", record: { bytesIn: 5 } }, all.split(" "));
  assert.match(
    text,
    /^\S+ \S+ W3SVC1 \S+ 192\.0\.2\.1 GET \/ - 8080 - 203\.0\.113\.7 HTTP\/2\.0 - - - - 200 0 0 1234 5 12$/,
  );
});

const STEMS: [target: string, stem: string, query: string][] = [
  ["/", "/", "-"],
  ["/a?", "/a", "-"],
  ["/a?b?c=%20+d", "/a", "b?c=%20+d"],
  ["/a%20b+c", "/a+b+c", "-"],
  ["/%C3%A9", "/é", "-"],
  ["/%ff", "/%ff", "-"],
  ["/a%0D%0A2025-01-01", "/a++2025-01-01", "-"],
  ["/a%E2%80%A8b%C2%85c", "/a+b+c", "-"],
  ["*", "*", "-"],
  ["http://a:1/b?c", "/b", "c"],
  ["http://a", "http://a", "-"],
];

for (const [target, stem, query] of STEMS) {
  Deno.test(`w3cFormat() writes the target ${target} as ${stem} and ${query} (IIS M-LG-3)`, () => {
    assert.equal(line({ target }, ["cs-uri-stem", "cs-uri-query"]), `${stem} ${query}`);
  });
}

Deno.test("w3cFormat() shows the target that a rewrite rule wants logged (IIS M-RW-63)", () => {
  const exchange = { loggedTarget: "/after?x" };
  assert.equal(
    line({ target: "/before", exchange }, ["cs-uri-stem", "cs-uri-query"]),
    "/after x",
  );
});

Deno.test("w3cFormat() writes - for what is empty or not there (IIS M-LG-2)", () => {
  const client = { address: "", port: 0, local: undefined };
  const fields = [["User-Agent", ""]] as const;
  assert.equal(
    line({ method: "", client, fields }, ["s-ip", "s-port", "c-ip", "cs-method", "cs(User-Agent)"]),
    "- - - - -",
  );
});

const WIN32: [what: string, changes: ObservedChanges, code: string][] = [
  ["an answer", {}, "200 0 0"],
  ["a 404 of the backend (IIS M-LG-5)", { record: { status: 404 } }, "404 0 0"],
  ["a client that left", { record: { end: "client-left" } }, "200 0 64"],
  ["an answer that broke off", { record: { end: "broken" } }, "200 0 1236"],
  ["a request that a rule dropped", { record: { end: "dropped", status: 0 } }, "0 0 1236"],
  ["an answer of a rule", { record: { status: 403 }, subStatus: 18 }, "403 18 0"],
];
const FAILED: [code: FailureCode, written: string][] = [
  ["backend-silent", "502 3 12002"],
  ["backend-refused", "502 3 12029"],
  ["backend-broke", "502 3 12030"],
  ["extension-denied", "404 7 0"],
  ["file-not-found", "404 0 2"],
  ["request-timeout", "408 0 121"],
];

for (const [what, changes, code] of WIN32) {
  Deno.test(`w3cFormat() gives ${what} ${code} (IIS M-LG-4)`, () => {
    assert.equal(line(changes, ["sc-status", "sc-substatus", "sc-win32-status"]), code);
  });
}
for (const [failure, code] of FAILED) {
  Deno.test(`w3cFormat() gives ${failure} ${code} (IIS M-LG-4, M-LG-5)`, () => {
    assert.equal(line({ failure }, ["sc-status", "sc-substatus", "sc-win32-status"]), code);
  });
}

Deno.test("w3cFormat() hides clients on request, and refuses fields that would show them", () => {
  assert.equal(line({}, ["c-ip"], true), "203.0.113.0");
  assert.equal(line({ client: { address: "" } }, ["c-ip"], true), "-");
  assert.throws(
    () => w3cFormat({ fields: ["cs(X-Forwarded-For)"], anonymize: true }),
    (error) => error instanceof AccessLogError && error.isUsage,
  );
});

Deno.test("w3cFormat() refuses a field that it does not know, and names those there are", () => {
  assert.throws(() => w3cFormat({ fields: ["c-pi"] }), /Cannot log "c-pi": there are .*c-ip/);
  assert.throws(() => w3cFormat({ fields: ["cs(a b)"] }), AccessLogError);
});

seededTest("w3cFormat() keeps every exchange on one line with all its values", (random) => {
  const text = () => {
    const length = random.index(12);
    return Array.from({ length }, () => String.fromCharCode(random.index(256))).join("");
  };
  for (let i = 0; i < 2_000; i++) {
    const target = `/${text()}%0a%e2%80%a9?${text()}`;
    const fields = ["User-Agent", "Referer", "Cookie", "X"].map((name) => [name, text()] as const);
    const chosen = ["default", "cs(Cookie)", "cs(X)"];
    const written = line({ method: text(), target, fields, exchange: { user: text() } }, chosen);
    assert.equal(written.split(/\s/).length, 17, JSON.stringify(written));
    // deno-lint-ignore no-control-regex -- it is they that must not be there
    assert.doesNotMatch(written, /[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
  }
});
