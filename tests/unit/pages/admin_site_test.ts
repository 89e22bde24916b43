import assert from "node:assert/strict";
import type { RecycleResult } from "../../../src/contract/host_status.ts";
import type { FieldLine } from "../../../src/http1/fields.ts";
import { adminSite, type AdminSiteOptions } from "../../../src/pages/admin_site.ts";
import { adminExchange, answerText } from "../../support/admin_exchange.ts";
import { adminFace, hostStatus } from "../../support/admin_stage.ts";
import { USED_CONFIGURATION } from "../../support/live_source.ts";

function stage(changes: Partial<AdminSiteOptions> = {}) {
  const { options, asked } = adminFace(changes);
  const site = adminSite(options);
  return {
    asked,
    /** For answers that have no end. */
    head: async (method: string, target: string, lines?: readonly FieldLine[]) =>
      (await site(adminExchange(method, target, lines))).head,
    ask: (method: string, target: string, lines?: readonly FieldLine[]) =>
      answerText(site(adminExchange(method, target, lines))),
  };
}

Deno.test("adminSite() says at /healthz that the host lives", async () => {
  const { status, text, fields } = await stage().ask("GET", "/healthz");
  assert.deepEqual([status, text], [200, "ok\n"]);
  assert.equal(fields.get("cache-control"), "no-store");
  assert.equal(fields.get("content-length"), "3");
});

Deno.test("adminSite() says at /readyz whether requests may come, and why", async () => {
  assert.deepEqual((await stage().ask("GET", "/readyz")).status, 200);
  const away = stage({ readiness: () => ({ ready: false, reason: "Away for lunch" }) });
  const { status, text } = await away.ask("GET", "/readyz");
  assert.deepEqual([status, text], [503, "Away for lunch\n"]);
});

Deno.test("adminSite() gives the status of the host as JSON", async () => {
  const { status, text, fields } = await stage().ask("GET", "/status?pretty");
  assert.equal(status, 200);
  assert.equal(fields.get("content-type"), "application/json");
  assert.deepEqual(JSON.parse(text), hostStatus());
});

Deno.test("adminSite() gives the configuration in use as JSON", async () => {
  const { status, text } = await stage().ask("GET", "/configuration");
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), USED_CONFIGURATION);
});

Deno.test("adminSite() gives a HEAD the head of the GET", async () => {
  const { status, text, fields } = await stage().ask("HEAD", "/healthz");
  assert.deepEqual([status, text, fields.get("content-length")], [200, "", "3"]);
});

const RESULTS: [outcome: RecycleResult["outcome"], status: number][] = [
  ["switched", 200],
  ["idle", 200],
  ["kept", 502],
  ["failed", 502],
  ["given-up", 503],
];

for (const [outcome, expected] of RESULTS) {
  Deno.test(`adminSite() answers ${expected} to a recycle that ended with ${outcome}`, async () => {
    const { ask } = stage({ recycle: () => Promise.resolve({ outcome, message: "As told" }) });
    const { status, text } = await ask("POST", "/recycle");
    assert.equal(status, expected);
    assert.deepEqual(JSON.parse(text), { outcome, message: "As told" });
  });
}

Deno.test("adminSite() waits for the end of a recycle", async () => {
  const { promise, resolve } = Promise.withResolvers<RecycleResult>();
  const { ask } = stage({ recycle: () => promise });
  let isAnswered = false;
  const answer = ask("POST", "/recycle").finally(() => isAnswered = true);
  await stage().ask("GET", "/healthz");
  assert.equal(isAnswered, false);
  resolve({ outcome: "switched", message: "Done" });
  assert.equal((await answer).status, 200);
});

Deno.test("adminSite() does not wait for the end of a recycle with ?wait=false", async () => {
  const { ask, asked } = stage();
  assert.equal((await ask("POST", "/recycle?wait=false")).status, 202);
  const endless = stage({ recycle: () => new Promise(() => {}) });
  assert.equal((await endless.ask("POST", "/recycle?wait=false")).status, 202);
  const broken = stage({ recycle: () => Promise.reject(new Error("a bug")) });
  assert.equal((await broken.ask("POST", "/recycle?wait=false")).status, 202);
  assert.deepEqual(asked, ["recycle the admin listener"]);
});

Deno.test("adminSite() begins a stop and answers 202", async () => {
  const { ask, asked } = stage();
  assert.equal((await ask("POST", "/stop")).status, 202);
  assert.deepEqual(asked, ["stop the admin listener"]);
});

const NOT_DONE: [method: string, target: string, status: number, allow?: string][] = [
  ["GET", "/stop", 405, "POST"],
  ["HEAD", "/recycle", 405, "POST"],
  ["DELETE", "/status", 405, "GET, HEAD"],
  ["POST", "/healthz", 405, "GET, HEAD"],
  ["POST", "/", 405, "GET, HEAD"],
  ["POST", "/events", 405, "GET, HEAD"],
  ["GET", "/index.html", 404],
  ["POST", "/stop/", 404],
  ["POST", "//stop", 404],
  ["POST", "/%73top", 404],
  ["OPTIONS", "*", 404],
];

for (const [method, target, expected, allow] of NOT_DONE) {
  Deno.test(`adminSite() answers ${expected} to ${method} ${target} and does nothing`, async () => {
    const { ask, asked } = stage();
    const { status, fields } = await ask(method, target);
    assert.deepEqual([status, fields.get("allow"), asked], [expected, allow, []]);
  });
}

Deno.test("adminSite() does nothing for a page of another site", async () => {
  const { ask, asked } = stage();
  for (const target of ["/stop", "/recycle"]) {
    const { status } = await ask("POST", target, [["Host", "a"], ["Origin", "http://b"]]);
    assert.equal(status, 403);
  }
  assert.deepEqual(asked, []);
});

Deno.test("adminSite() keeps all but health to those with the token on the network", async () => {
  const token = "0123456789abcdef";
  const { ask, head, asked } = stage({ isTokenNeeded: true, token });
  const host: FieldLine = ["Host", "10.0.0.1:9000"];
  for (const target of ["/", "/healthz", "/readyz"]) {
    assert.equal((await ask("GET", target, [host])).status, 200);
  }
  const refused = await ask("POST", "/stop", [host]);
  assert.equal(refused.status, 401);
  assert.equal(refused.fields.get("www-authenticate"), 'Bearer realm="ancm-host"');
  for (const target of ["/status", "/configuration", "/events"]) {
    assert.equal((await head("GET", target, [host])).status, 401);
  }
  assert.deepEqual(asked, []);
  const bearer: FieldLine = ["Authorization", `Bearer ${token}`];
  assert.equal((await ask("GET", "/status", [host, bearer])).status, 200);
  assert.equal((await ask("POST", "/stop", [host, bearer])).status, 202);
});

Deno.test("adminSite() says what to do where the network has no token", async () => {
  const { status, text } = await stage({ isTokenNeeded: true }).ask("GET", "/status");
  assert.equal(status, 403);
  assert.match(text, /--admin-token-file/);
});
