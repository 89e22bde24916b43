import assert from "node:assert/strict";
import { requestFiltering } from "../../../../src/modules/request_filtering/request_filtering.ts";
import { DENIED_EXTENSIONS } from "../../../../src/modules/request_filtering/_default_lists.ts";
import { refusalStage } from "../../../support/refusal_stage.ts";

/** With what is written inside `requestFiltering`. */
const stage = (inside = "", attributes = "") =>
  refusalStage(
    [requestFiltering],
    `<security><requestFiltering ${attributes}>${inside}</requestFiltering></security>`,
  );

const table = (
  name: string,
  config: readonly [inside?: string, attributes?: string],
  cases: Readonly<Record<string, string>>,
) => {
  for (const [target, verdict] of Object.entries(cases)) {
    Deno.test(`request filtering ${name}: ${target} is ${verdict}`, async () => {
      const filter = await stage(...config);
      assert.deepEqual(filter.problems, []);
      assert.equal(filter.verdict(target), verdict);
    });
  }
};

Deno.test("request filtering acts where web.config says nothing (IIS M-RF-1)", async () => {
  const filter = await refusalStage([requestFiltering]);
  const verdicts = ["/", "/api/bin/7", "/download/Program.cs"].map((it) => filter.verdict(it));
  assert.deepEqual(verdicts, ["passed", "404.8", "404.7"]);
});

Deno.test("a refusal names what refused it and the setting that would allow it (IIS M-RF-1)", async () => {
  const { ask } = await stage();
  const segment = ask("/api/bin/7").error;
  assert.match(segment?.message ?? "", /"\/api\/bin\/7".*"bin".*hiddenSegments/);
  assert.match(segment?.failure.remedy ?? "", /<remove segment=/);
  const extension = ask("/download/Program.cs").error;
  assert.match(extension?.message ?? "", /"\.cs".*fileExtensions/);
});

table("hidden segments (IIS M-RF-2)", [], {
  "/bin": "404.8",
  "/BIN/x": "404.8",
  "/a/b/App_Data/c": "404.8",
  "/app_code": "404.8",
  "/web.config/x": "404.8",
  "/binary/x": "passed",
  "/my.bin/x": "passed",
  "/b%69n/x": "404.8",
  "/a%2Fbin": "404.8",
  "/a%5cbin%5cb": "404.8",
  "/bin.": "404.8",
  "/bin%20/x": "404.8",
  "/bin::$INDEX_ALLOCATION/x": "404.8",
  "/b%E2%80%8Bin": "passed",
  "/b%E2%80%8Din": "404.8",
  "/App_Brow%C5%BFers/x": "404.8",
  "/?x=/bin/": "passed",
});

table(
  "hidden segments of web.config (IIS M-RF-2)",
  ['<hiddenSegments><remove segment="bin"/><add segment="private"/></hiddenSegments>'],
  { "/bin/x": "passed", "/a/Private": "404.8", "/App_Data": "404.8" },
);

table(
  "hidden segments cleared (IIS M-RF-2)",
  ["<hiddenSegments><clear/></hiddenSegments>"],
  { "/bin/x": "passed", "/web.config/x": "passed", "/web.config": "404.7" },
);

table("extensions (IIS M-RF-3)", [], {
  "/a.CONFIG": "404.7",
  "/a.cs/": "passed",
  "/a.cs/b": "passed",
  "/a.cs.txt": "passed",
  "/a.txt.cs": "404.7",
  "/a.%63s": "404.7",
  "/a.cs.": "404.7",
  "/a.cs%20": "404.7",
  "/a.cs::$DATA": "404.7",
  "/a:b.cs": "404.7",
  "/a.c%C5%BF": "404.7",
  "/a.sdmdocument": "404.7",
  "/.cs": "404.7",
  "/a.css": "passed",
  "/a?b=c.cs": "passed",
});

Deno.test("request filtering denies each extension that IIS denies (IIS section 5.1)", async () => {
  const { verdict } = await stage();
  assert.equal(DENIED_EXTENSIONS.length, 44);
  for (const extension of DENIED_EXTENSIONS) assert.equal(verdict(`/a${extension}`), "404.7");
});

