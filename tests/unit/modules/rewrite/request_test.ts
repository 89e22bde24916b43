import assert from "node:assert/strict";
import { rewriteStage, rule, rules } from "../../../support/rewrite_stage.ts";

const sets = (...texts: readonly string[]) =>
  `<serverVariables>${texts.map((text) => `<set ${text} />`).join("")}</serverVariables>`;

Deno.test("a rewritten request tells the original URL in X-Original-URL (IIS M-PL-8)", async () => {
  await using stage = await rewriteStage(rules(rule("^a", 'type="Rewrite" url="b"')));
  const { target, fields, x } = await stage.ask("/a%20x?q=1", {
    fields: [["X-Original-URL", "/forged"], ["Accept", "*/*"]],
  });
  assert.equal(target, "/b?q=1");
  assert.deepEqual(fields, ["Host: example.com", "X-Original-URL: /a%20x?q=1", "Accept: */*"]);
  assert.equal(x.received.target, "/a%20x?q=1");
  const untouched = await stage.ask("/other", { fields: [["X-Original-URL", "/kept"]] });
  assert.deepEqual(untouched.fields, ["Host: example.com", "X-Original-URL: /kept"]);
});

Deno.test("HTTP_ variables are fields of the request, an empty one is removed (IIS M-RW-70)", async () => {
  await using stage = await rewriteStage(rules(
    rule(
      "^a$",
      'type="None"',
      sets(
        'name="HTTP_X_FORWARDED_HOST" value="{HTTP_HOST}"',
        'name="HTTP_ACCEPT_ENCODING" value=""',
        'name="HTTP_X_KEPT" value="new" replace="false"',
        'name="HTTP_X_NEW" value="é" replace="false"',
        'name="CONTENT_TYPE" value="text/x"',
      ),
    ),
    rule("^host$", 'type="None"', sets('name="HTTP_HOST" value="{HTTP_X_KEPT}"')),
    rule("^a$", 'type="None"', sets('name="HTTP_X_SEEN" value="{HTTP_X_FORWARDED_HOST}"')),
  ));
  const sent = [["Accept-Encoding", "gzip"], ["X-Kept", "old"]] as const;
  const { target, fields } = await stage.ask("/a", { fields: sent });
  assert.equal(target, "/a");
  assert.deepEqual(fields, [
    "Host: example.com",
    "X-Kept: old",
    "X-Forwarded-Host: example.com",
    "X-New: \xc3\xa9",
    "Content-Type: text/x",
    "X-Seen: example.com",
  ]);
  assert.equal(
    (await stage.ask("/host", { fields: [["X-Kept", "b.example:81"]] })).fields[0],
    "Host: b.example:81",
  );
  assert.equal(
    (await stage.ask("/host", { fields: [["X-Kept", "a b"]] })).failure,
    "rewrite-failed",
  );
});

Deno.test("a field is never set to what would end its line (IIS M-RW-70)", async () => {
  await using stage = await rewriteStage(rules(
    rule("^a$", 'type="None"', sets('name="HTTP_X_A" value="{UrlDecode:{QUERY_STRING}}"')),
  ));
  assert.equal((await stage.ask("/a?x%0D%0AEvil:%20y")).failure, "rewrite-failed");
  assert.equal((await stage.ask("/a?x%00")).failure, "rewrite-failed");
  assert.deepEqual((await stage.ask("/a?x%20y")).fields, ["Host: example.com", "X-A: x y"]);
});

Deno.test("RESPONSE_ variables are fields of the answer, of redirects too (IIS M-RW-72)", async () => {
  await using stage = await rewriteStage(rules(
    rule(
      "",
      'type="None"',
      sets(
        'name="RESPONSE_X_Frame_Options" value="DENY"',
        'name="RESPONSE_Server" value=""',
      ),
    ).replace('<match url="" />', ""),
    rule("^r$", 'type="Redirect" url="/x"'),
  ));
  for (const target of ["/a", "/r"]) {
    const { reply } = await stage.ask(target);
    assert.equal(reply?.head.fields.get("x-frame-options"), "DENY");
  }
});

Deno.test("logRewrittenUrl shows the log the URL after the rewrite (IIS M-RW-63)", async () => {
  await using stage = await rewriteStage(rules(
    rule("^a$", 'type="Rewrite" url="b c" logRewrittenUrl="true"'),
    rule("^d$", 'type="Rewrite" url="e"'),
  ));
  assert.equal((await stage.ask("/a?q")).x.loggedTarget, "/b%20c?q");
  assert.equal((await stage.ask("/d")).x.loggedTarget, undefined);
});

