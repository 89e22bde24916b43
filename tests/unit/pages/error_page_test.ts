import { Cancellation } from "../../../src/contract/cancellation.ts";
import assert from "node:assert/strict";
import { emptyContent } from "../../../src/contract/content.ts";
import type { Exchange } from "../../../src/contract/exchange.ts";
import { HostError } from "../../../src/contract/host_error.ts";
import { type FieldLine, FieldList } from "../../../src/http1/fields.ts";
import { isLocal } from "../../../src/contract/local_client.ts";
import { errorReply, statusReply } from "../../../src/pages/error_page.ts";

interface Asked {
  readonly target?: string;
  readonly method?: string;
  readonly address?: string;
  readonly accept?: string;
  readonly lines?: FieldLine[];
}

function exchange(
  { method = "GET", target = "/", address = "127.0.0.1", accept, lines = [] }: Asked,
): Exchange {
  const fields = new FieldList(accept === undefined ? lines : [["Accept", accept], ...lines]);
  const received = { method, target, version: "HTTP/1.1" as const, fields };
  return {
    id: "ab-1",
    received,
    request: received,
    content: emptyContent,
    client: { address, port: 1, secure: false },
    cancellation: new Cancellation(),
    signal: new AbortController().signal,
  };
}

async function page(error: HostError, asked: Asked = {}, disableStartUpErrorPage = false) {
  const { head, content } = errorReply(exchange(asked), error, { disableStartUpErrorPage });
  const body = new TextDecoder().decode(await content.read() ?? new Uint8Array());
  return { status: head.status, fields: head.fields, body };
}

const REMOTE = { address: "203.0.113.7" };
const evil = '<script>alert(\'"&")</script>';
const broken = new HostError("backend-broke", `Cannot read ${evil}`, { details: [evil, "line 2"] });
const start = new HostError("start-exited", 'Cannot start "dotnet"', {
  details: ["exit code 134"],
});

Deno.test("errorReply() tells local clients message, remedy and details, with sub-status", async () => {
  const { status, body } = await page(broken);
  assert.equal(status, 502);
  assert.match(body, /^502\.3 Bad Gateway\n/);
  assert.ok(body.includes(broken.message));
  assert.ok(body.includes(broken.failure.remedy));
  assert.ok(body.includes("line 2"));
  assert.ok(body.includes("Request ab-1"));
});

for (const accept of ["text/html", "application/json", "text/plain"]) {
  Deno.test(`errorReply() tells remote clients title, status and request id only, as ${accept}`, async () => {
    const { status, body } = await page(broken, { ...REMOTE, accept });
    assert.equal(status, 502);
    for (const secret of ["502.3", "alert", "Cannot", "line 2", broken.failure.remedy]) {
      assert.equal(body.includes(secret), false, secret);
    }
    for (const word of ["502", "Bad Gateway", "ab-1"]) assert.ok(body.includes(word), word);
  });
}

Deno.test("errorReply() escapes everything in HTML", async () => {
  const { body, fields } = await page(broken, { accept: "text/html" });
  assert.equal(fields.get("content-type"), "text/html; charset=utf-8");
  assert.equal(body.includes("<script"), false);
  assert.ok(body.includes("&lt;script&gt;alert(&#39;&quot;&amp;&quot;)&lt;/script&gt;"));
});