table(
  "extensions where only listed ones pass (IIS M-RF-3)",
  ['<fileExtensions allowUnlisted="false"><add fileExtension=".HTML" allowed="true"/></fileExtensions>'],
  {
    "/a.html": "passed",
    "/a.js": "404.7",
    "/": "404.7",
    "/a": "404.7",
    "/a.html/": "404.7",
    "/a.html.": "404.7",
    "/a.html:b.cs": "404.7",
  },
);

table(
  "extensions where paths without one pass (IIS M-RF-3)",
  ['<fileExtensions allowUnlisted="false"><add fileExtension="." allowed="true"/></fileExtensions>'],
  { "/": "passed", "/a": "passed", "/a.b/": "passed", "/a.b": "404.7" },
);

table(
  "extensions taken off the list (IIS M-RF-3)",
  [
    '<fileExtensions><remove fileExtension=".cs"/><remove fileExtension=".java"/>' +
    '<add fileExtension=".java" allowed="true"/><add fileExtension=".exe" allowed="false"/></fileExtensions>',
  ],
  { "/a.cs": "passed", "/a.java": "passed", "/a.exe": "404.7", "/a.config": "404.7" },
);

table("double escaping (IIS M-RF-7)", [], {
  "/a+b": "404.11",
  "/a%2Bb": "404.11",
  "/a%2520b": "404.11",
  "/a%252e%252e/b": "404.11",
  "/a%25u002eb": "404.11",
  "/100%25": "passed",
  "/100%25zz": "passed",
  "/a%20b": "passed",
  "/a?b+c%2520": "passed",
  "/a+b/../c": "404.11",
});

table("double escaping allowed (IIS M-RF-7)", ["", 'allowDoubleEscaping="true"'], {
  "/a+b": "passed",
  "/a%2520b": "passed",
});

table("high-bit characters refused (IIS section 5.1)", ["", 'allowHighBitCharacters="false"'], {
  "/%C3%A4": "404.12",
  "/\xc3\xa4": "404.12",
  "/a?%C3%A4": "passed",
  "/a": "passed",
});

table("high-bit characters (IIS section 5.1)", [], { "/%C3%A4": "passed" });

table(
  "URL sequences (IIS M-RF-8)",
  [
    '<denyUrlSequences><add sequence="Bad_"/><add sequence="//"/><add sequence=".."/></denyUrlSequences>' +
    '<alwaysAllowedUrls><add url="/bad_sequence.txt"/><add url="/bad_.cs"/></alwaysAllowedUrls>',
  ],
  {
    "/x/bAd_y": "404.5",
    "/b%61d_y": "404.5",
    "/a//b": "404.5",
    "/a/../b": "404.5",
    "/a/%2e%2e/b": "404.5",
    "/Bad_Sequence.txt": "passed",
    "/bad_sequence.txt/x": "404.5",
    "/bad_.cs": "404.7",
    "/a?bad_": "passed",
    "/ok": "passed",
  },
);

Deno.test("the path of the application is judged, too (IIS M-RF-16)", async () => {
  const filter = await refusalStage([requestFiltering], "", { pathBase: "/bin" });
  assert.equal(filter.verdict("/bin/x"), "404.8");
});

Deno.test("entries that no request can fit are warned of, once (IIS M-RF-2, M-RF-3, M-RF-8)", async () => {
  const inside = '<fileExtensions><add fileExtension="exe" allowed="false"/></fileExtensions>' +
    '<hiddenSegments><add segment="a/b"/></hiddenSegments>' +
    '<alwaysAllowedUrls><add url="x"/></alwaysAllowedUrls>';
  const { problems } = await refusalStage(
    [requestFiltering],
    `<security><requestFiltering>${inside}</requestFiltering></security>`,
    {
      locations: '<location path="a"><system.webServer><security>' +
        '<requestFiltering allowDoubleEscaping="true"/></security></system.webServer></location>',
    },
  );
  assert.equal(problems.length, 3);
  assert.match(problems.join("\n"), /"exe" never fits[^]*"a\/b" never fits[^]*"x" never fits/);
});

Deno.test("a built-in entry added again is an error with its line (IIS M-CF-32)", async () => {
  const { problems } = await stage('<hiddenSegments><add segment="BIN"/></hiddenSegments>');
  assert.match(
    problems.join(),
    /^web\.config:\d+:\d+: Duplicate add segment="BIN", it is built in/,
  );
});
