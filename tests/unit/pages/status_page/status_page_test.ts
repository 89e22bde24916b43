import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { statusPage } from "../../../../src/pages/status_page/status_page.ts";
import { adminExchange, answerText } from "../../../support/admin_exchange.ts";

const SOURCES = new URL("../../../../src/pages/status_page/", import.meta.url);

const { text, fields } = await answerText(statusPage(adminExchange("GET", "/")));
const [, script = ""] = /<script>([^]*)<\/script>/.exec(text) ?? [];
const [, style = ""] = /<style>([^]*)<\/style>/.exec(text) ?? [];
const policy = fields.get("content-security-policy") ?? "";

const hashOf = (part: string) => `'sha256-${createHash("sha256").update(part).digest("base64")}'`;

Deno.test("statusPage() lets nothing run but its own script and style, by their hashes", () => {
  assert.ok(policy.includes(`script-src ${hashOf(script)};`));
  assert.ok(policy.includes(`style-src ${hashOf(style)};`));
  assert.match(policy, /^default-src 'none';/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(fields.get("cache-control"), "no-store");
});

Deno.test("statusPage() needs nothing from outside", () => {
  const elsewhere = [...text.matchAll(/\b(?:src|href|action)="([^"]*)"|url\(([^)]*)\)/g)]
    .map(([, attribute, css]) => attribute ?? css ?? "")
    .filter((address) => !address.startsWith("data:"));
  assert.deepEqual(elsewhere, []);
});

Deno.test("statusPage() has no handlers and styles in attributes, which its policy would forbid", () => {
  assert.doesNotMatch(text.replace(script, ""), /\s(?:on\w+|style)=/);
});

Deno.test("statusPage() carries every function of its script", async () => {
  for await (const { name } of Deno.readDir(SOURCES)) {
    if (name === "_markup.ts" || name === "status_page.ts") continue;
    const source = await Deno.readTextFile(new URL(name, SOURCES));
    for (const [, called] of source.matchAll(/^(?:export )?(?:async )?function (\w+)/gm)) {
      assert.ok(script.includes(`function ${called}(`), `${called} of ${name}`);
    }
    // What is no function is not carried.
    const values = /^(?:export )?(?:const|let|class) (\w+)/m.exec(source)?.[1];
    assert.equal(values, name === "_style.ts" ? "STYLE" : undefined, name);
  }
  assert.doesNotThrow(() => new Function(script));
});

Deno.test("statusPage() labels what can be used, and names every element that its script asks for", () => {
  for (const [, id] of script.matchAll(/(?:byId|show)\(browser, "([\w-]+)"/g)) {
    assert.equal(text.split(`id="${id}"`).length, 2, id);
  }
  for (const [, id] of text.matchAll(/aria-labelledby="([\w-]+)"/g)) {
    assert.ok(text.includes(`id="${id}"`), id);
  }
});

Deno.test("statusPage() gives a HEAD the head of the GET", async () => {
  const head = await answerText(statusPage(adminExchange("HEAD", "/")));
  assert.equal(head.text, "");
  assert.equal(head.fields.get("content-length"), fields.get("content-length"));
});
