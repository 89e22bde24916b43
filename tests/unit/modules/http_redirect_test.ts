import assert from "node:assert/strict";
import { type SiteRequest, siteStage, type SiteStageOptions } from "../../support/site_stage.ts";

/** Where a request is sent to; undefined where the backend gets it. */
type Case = readonly [target: string, location: string | undefined, request?: SiteRequest];

const redirect = (attributes: string, ...adds: readonly string[]) =>
  `<httpRedirect enabled="true" ${attributes}>${adds.join("")}</httpRedirect>`;
const add = (wildcard: string, destination: string) =>
  `<add wildcard="${wildcard}" destination="${destination}" />`;
const at = (path: string, section: string) =>
  `<location path="${path}"><system.webServer>${section}</system.webServer></location>`;

function check(
  name: string,
  webServer: string,
  cases: readonly Case[],
  options: SiteStageOptions = {},
) {
  Deno.test(name, async () => {
    await using site = await siteStage(webServer, options);
    assert.deepEqual(site.problems, []);
    for (const [target, location, request] of cases) {
      const { status, fields, body } = await site.ask(target, request);
      assert.equal(fields.get("Location"), location, target);
      assert.equal(status, location === undefined ? 200 : 302, target);
      assert.equal(body === "backend", location === undefined, target);
    }
  });
}

check(
  "httpRedirect puts path and query behind the destination (IIS M-HR-2)",
  redirect(
    'destination="http://new.test/base"',
  ),
  [
    ["/", "http://new.test/base/"],
    ["/a/b?x=1&y", "http://new.test/base/a/b?x=1&y"],
    ["/a%20b/%C3%A9", "http://new.test/base/a%20b/%C3%A9"],
    ["/a%3Fb", "http://new.test/base/a%3Fb"],
  ],
);

check(
  "httpRedirect joins the slash once, and keeps a query of the destination's own (IIS M-HR-2)",
  redirect(
    'destination="http://new.test/?lang=de#top"',
  ),
  [
    ["/", "http://new.test/?lang=de#top"],
    ["/a?x=1", "http://new.test/a?lang=de&x=1#top"],
  ],
);

check(
  "httpRedirect with exactDestination takes it as it is (IIS M-HR-2)",
  redirect(
    'destination="http://new.test/über" exactDestination="true"',
  ),
  [["/a/b?x=1", "http://new.test/%C3%BCber"]],
);

check(
  "httpRedirect puts scheme and host before a path",
  redirect(
    'destination="/new" exactDestination="true"',
  ),
  [
    ["/a", "http://example.com/new"],
    ["/a", "https://h.test:8443/new", { secure: true, fields: [["Host", "h.test:8443"]] }],
    ["/a", "/new", { fields: [["Host", ""]] }],
  ],
);

check(
  "httpRedirect leaves a destination that names another host without a scheme",
  redirect(
    'destination="//cdn.test/x" exactDestination="true"',
  ),
  [["/a", "//cdn.test/x"]],
);

check("httpRedirect replaces $V, $S, $P and $Q (IIS M-HR-3)", "", [
  ["/old/a/b?x=1", "http://n.test/old/a/b,/a/b,x=1,?x=1"],
  ["/OLD/A", "http://n.test/OLD/A,/A,,"],
  ["/old", "http://n.test/old,,,"],
  ["/other", undefined],
], {
  locations: at("old", redirect('destination="http://n.test$V,$S,$P,$Q" exactDestination="true"')),
});

check(
  "httpRedirect adds the query once where the destination has it (IIS M-HR-3)",
  redirect(
    'destination="http://n.test/x$Q"',
  ),
  [["/a?b", "http://n.test/x/a?b"]],
);

check(
  "what a client asks for never becomes another host",
  redirect(
    'destination="$V$Q" exactDestination="true"',
  ),
  [
    ["//evil.test/x", "http://example.com//evil.test/x"],
    ["/%5Cevil.test", "http://example.com//evil.test"],
    ["//evil.test/x", "/evil.test/x", { fields: [["Host", ""]] }],
  ],
);

check("httpRedirect takes the part of the path behind its location (IIS M-HR-1, M-HR-2)", "", [
  ["/old/a/b", "http://n.test/x/a/b"],
  ["/older", undefined],
  ["/", undefined],
], { locations: at("old", redirect('destination="http://n.test/x"')) });

