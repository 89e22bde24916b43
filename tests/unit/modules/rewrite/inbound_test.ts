import assert from "node:assert/strict";
import {
  type AskOptions,
  rewriteStage,
  rule,
  rules,
  type StageOptions,
} from "../../../support/rewrite_stage.ts";

/** What a request for `target` comes to: the target that goes on, an answer, or the code of a failure. */
type Case = readonly [target: string, result: string, options?: AskOptions];

function check(name: string, webServer: string, cases: readonly Case[], options?: StageOptions) {
  Deno.test(name, async (t) => {
    await using stage = await rewriteStage(webServer, options);
    const errors = stage.problems.filter((problem) => !/: (?:warning|note): /.test(problem));
    assert.deepEqual(errors, []);
    for (const [target, result, ask] of cases) {
      await t.step(`${target} ${JSON.stringify(ask ?? {}).slice(0, 100)} → ${result}`, async () => {
        const asked = await stage.ask(target, ask);
        assert.equal(asked.target ?? asked.answer ?? asked.failure, result);
      });
    }
  });
}

/** Shows what the pattern captured: as the query of what goes on. */
const show = (text: string) => `type="Rewrite" url="/hit?${text}" appendQueryString="false"`;
const condition = (...adds: readonly string[]) => `<conditions>${adds.join("")}</conditions>`;

check(
  "a rule's input is the path without slash and query (IIS M-RW-1)",
  rules(rule("^(.*)$", show("{R:1}"))),
  [
    ["/content/a.aspx?x=1", "/hit?content/a.aspx"],
    ["/", "/hit"],
    ["/a/b/", "/hit?a/b/"],
  ],
);

check(
  "a rule's input is below the path base (IIS M-RW-1)",
  rules(rule("^(.*)$", 'type="Rewrite" url="x/{R:1}"')),
  [["/shop/a", "/shop/x/a"], ["/shop", "/shop/x/"], ["/Shop/a", "/shop/x/a"]],
  { pathBase: "/shop" },
);

check(
  "a rule's input is decoded and normalised, the query is not (IIS M-RW-2)",
  rules(
    rule("^a b$", show("decoded")),
    rule("^x/y$", show("collapsed")),
    rule("^q$", show("{QUERY_STRING}")),
    rule("^é$", show("utf-8")),
  ),
  [
    ["/a%20b", "/hit?decoded"],
    ["/x//y", "/hit?collapsed"],
    ["/z/../x%2Fy", "/hit?collapsed"],
    ["/x%2F%2Fy", "/hit?collapsed"],
    ["/q?my%20test", "/hit?my%20test"],
    ["/%C3%A9", "/hit?utf-8"],
    ["/%FF", "bad-request"],
  ],
);

check(
  "what no rule takes goes on byte for byte",
  rules(rule("^never$", show("x"))),
  [["/a//b/%7e%41?x=%20&y=a b", "/a//b/%7e%41?x=%20&y=a b"], ["/%2e%2e/x", "/%2e%2e/x"], [
    "*",
    "*",
  ]],
);

check(
  "a pattern is searched for; {R:0} is what it matched (IIS M-RW-3)",
  rules(rule("iss.es", show("{R:0}"))),
  [["/all-issues-here", "/hit?issues"], ["/other", "/other"]],
);

check(
  "letter case does not count unless ignoreCase is false (IIS M-RW-4)",
  rules(
    rule("^abc$", show("any")),
    rule('<match url="^DEF$" ignoreCase="false" />', show("exact")),
  ),
  [["/ABC", "/hit?any"], ["/DEF", "/hit?exact"], ["/def", "/def"]],
);

check(
  "Wildcard takes the whole input, ExactMatch compares it (IIS M-RW-5)",
  rules(
    rule("a/*/b/*", show("{R:0}|{R:1}|{R:2}"), "", 'patternSyntax="Wildcard"'),
    rule("what?.txt", show("question"), "", 'patternSyntax="Wildcard"'),
    rule("x(1).txt", show("{R:0}"), "", 'patternSyntax="ExactMatch"'),
  ),
  [
    ["/a/1/b/2/b/3", "/hit?a/1/b/2/b/3%7C1/b/2%7C3"],
    ["/A/1/B/2", "/hit?A/1/B/2%7C1%7C2"],
    ["/z/a/1/b/2", "/z/a/1/b/2"],
    ["/what%3F.txt", "/hit?question"],
    ["/whatx.txt", "/whatx.txt"],
    ["/x(1).txt", "/hit?x(1).txt"],
    ["/x1.txt", "/x1.txt"],
  ],
);