async function text(reply: { content: { read(): Promise<Uint8Array | null> } } | undefined) {
  return new TextDecoder().decode(await reply?.content.read() ?? new Uint8Array());
}

Deno.test("a redirect has a page that links to where it leads (IIS M-RW-53)", async () => {
  await using stage = await rewriteStage(
    rules(rule("^a$", `type="Redirect" url="/b?'&quot;&lt;"`)),
  );
  const { reply } = await stage.ask("/a");
  assert.equal(reply?.head.reason, "Moved Permanently");
  assert.equal(reply?.head.fields.get("content-type"), "text/html; charset=utf-8");
  assert.match(await text(reply), /<a href="http:\/\/example\.com\/b\?&#39;%22%3C">/);
});

Deno.test("a custom answer has reason and text; clients keep no 5xx and come back later (IIS M-RW-60)", async () => {
  await using stage = await rewriteStage(rules(rule(
    "^down",
    'type="CustomResponse" statusCode="503" statusReason="Käse {UrlDecode:{QUERY_STRING}}" statusDescription="Back at {URL}"',
  )));
  const { reply } = await stage.ask("/down?a%0Db");
  assert.equal(reply?.head.reason, "K\xc3\xa4se a b");
  assert.equal(await text(reply), "Back at /down");
  const { fields } = reply?.head ?? {};
  assert.equal(fields?.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(fields?.get("content-length"), "13");
  assert.equal(fields?.get("cache-control"), "no-store");
  assert.equal(fields?.get("retry-after"), "60");
});

Deno.test("an aborted request is dropped (IIS M-RW-61)", async () => {
  await using stage = await rewriteStage(rules(rule("^a$", 'type="AbortRequest"')));
  const { reply } = await stage.ask("/a");
  assert.equal(reply?.isDropped, true);
});

Deno.test("rules of a location see the path below it, inherited ones that of the application (IIS M-RW-1, M-RW-6)", async () => {
  await using stage = await rewriteStage(
    rules(
      rule("^(Content/a)$", 'type="Rewrite" url="{R:1}/b"'),
      rule("^leave$", 'type="Rewrite" url="elsewhere"'),
    ),
    {},
    `<location path="content"><system.webServer>${
      rules(
        rule("^(a/.*)$", 'type="Rewrite" url="x/{R:1}"'),
        rule("^gone$", 'type="Redirect" url="here"'),
      )
    }</system.webServer></location>`,
  );
  assert.deepEqual(stage.problems, []);
  assert.equal((await stage.ask("/content/a/q")).target, "/content/x/a/q");
  assert.equal(
    (await stage.ask("/content/a")).target,
    "/content/x/a/b",
  );
  assert.equal((await stage.ask("/content/gone")).answer, "301 http://example.com/content/here");
  assert.equal((await stage.ask("/gone")).target, "/gone");
  assert.equal((await stage.ask("/a/q")).target, "/a/q");
});

Deno.test("a location can take inherited rules away (IIS M-CF-30)", async () => {
  await using stage = await rewriteStage(
    rules(rule("^(.*)$", 'type="Rewrite" url="/hit"')),
    {},
    `<location path="api"><system.webServer><rewrite><rules><clear /></rules></rewrite></system.webServer></location>`,
  );
  assert.equal((await stage.ask("/x")).target, "/hit");
  assert.equal((await stage.ask("/api/x")).target, "/api/x");
});

Deno.test("without rules there is no module", async () => {
  await using stage = await rewriteStage("<rewrite><rules /></rewrite>");
  assert.deepEqual(stage.modules, []);
});

Deno.test("a request whose rules look at no file waits for nothing", async () => {
  await using stage = await rewriteStage(rules(
    rule("^a$", 'type="Rewrite" url="b"'),
    rule(
      "^f$",
      'type="Rewrite" url="g"',
      '<conditions><add matchType="IsFile" negate="true" /></conditions>',
    ),
  ));
  const { x } = await stage.ask("*");
  const ask = (target: string) => {
    x.request = { ...x.request, target };
    return stage.modules[0]?.request?.(x);
  };
  assert.equal(ask("/a"), undefined);
  assert.equal(x.request.target, "/b");
  assert.ok(ask("/f") instanceof Promise);
});