check(
  "httpRedirect is of the folder it is written for, not of the one that inherits it",
  redirect(
    'destination="http://n.test"',
  ),
  [["/deep/a", "http://n.test/deep/a"]],
  {
    locations: at("deep", '<httpErrors errorMode="Custom" />'),
  },
);

check(
  "httpRedirect counts the path base as part of the folder",
  redirect(
    'destination="http://n.test$V,$S" exactDestination="true"',
  ),
  [["/shop/a", "http://n.test/shop/a,/a"]],
  { pathBase: "/shop" },
);

check("httpRedirect with childOnly redirects no deeper", "", [
  ["/old", "http://n.test"],
  ["/old/", "http://n.test/"],
  ["/old/a?b", "http://n.test/a?b"],
  ["/old/a/", undefined],
  ["/old/a/b", undefined],
], { locations: at("old", redirect('destination="http://n.test" childOnly="true"')) });

check(
  "httpRedirect takes the first wildcard that fits (IIS M-HR-4)",
  redirect(
    'exactDestination="true"',
    add("*.php", "/first"),
    add("/x/*", "/second"),
    add("page", "/third"),
  ),
  [
    ["/x/a.PHP", "http://example.com/first"],
    ["/x/a", "http://example.com/second"],
    ["/page", "http://example.com/third"],
    ["/b/page", undefined],
    ["/y", undefined],
  ],
);

check(
  "httpRedirect replaces $0 to $9 by what wildcards stand for (IIS M-HR-3)",
  redirect(
    'exactDestination="true"',
    add("/blog/*/*.asp", "http://n.test/$1?year=$0&amp;n=$2"),
  ),
  [
    ["/blog/2020/a%20b.asp", "http://n.test/a%20b?year=2020&n="],
    ["/blog/2020/a%26c=1.asp", "http://n.test/a&c=1?year=2020&n="],
  ],
);

check(
  "httpRedirect leaves what is sent to ! (IIS M-HR-3)",
  redirect(
    "",
    add("/keep/*", "!"),
    add("*", "http://n.test"),
  ),
  [["/keep/a", undefined], ["/a", "http://n.test/a"]],
);

check(
  "httpRedirect uses wildcards only without a destination",
  redirect(
    'destination="http://n.test/all" exactDestination="true"',
    add("*.php", "/first"),
  ),
  [["/a.php", "http://n.test/all"]],
);

check(
  "httpRedirect is switched off below by enabled=false (IIS M-HR-6)",
  redirect(
    'destination="http://n.test"',
  ),
  [["/a", "http://n.test/a"], ["/live/a", undefined]],
  {
    locations: at("live", '<httpRedirect enabled="false" />'),
  },
);

check("httpRedirect does nothing unless it is enabled", '<httpRedirect destination="/x" />', [
  ["/", undefined],
]);

for (
  const [name, status] of [
    ["Permanent", 301],
    ["found", 302],
    ["Temporary", 307],
    ["PermRedirect", 308],
    ["308", 308],
  ] as const
) {
  Deno.test(`httpRedirect answers ${status} for httpResponseStatus="${name}" (IIS M-CF-21)`, async () => {
    await using site = await siteStage(
      redirect(`destination="/x" exactDestination="true" httpResponseStatus="${name}"`),
    );
    const answer = await site.ask("/");
    assert.equal(answer.status, status);
    assert.match(answer.body, /<a href="http:\/\/example\.com\/x">/);
  });
}

Deno.test("httpRedirect acts on what rewrite rules made of the URL (IIS M-HR-1)", async () => {
  const rewrite =
    '<rewrite><rules><rule name="a"><match url="^new/(.*)" /><action type="Rewrite" url="old/{R:1}" /></rule></rules></rewrite>';
  await using site = await siteStage(rewrite, {
    locations: at("old", redirect('destination="http://n.test"')),
  });
  assert.equal((await site.ask("/new/a")).fields.get("Location"), "http://n.test/a");
});

Deno.test("httpRedirect asks no backend (IIS M-HR-1)", async () => {
  await using site = await siteStage(redirect('destination="/x"'), {
    backend: () => assert.fail("the backend must not be asked"),
  });
  assert.equal((await site.ask("/a")).status, 302);
});

Deno.test("httpRedirect without any destination warns", async () => {
  await using site = await siteStage(redirect(""));
  assert.match(site.problems.join("\n"), /warning: Section httpRedirect redirects nothing/);
  assert.equal((await site.ask("/")).status, 200);
});