check(
  "rules see what earlier ones made of the URL, until one stops (IIS M-RW-7)",
  rules(
    rule("^a$", 'type="Rewrite" url="b"'),
    rule("^b$", 'type="Rewrite" url="c"', "", 'stopProcessing="true"'),
    rule("^[bc]$", 'type="Rewrite" url="never"'),
    rule("^n$", 'type="None"', "", 'stopProcessing="true"'),
    rule("^n$", 'type="Rewrite" url="never"'),
  ),
  [["/a", "/c"], ["/n", "/n"]],
);

check(
  "rules are passed through once (IIS M-RW-8)",
  rules(rule("^b$", 'type="Rewrite" url="done"'), rule("^a$", 'type="Rewrite" url="b"')),
  [["/a", "/b"]],
);

check(
  "negate fires where the pattern does not fit, without captures (IIS M-RW-9)",
  rules(rule('<match url="^(api)" negate="true" />', show("[{R:0}{R:1}]"))),
  [["/api/x", "/api/x"], ["/page", "/hit?[]"]],
);

check(
  "a rule that is off is passed over (IIS M-RW-10)",
  rules(rule("(", show("x"), "", 'enabled="false"')),
  [["/a", "/a"]],
);

check(
  "a rule without match takes every URL",
  rules(`<rule name="all"><action ${show("{R:0}")} /></rule>`),
  [["/a/b", "/hit?a/b"], ["/", "/hit"]],
);

check(
  "MatchAll wants all conditions, MatchAny one (IIS M-RW-21)",
  rules(
    rule(
      "^all$",
      show("all"),
      condition(
        '<add input="{QUERY_STRING}" pattern="a" />',
        '<add input="{QUERY_STRING}" pattern="b" />',
      ),
    ),
    rule(
      "^any$",
      show("any"),
      '<conditions logicalGrouping="MatchAny"><add input="{QUERY_STRING}" pattern="a" />' +
        '<add input="{QUERY_STRING}" pattern="b" /></conditions>',
    ),
    rule("^none$", show("none"), "<conditions />"),
    rule("^noneany$", show("none"), '<conditions logicalGrouping="MatchAny" />'),
  ),
  [
    ["/all?ab", "/hit?all"],
    ["/all?a", "/all?a"],
    ["/all?b", "/all?b"],
    ["/any?a", "/hit?any"],
    ["/any?b", "/hit?any"],
    ["/any?c", "/any?c"],
    ["/none", "/hit?none"],
    ["/noneany", "/hit?none"],
  ],
);

check(
  "{C:n} is of the last condition that fitted (IIS M-RW-22, M-RW-25)",
  rules(
    rule(
      "^a$",
      show("{C:0}-{C:1}"),
      condition(
        '<add input="{HTTP_HOST}" pattern="(exa)mple" />',
        '<add input="{C:1}+{QUERY_STRING}" pattern="exa\\+(.)" />',
        '<add input="{QUERY_STRING}" pattern="(never)" negate="true" />',
      ),
    ),
  ),
  [["/a?q", "/hit?exa+q-q"]],
);

check(
  "trackAllCaptures numbers the groups of all conditions through (IIS M-RW-23)",
  rules(
    rule(
      "",
      show("{C:0}|{C:1}|{C:2}|{C:3}|{C:4}"),
      '<conditions trackAllCaptures="true">' +
        '<add input="{URL}" pattern="^/([a-zA-Z]+)/([0-9]+)/$" />' +
        '<add input="{QUERY_STRING}" pattern="p2=([a-z]+)" /></conditions>',
    ).replace('<match url="" />', ""),
  ),
  [["/article/23/?p1=123&p2=abc", "/hit?/article/23/%7Carticle%7C23%7Cabc%7C"]],
);

