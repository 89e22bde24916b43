import assert from "node:assert/strict";
import { rewriteStage, rule, rules } from "../../../support/rewrite_stage.ts";

/** What each of these says when it is read, without the place it is at. */
const CASES: readonly [name: string, webServer: string, problem: RegExp | undefined][] = [
  [
    "a pattern that is none (IIS M-RW-12)",
    rules(rule("a(", 'type="None"')),
    /^web\.config:\d+:\d+: Cannot use the pattern in "url": it is no regular expression \(.+\); correct it$/,
  ],
  [
    "a brace without end (IIS 6.4)",
    rules(rule("a", 'type="Rewrite" url="{R:1"')),
    /^web\.config:\d+:\d+: Invalid "url": No "}"/,
  ],
  [
    "a capture without number (IIS 6.4)",
    rules(rule("a", 'type="Rewrite" url="{R:x}"')),
    /takes the number of a group/,
  ],
  [
    "a capture without anything (IIS 6.4)",
    rules(rule("a", 'type="Rewrite" url="{R}"')),
    /means nothing/,
  ],
  [
    "an unknown map (IIS 6.4)",
    rules(rule("a", 'type="Rewrite" url="{Map:x}"')),
    /Unknown map or function "Map"/,
  ],
  [
    "too many braces (IIS 6.4)",
    rules(rule("a", `type="Rewrite" url="${"{ToLower:".repeat(40)}x${"}".repeat(40)}"`)),
    /more than 32/,
  ],
  [
    "an unknown variable",
    rules(rule("a", 'type="Rewrite" url="{REQUST_URI}"')),
    /warning: Unknown server variable "REQUST_URI" in "url" is always empty/,
  ],
  [
    "a rewrite to another host (IIS M-RW-44)",
    rules(rule("(.*)", 'type="Rewrite" url="http://localhost:5000/{R:1}"')),
    /^web\.config:\d+:\d+: Cannot rewrite to "http:\/\/localhost:5000\/", another host/,
  ],
  [
    "a status no custom answer has (IIS M-RW-60)",
    rules(rule("a", 'type="CustomResponse" statusCode="301"')),
    /cannot have 301/,
  ],
  [
    "a custom answer without status (IIS M-RW-60)",
    rules(rule("a", 'type="CustomResponse"')),
    /Missing attribute "statusCode"/,
  ],
  ["spaces around a URL (IIS 6.9)", rules(rule("a", 'type="Rewrite" url=" x"')), /Spaces around/],
  ["an empty match (IIS 6.9)", rules(rule("", 'type="None"')), /it is empty/],
  [
    "a rule without a name (IIS 6.9)",
    rules('<rule><match url="a" /></rule>'),
    /Missing attribute "name"/,
  ],
  [
    "two rules of one name (IIS 6.9)",
    rules('<rule name="A" />', '<rule name="a" />'),
    /Duplicate rule/,
  ],
  ["an unknown action (IIS 6.9)", rules(rule("a", 'type="Proxy"')), /not a known value/],
  [
    "a condition without input",
    rules(rule("a", 'type="None"', '<conditions><add pattern="x" /></conditions>')),
    /Missing attribute "input"/,
  ],
  [
    "type in a condition (IIS M-RW-27)",
    rules(
      rule(
        "a",
        'type="None"',
        '<conditions><add input="{URL}" pattern="x" type="Pattern" /></conditions>',
      ),
    ),
    /warning: "type" has no effect; write `matchType` instead/,
  ],
  [
    "an unlisted variable (IIS M-RW-71)",
    rules(
      rule("a", 'type="None"', '<serverVariables><set name="HTTP_X" value="" /></serverVariables>'),
    ),
    /warning: Server variable "HTTP_X" is not among rewrite\/allowedServerVariables/,
  ],
  [
    "a listed variable (IIS M-RW-71)",
    `<rewrite><allowedServerVariables><add name="http_x" /></allowedServerVariables>${
      rules(
        rule(
          "a",
          'type="None"',
          '<serverVariables><set name="HTTP_X" value="" /></serverVariables>',
        ),
      ).slice("<rewrite>".length)
    }`,
    undefined,
  ],
  [
    "a field that frames the message (IIS M-RW-70)",
    rules(
      rule(
        "a",
        'type="None"',
        '<serverVariables><set name="HTTP_TRANSFER_ENCODING" value="" /></serverVariables>',
      ),
    ),
    /warning: .* cannot be set/,
  ],
  [
    "global rules (IIS M-CF-6)",
    '<rewrite><globalRules><rule name="a" /></globalRules></rewrite>',
    /warning: Section rewrite\/globalRules has no effect/,
  ],
  [
    "providers (IIS 6.1)",
    '<rewrite><providers><provider name="Db" type="X" /></providers></rewrite>',
    /warning: Section rewrite\/providers has no effect/,
  ],
  [
    "two maps of one name",
    '<rewrite><rewriteMaps><rewriteMap name="a" /><rewriteMap name="A" /></rewriteMaps></rewrite>',
    /Duplicate rewriteMap/,
  ],
  [
    "two keys of one spelling",
    '<rewrite><rewriteMaps><rewriteMap name="a"><add key="k" value="" /><add key="k" value="" /></rewriteMap></rewriteMaps></rewrite>',
    /Duplicate add/,
  ],
  [
    "a slow pattern that no other engine takes (IIS M-RW-13)",
    rules(rule("^(?=a)(a+)+$", 'type="None"')),
    /: it could not be found out whether it is fast on every input, and lookaround/,
  ],
];

for (const [name, webServer, problem] of CASES) {
  Deno.test(`reading tells of ${name}`, async () => {
    await using stage = await rewriteStage(webServer);
    if (problem === undefined) return assert.deepEqual(stage.problems, []);
    assert.match(stage.problems[0] ?? "", problem);
    assert.equal(stage.problems.length, 1);
  });
}

Deno.test("allowSlowPatterns turns a slow pattern into a warning (IIS M-RW-13)", async () => {
  const webServer = rules(rule("^(?=a)(a+)+$", 'type="Rewrite" url="hit"'));
  await using stage = await rewriteStage(webServer, { allowSlowPatterns: true });
  assert.match(stage.problems.join(), /^web\.config:\d+:\d+: warning: Slow pattern in "url"/);
  assert.equal((await stage.ask("/aaa")).target, "/hit");
});

Deno.test("a mistake in a rule is told once, whatever places inherit it", async () => {
  await using stage = await rewriteStage(
    rules(rule("a(", 'type="None"')),
    {},
    '<location path="x"><system.webServer><rewrite><rules><rule name="other" /></rules></rewrite></system.webServer></location>',
  );
  assert.equal(stage.problems.length, 1);
});