Deno.test("errorReply() asks nothing from outside and allows nothing to run", async () => {
  const { body, fields } = await page(broken, { accept: "text/html" });
  assert.doesNotMatch(body, /https?:|src=|@import|url\(/);
  assert.match(fields.get("content-security-policy") ?? "", /default-src 'none'/);
  assert.equal(fields.get("x-content-type-options"), "nosniff");
});

Deno.test("errorReply() gives problem details (RFC 9457)", async () => {
  const { body, fields } = await page(broken, { accept: "application/json" });
  assert.equal(fields.get("content-type"), "application/problem+json");
  assert.deepEqual(JSON.parse(body), {
    type: "about:blank",
    title: "Bad Gateway",
    status: 502,
    code: "502.3",
    requestId: "ab-1",
    detail: `${broken.message}. ${broken.failure.remedy}.`,
    facts: {
      "Module": "AspNetCoreModuleV2",
      "Notification": "ExecuteRequestHandler",
      "Handler": "aspNetCore",
      "Requested URL": "/",
    },
    details: [evil, "line 2"],
  });
});

Deno.test("errorReply() has no content for HEAD, but its length", async () => {
  const get = await page(broken);
  const head = await page(broken, { method: "HEAD" });
  assert.equal(head.body, "");
  assert.equal(head.fields.get("content-length"), get.fields.get("content-length"));
  assert.equal(Number(get.fields.get("content-length")), new TextEncoder().encode(get.body).length);
});

Deno.test("errorReply() forbids storing 5xx, and names a time to come back for 503", async () => {
  assert.equal((await page(broken)).fields.get("cache-control"), "no-store");
  assert.equal((await page(broken)).fields.has("retry-after"), false);
  const full = await page(new HostError("queue-full", "Full"));
  assert.equal(full.fields.get("retry-after"), "1");
  const later = await page(new HostError("queue-full", "Full", { retryAfterS: 41.2 }));
  assert.equal(later.fields.get("retry-after"), "42");
  const missing = await page(new HostError("no-handler", "No"));
  assert.equal(missing.fields.has("cache-control"), false);
});

Deno.test("errorReply() names the allowed methods with 405 (RFC 9110 §15.5.6)", async () => {
  const { fields } = await page(new HostError("method-not-allowed", "No TRACE"));
  assert.match(fields.get("allow") ?? "", /GET, HEAD, POST/);
});

Deno.test("errorReply() gives remote clients of a failed start the three causes, never details (ANCM X-4, X-25)", async () => {
  const { body } = await page(start, REMOTE);
  assert.match(body, /^502\.5 Bad Gateway/);
  assert.match(body, /did not start, started and then stopped, or started but did not listen/);
  assert.doesNotMatch(body, /dotnet|134/);
  const other = new HostError("start-timeout", "Slow");
  assert.equal((await page(other, REMOTE)).body, body, "the same for all causes");
});

Deno.test("errorReply() tells local clients of a failed start why (design row X-25)", async () => {
  const { body } = await page(start);
  assert.match(body, /^502\.5 Bad Gateway/);
  assert.match(body, /Cannot start "dotnet"\./);
  assert.match(body, /exit code 134/);
});

for (const asked of [{}, REMOTE]) {
  Deno.test(`errorReply() is bare with disableStartUpErrorPage, for ${asked === REMOTE ? "remote" : "local"} clients (ANCM X-5)`, async () => {
    const { status, body } = await page(start, asked, true);
    assert.equal(status, 502);
    assert.equal(body.includes("502.5"), false);
    assert.doesNotMatch(body, /dotnet|134|did not start/);
    assert.equal(body.startsWith("502.3 "), asked !== REMOTE);
  });
}

Deno.test("disableStartUpErrorPage changes nothing for other failures (ANCM X-5)", async () => {
  assert.deepEqual((await page(broken, {}, true)).body, (await page(broken)).body);
});

const STATUS = { status: 404, subStatus: 8, reason: "Not Found" };
const hidden = new HostError("segment-hidden", 'Cannot serve "bin"', { details: ["a detail"] });
const SITE = { disableStartUpErrorPage: false, root: "/srv/app", pathBase: "/shop" };
const HOST: FieldLine[] = [["Host", "h.test"]];

async function statusPage(
  what: Parameters<typeof statusReply>[1],
  asked: Asked,
  isDetailed: boolean,
): Promise<string> {
  const { content } = statusReply(exchange(asked), what, isDetailed, SITE);
  return new TextDecoder().decode(await content.read() ?? new Uint8Array());
}

Deno.test("statusReply() tells module, notification, URL and, to local clients, the physical path (IIS 7.3)", async () => {
  const what = { ...STATUS, error: hidden };
  const asked = { target: "/shop/bin/a%20b?q=1", lines: HOST };
  assert.equal(
    await statusPage(what, asked, true),
    `404.8 Not Found

Cannot serve "bin".

${hidden.failure.remedy}.

Module: RequestFilteringModule
Notification: BeginRequest
Requested URL: http://h.test/shop/bin/a%20b?q=1
Physical path: /srv/app/bin/a b

a detail

Request ab-1
`,
  );
});

Deno.test("statusReply() with details for everybody tells remote clients no path and no output", async () => {
  const asked = { target: "/shop/bin/x", lines: HOST, ...REMOTE };
  const body = await statusPage({ ...STATUS, error: hidden }, asked, true);
  assert.match(body, /^404\.8 Not Found\n\nCannot serve "bin"/);
  assert.match(body, /Module: RequestFilteringModule/);
  assert.doesNotMatch(body, /srv|a detail/);
  const failedStart = { status: 502, subStatus: 5, reason: "Bad Gateway", error: start };
  assert.doesNotMatch(await statusPage(failedStart, asked, true), /dotnet|134/);
});

Deno.test("statusReply() without details tells local clients as little as remote ones", async () => {
  const what = { ...STATUS, error: hidden };
  assert.equal(await statusPage(what, {}, false), "404 Not Found\n\nRequest ab-1\n");
});

Deno.test("statusReply() makes a page of a status that is no failure of the host", async () => {
  const body = await statusPage(STATUS, { target: "/shop/x", lines: HOST }, true);
  assert.match(body, /^404\.8 Not Found\n\nModule: AspNetCoreModuleV2\n/);
  assert.match(body, /Physical path: \/srv\/app\/x\n/);
});

Deno.test("statusReply() names no path for what lies outside the application", async () => {
  for (const target of ["/other", "/shopping", "*", "/shop/%zz", "/shop/../../etc"]) {
    const body = await statusPage({ ...STATUS, error: hidden }, { target }, true);
    assert.doesNotMatch(body, /Physical path/, target);
  }
});

Deno.test("statusReply() escapes what was asked for", async () => {
  const asked = { target: "/shop/<b>", lines: HOST, accept: "text/html" };
  const body = await statusPage({ ...STATUS, error: hidden }, asked, true);
  assert.match(body, /<dd>http:\/\/h\.test\/shop\/&lt;b&gt;<\/dd>/);
  assert.match(body, /<dd>\/srv\/app\/&lt;b&gt;<\/dd>/);
});

const LOCAL: [address: string, lines: FieldLine[], local: boolean][] = [
  ["127.0.0.1", [], true],
  ["127.9.9.9", [], true],
  ["::1", [], true],
  ["127.0.0.1", [["X-Forwarded-For", "1.2.3.4"]], false],
  ["::1", [["forwarded", "for=a"]], false],
  ["127.0.0.1", [["Via", "1.1 x"]], false],
  ["203.0.113.7", [], false],
  ["::", [], false],
  ["", [], false],
  ["127.0.0.1.evil.test", [], false],
];

for (const [address, lines, local] of LOCAL) {
  const through = lines.map(([name]) => ` through ${name}`).join("");
  Deno.test(`isLocal() of "${address}"${through} is ${local}`, () => {
    assert.equal(isLocal(exchange({ address, lines })), local);
  });
}