check(
  "IsFile and IsDirectory look into the application folder (IIS M-RW-24, M-RW-26, M-PL-11)",
  rules(
    rule(
      "^(.*)$",
      'type="Rewrite" url="/index.html"',
      condition(
        '<add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true" />',
        '<add input="{REQUEST_FILENAME}" matchType="isDirectory" negate="true" pattern="nothing" />',
        '<add input="{URL}" pattern="^/api" negate="true" />',
      ),
    ),
  ),
  [
    ["/app.js", "/app.js"],
    ["/img", "/img"],
    ["/img/", "/img/"],
    ["/api/x", "/api/x"],
    ["/deep/route?x=1", "/index.html?x=1"],
    ["/img/none.png", "/index.html"],
    ["/%2e%2e/web.config", "/%2e%2e/web.config"],
  ],
  { files: ["app.js", "img/logo.png"] },
);

check(
  "IsFile without input takes the file of the URL, with one any path (IIS M-RW-24)",
  rules(
    rule(
      "^(.*)$",
      'type="Rewrite" url="wwwroot/{R:1}"',
      condition(
        '<add input="{DOCUMENT_ROOT}wwwroot\\{R:1}" matchType="IsFile" />',
      ),
      'stopProcessing="true"',
    ),
    rule(
      "^(.*)$",
      'type="Rewrite" url="none"',
      condition('<add matchType="IsFile" negate="true" />'),
    ),
  ),
  [["/a.txt", "/wwwroot/a.txt"], ["/b.txt", "/b.txt"], ["/c.txt", "/none"]],
  { files: ["wwwroot/a.txt", "b.txt"] },
);

check(
  "a condition without a pattern fits an empty input (IIS M-RW-26)",
  rules(rule("^a$", show("empty"), condition('<add input="{QUERY_STRING}" />'))),
  [["/a", "/hit?empty"], ["/a?x", "/a?x"]],
);

check(
  "functions change what is put in (IIS M-RW-30)",
  rules(
    rule("^lower/(.*)$", show("{ToLower:{R:1}/X}")),
    rule(
      "^up$",
      'type="Redirect" url="/{ToLower:A{C:1}B}"',
      condition('<add input="{HTTP_X_NAME}" pattern="(.+)" />'),
    ),
    rule("^enc$", show("{UrlEncode:{HTTP_X_NAME}}")),
    rule(
      "^dec$",
      'type="Redirect" url="/p/{UrlDecode:{C:1}}" appendQueryString="false"',
      condition('<add input="{QUERY_STRING}" pattern="^u=(.*)$" />'),
    ),
    rule("^html$", show("{urlencode:{HtmlEncode:{HTTP_X_NAME}}}")),
  ),
  [
    ["/lower/AbC", "/hit?abc/x"],
    ["/up", "301 http://example.com/axyb", { fields: [["X-Name", "XY"]] }],
    ["/enc", "/hit?a%20%26%2F%3C%C3%A9%25", { fields: [["X-Name", "a &/<\xc3\xa9%"]] }],
    ["/dec?u=a%2Fb%3Fc", "301 http://example.com/p/a/b?c"],
    ["/dec?u=%0D%0ASet-Cookie:%20x", "301 http://example.com/p/%0D%0ASet-Cookie:%20x"],
    ["/html", "/hit?%26%2360%3Bb%26%2362%3B", { fields: [["X-Name", "<b>"]] }],
  ],
);

check(
  "what is put in is not looked at again (IIS M-RW-31)",
  rules(rule("^a$", show("{HTTP_X_NAME}"))),
  [["/a", "/hit?%7BHTTP_HOST%7D", { fields: [["X-Name", "{HTTP_HOST}"]] }]],
);

check(
  "a map gives values by the whole key, or its default (IIS M-RW-32)",
  `<rewrite><rules>${
    rule(
      "^(.*)$",
      'type="Redirect" url="{C:1}" appendQueryString="false"',
      condition(
        '<add input="{Moved:{REQUEST_URI}}" pattern="(.+)" />',
      ),
    )
  }${rule("^case/(.*)$", show("{Exact:{R:1}}"))}</rules>
  <rewriteMaps><rewriteMap name="Moved"><add key="/old" value="/new" />
  <add key="/find?q=1&amp;r=2" value="https://other.example/found" /></rewriteMap>
  <rewriteMap name="Exact" defaultValue="none" ignoreCase="false"><add key="A" value="large" /><add key="a" value="small" />
  </rewriteMap></rewriteMaps></rewrite>`,
  [
    ["/old", "301 http://example.com/new"],
    ["/OLD", "301 http://example.com/new"],
    ["/old?x", "/old?x"],
    ["/find?q=1&r=2", "301 https://other.example/found"],
    ["/case/A", "/hit?large"],
    ["/case/a", "/hit?small"],
    ["/case/b", "/hit?none"],
  ],
);

check(
  "a relative rewrite begins at the place of the rules, a slash at the site (IIS M-RW-40, M-RW-43)",
  rules(
    rule("^rel$", 'type="Rewrite" url="x/y.html"'),
    rule("^abs$", 'type="Rewrite" url="/shop/z"'),
    rule("^none$", 'type="Rewrite" url=""'),
    rule("^q$", 'type="Rewrite" url="?a=b"'),
    rule("^up$", 'type="Rewrite" url="a/../b"'),
  ),
  [
    ["/shop/rel", "/shop/x/y.html"],
    ["/shop/abs", "/shop/z"],
    ["/shop/none", "/shop/"],
    ["/shop/q", "/shop/?a=b"],
    ["/shop/up", "/shop/b"],
  ],
  { pathBase: "/shop" },
);

check(
  "the query of a rewrite comes first, then the original one (IIS M-RW-41)",
  rules(
    rule("^a/(\\d+)$", 'type="Rewrite" url="article?id={R:1}"'),
    rule("^b$", 'type="Rewrite" url="b2"'),
    rule("^c$", 'type="Rewrite" url="c2?x=1" appendQueryString="false"'),
    rule("^d$", 'type="Rewrite" url="d2" appendQueryString="false"'),
    rule("^e$", 'type="Rewrite" url="/e2{REQUEST_URI}"'),
  ),
  [
    ["/a/7?v=2", "/article?id=7&v=2"],
    ["/a/7", "/article?id=7"],
    ["/b?v=2", "/b2?v=2"],
    ["/c?v=2", "/c2?x=1"],
    ["/d?v=2", "/d2"],
    ["/e?v=2", "/e2/e?v=2&v=2"],
  ],
);

check(
  "a rewritten path is decoded text, escaped once for the backend (IIS M-RW-42, M-PL-9)",
  rules(
    rule("^p/(.*)$", 'type="Rewrite" url="to/{R:1}"'),
    rule("^q/(.*)$", 'type="Rewrite" url="to?x={R:1}"'),
    rule("^lit$", 'type="Rewrite" url="a b%20c/é"'),
  ),
  [
    ["/p/a%20b", "/to/a%20b"],
    ["/p/%C3%A9", "/to/%C3%A9"],
    ["/p/a%2520b", "/to/a%2520b"],
    ["/p/100%25", "/to/100%25"],
    ["/p/a%3Fb%23c", "/to/a%3Fb%23c"],
    ["/p/a;b=c,d@e:f", "/to/a;b=c,d@e:f"],
    ["/p/%7B%22%7D", "/to/%7B%22%7D"],
    ["/q/a%20b%23c%25", "/to?x=a%20b%23c%25"],
    ["/lit", "/a%20b%20c/%C3%A9"],
  ],
);

check(
  "a rewrite to the same host is local, to another one fails (IIS M-RW-44)",
  rules(
    rule("^a$", 'type="Rewrite" url="http://{HTTP_HOST}/local?x"'),
    rule(
      "^b$",
      'type="Rewrite" url="http://{C:0}/x"',
      condition('<add input="{QUERY_STRING}" pattern=".+" />'),
    ),
    rule("^c$", 'type="Rewrite" url="https://{HTTP_HOST}/x"'),
  ),
  [
    ["/a", "/local?x"],
    ["/b?other.example", "rewrite-to-other-host"],
    ["/b?example.com", "/x?example.com"],
    ["/c", "rewrite-to-other-host"],
    ["/c", "/x", { secure: true }],
  ],
);

check(
  "a rewrite out of the application is refused (IIS M-RW-45)",
  rules(rule("^a$", 'type="Rewrite" url="/other/x"')),
  [["/shop/a", "rewrite-outside-application"]],
  { pathBase: "/shop" },
);

check(
  "a redirect has an absolute Location and its status (IIS M-RW-50)",
  rules(
    rule("^a$", 'type="Redirect" url="b/c"'),
    rule("^found$", 'type="Redirect" url="/x" redirectType="Found"'),
    rule("^other$", 'type="Redirect" url="/x" redirectType="SeeOther"'),
    rule("^temp$", 'type="Redirect" url="/x" redirectType="Temporary"'),
    rule("^num$", 'type="Redirect" url="/x" redirectType="307"'),
    rule("^abs$", 'type="Redirect" url="https://other.example/x"'),
    rule("^host$", 'type="Redirect" url="//other.example/x"'),
    rule("^empty$", 'type="Redirect" url=""'),
  ),
  [
    ["/shop/a", "301 http://example.com/shop/b/c"],
    ["/shop/found", "302 http://example.com/x"],
    ["/shop/other", "303 http://example.com/x"],
    ["/shop/temp", "307 http://example.com/x"],
    ["/shop/num", "307 http://example.com/x"],
    ["/shop/abs", "301 https://other.example/x"],
    ["/shop/host", "301 //other.example/x"],
    ["/shop/empty", "301 http://example.com/shop/"],
    ["/shop/a", "301 https://example.com:8443/shop/b/c", {
      secure: true,
      fields: [["Host", "example.com:8443"]],
    }],
  ],
  { pathBase: "/shop" },
);

check(
  "a redirect takes the query along, before a fragment (IIS M-RW-51)",
  rules(
    rule("^a$", 'type="Redirect" url="/b"'),
    rule("^c$", 'type="Redirect" url="/d?x=1#part"'),
    rule("^e$", 'type="Redirect" url="/f" appendQueryString="false"'),
  ),
  [
    ["/a?q=1", "301 http://example.com/b?q=1"],
    ["/c?q=1", "301 http://example.com/d?x=1&q=1#part"],
    ["/c", "301 http://example.com/d?x=1#part"],
    ["/e?q=1", "301 http://example.com/f"],
  ],
);

check(
  "Location is escaped where it has to be, and never another host by accident (IIS M-RW-52)",
  rules(
    rule("^to/(.*)$", 'type="Redirect" url="/{R:1}"'),
    rule("^uri", 'type="Redirect" url="{REQUEST_URI}" appendQueryString="false"'),
    rule(
      "^raw$",
      'type="Redirect" url="/{C:1}" appendQueryString="false"',
      condition('<add input="{HTTP_X_TO}" pattern="(.*)" />'),
    ),
  ),
  [
    ["/to/a%20b", "301 http://example.com/a%20b"],
    ["/to/%C3%A9%3F%25", "301 http://example.com/%C3%A9%3F%25"],
    ["/to//evil.example", "301 http://example.com/evil.example"],
    ["/to/%2F%2Fevil.example", "301 http://example.com/evil.example"],
    ["/to/%5C%5Cevil.example", "301 http://example.com/evil.example"],
    ["/uri//evil.example/%0", "bad-request"],
    ["//uri/x", "301 http://example.com/uri/x"],
    ["/raw", "301 http://example.com/evil.example", { fields: [["X-To", "/evil.example"]] }],
    ["/raw", "301 http://example.com/evil.example", { fields: [["X-To", "\\evil.example"]] }],
  ],
);

check(
  "CustomResponse answers with status and sub-status (IIS M-RW-60)",
  rules(
    rule(
      "^down$",
      'type="CustomResponse" statusCode="503" subStatusCode="7" statusReason="Be back" statusDescription="Soon"',
    ),
    rule("^gone$", 'type="CustomResponse" statusCode="410"'),
  ),
  [["/down", "503.7"], ["/gone", "410"]],
);

check(
  "AbortRequest drops the connection (IIS M-RW-61)",
  rules(rule("\\.php$", 'type="AbortRequest"')),
  [["/x.php", "dropped"], ["/x", "/x"]],
);

check(
  "None makes an exception (IIS M-RW-62)",
  rules(
    rule("^\\.well-known", 'type="None"', "", 'stopProcessing="true"'),
    rule(
      "(.*)",
      'type="Redirect" url="https://{HTTP_HOST}/{R:1}"',
      condition('<add input="{HTTPS}" pattern="^OFF$" />'),
    ),
  ),
  [
    ["/.well-known/acme-challenge/x", "/.well-known/acme-challenge/x"],
    ["/a?b", "301 https://example.com/a?b"],
    ["/a?b", "/a?b", { secure: true }],
  ],
);

check(
  "HTTPS redirect by X-Forwarded-Proto, without www, slash and capitals: the common rules",
  rules(
    rule(
      "(.*)",
      'type="Redirect" url="https://{HTTP_HOST}{REQUEST_URI}" appendQueryString="false"',
      condition(
        '<add input="{HTTP_X_FORWARDED_PROTO}" pattern="^http$" />',
      ),
      'stopProcessing="true"',
    ),
    rule(
      "(.*)",
      'type="Redirect" url="http://{C:1}/{R:1}"',
      condition(
        '<add input="{HTTP_HOST}" pattern="^www\\.(.+)$" />',
      ),
    ),
    rule(
      "(.*)/$",
      'type="Redirect" url="{R:1}"',
      condition(
        '<add input="{REQUEST_FILENAME}" matchType="IsDirectory" negate="true" />',
      ),
    ),
    rule('<match url="[A-Z]" ignoreCase="false" />', 'type="Redirect" url="{ToLower:{URL}}"'),
  ),
  [
    ["/a?b=1", "301 https://example.com/a?b=1", { fields: [["X-Forwarded-Proto", "http"]] }],
    ["/a?b=1", "/a?b=1", { fields: [["X-Forwarded-Proto", "https"]] }],
    ["/x?y", "301 http://example.com/x?y", { fields: [["Host", "www.example.com"]] }],
    ["/x/y/?z", "301 http://example.com/x/y?z"],
    ["/", "/"],
    ["/Some/Page?Q=A", "301 http://example.com/some/page?Q=A"],
  ],
);

check(
  "setting QUERY_STRING and own variables (IIS M-RW-72)",
  rules(
    rule(
      "^a$",
      'type="None"',
      '<serverVariables><set name="QUERY_STRING" value="x={HTTP_X_ID}" />' +
        '<set name="MY_NAME" value="mine" /></serverVariables>',
    ),
    rule("^a$", 'type="Rewrite" url="b?{MY_NAME}"'),
  ),
  [["/a?old", "/b?mine&x=1%23", { fields: [["X-Id", "1#"]] }]],
);

check(
  "server variables of the example request (IIS section 6.5)",
  rules(
    rule(
      "(.*)",
      show(
        "{UrlEncode:{HTTPS} {HTTP_HOST} {SERVER_NAME} {SERVER_PORT} {SERVER_PORT_SECURE} {REQUEST_URI} " +
          "{UNENCODED_URL} {HTTP_URL} {URL} {PATH_INFO} {SCRIPT_NAME} {QUERY_STRING} {REQUEST_METHOD} {HTTP_METHOD} {CACHE_URL} " +
          "{REMOTE_ADDR} {REMOTE_PORT} {REMOTE_USER}{NOBODY_KNOWS} {CONTENT_TYPE} {HTTP_USER_AGENT} {SERVER_PROTOCOL}}",
      ),
    ),
  ),
  [[
    "/content/a%20b.aspx?tabid=2%20",
    "/hit?" + encodeURIComponent(
      "on www.mysite.com:8443 www.mysite.com 8443 1 /content/a b.aspx?tabid=2%20 /content/a%20b.aspx?tabid=2%20 " +
        "/content/a%20b.aspx?tabid=2%20 /content/a b.aspx /content/a b.aspx /content/a b.aspx tabid=2%20 POST POST " +
        "https://www.mysite.com:8443/content/a b.aspx?tabid=2%20 203.0.113.7 50000  text/plain agent HTTP/1.1",
    ),
    {
      method: "POST",
      secure: true,
      fields: [["Host", "www.mysite.com:8443"], ["Content-Type", "text/plain"], [
        "User-Agent",
        "agent",
      ]],
    },
  ]],
);

check(
  "an input longer than 8,192 characters is refused (IIS M-RW-13)",
  rules(rule("(.*)", show("x"), condition('<add input="{HTTP_X_LONG}" pattern="^a" />'))),
  [
    ["/", "/hit?x", { fields: [["X-Long", "a".repeat(8_192)]] }],
    ["/", "pattern-input-too-long", { fields: [["X-Long", "a".repeat(8_193)]] }],
  ],
);
