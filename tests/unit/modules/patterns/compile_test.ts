import assert from "node:assert/strict";
import { HostError } from "../../../../src/contract/host_error.ts";
import {
  compilePattern,
  compileTextPattern,
  loadPatternEngines,
  type PatternOptions,
} from "../../../../src/modules/patterns/compile.ts";

/** Expressions of which not all are plain, so that the engines are loaded. */
await loadPatternEngines(["(a+)+b"], ["(a+)+b"]);

function pattern(text: string, options?: PatternOptions) {
  const reading = compilePattern(text, options);
  if ("wrong" in reading) throw new Error(reading.wrong);
  return reading.pattern;
}

const found = (text: string, input: string, options?: PatternOptions) => {
  const captures = pattern(text, options).match(input);
  return captures && Array.from(captures);
};

/** Both engines, and the plain shape, give the same. */
const MATCHES: [text: string, input: string, captures: (string | undefined)[] | null][] = [
  ["(.*)/$", "a/b/", ["a/b/", "a/b"]],
  ["(.*)/$", "a/b", null],
  ["(.*)", "a\nb", ["a\nb", "a\nb"]],
  ["^.*$", "", [""]],
  ["^abc", "abcd", ["abc"]],
  ["^abc", "ABC", null],
  ["^abc", "xabc", null],
  ["foo(.*)bar", "xfoo1bar2barz", ["foo1bar2bar", "1bar2"]],
  ["(^|&)id=([^&]+)(&|$)", "a=1&id=55&b", ["&id=55&", "&", "55", "&"]],
  ["^(.+)-(.+)-(.+)$", "a-b-c-d", ["a-b-c-d", "a-b", "c", "d"]],
  ["(a|b)|(c)+d+", "ccd", ["ccd", undefined, "c"]],
  ["(?<year>\\d+)+/(\\w+)+", "2024/may", ["2024/may", "2024", "may"]],
  ["^(?!www\\.)(.*)$", "www.example.com", null],
  ["^(?!www\\.)(.*)$", "example.com", ["example.com", "example.com"]],
  ["(.*)(x|y)?\\.html", "a\nb.html", ["a\nb.html", "a\nb", undefined]],
  ["[^]*\\/\\-(.*)(.*)z", "\n/-z", ["\n/-z", "", ""]],
];

for (const [text, input, captures] of MATCHES) {
  Deno.test(`compilePattern() finds ${JSON.stringify(captures)} by ${text} (IIS M-RW-3)`, () => {
    assert.deepEqual(found(text, input), captures);
    assert.deepEqual(new RegExp(text, "s").exec(input)?.slice() ?? null, captures);
  });
}

Deno.test("compilePattern() finds without regard to case where told so (IIS M-RW-4)", () => {
  for (const text of ["abc", "^abc", "(a+)+bc"]) {
    assert.notEqual(found(text, "ABC", { ignoreCase: true }), null);
    assert.equal(found(text, "ABC"), null);
  }
});

const WILDCARDS: [text: string, input: string, captures: string[] | null][] = [
  ["*", "", ["", ""]],
  ["*", "any/thing", ["any/thing", "any/thing"]],
  ["a*", "abc", ["abc", "bc"]],
  ["*c", "abc", ["abc", "ab"]],
  ["a*a", "a", null],
  ["a*a", "aa", ["aa", ""]],
  ["*/foo/*", "a/foo/b/foo/c", ["a/foo/b/foo/c", "a/foo/b", "c"]],
  ["**", "ab", ["ab", "ab", ""]],
  ["a*b*c*", "aXbYcZc", ["aXbYcZc", "X", "YcZ", ""]],
  ["a?c", "abc", null],
  ["a?c", "a?c", ["a?c"]],
  ["(*)", "(x)", ["(x)", "x"]],
];

for (const [text, input, captures] of WILDCARDS) {
  Deno.test(`compilePattern() of the wildcard ${text} finds ${JSON.stringify(captures)} in "${input}" (IIS M-RW-5)`, () => {
    assert.deepEqual(found(text, input, { syntax: "Wildcard" }), captures);
    const parts = text.split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"));
    assert.deepEqual(
      new RegExp(`^${parts.join("(.*)")}$`, "s").exec(input)?.slice() ?? null,
      captures,
    );
  });
}

Deno.test("compilePattern() keeps offsets where letters change their length with their case", () => {
  assert.deepEqual(found("İ*X", "İabx", { syntax: "Wildcard", ignoreCase: true }), ["İabx", "ab"]);
});

/** An input on which backtracking over the expression would outlast any test. */
const EXPLODES: [text: string, input: string][] = [
  ["^(a+)+$", `${"a".repeat(8_000)}!`],
  ["(a|a)*b", "a".repeat(8_000)],
  ["^(\\w+\\s?)*$", `${"a".repeat(8_000)}!`],
  ["(.*)-(.*)-(.*)-(.*)x$", "-".repeat(8_000)],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(8_000)],
];

for (const [text, input] of EXPLODES) {
  Deno.test(`compilePattern() runs ${text} where it cannot explode (IIS M-RW-13)`, () => {
    assert.equal(found(text, input), null);
  });
}

for (
  const text of ["^(?!www\\.)(.*)$", "^((?!api).)*$", "^(a|b)+(?<!c)x", "^(?=a|b)[^/]+/[^/]+$"]
) {
  Deno.test(`compilePattern() takes ${text}, which is fast with its lookaround (IIS M-RW-13)`, () => {
    const reading = compilePattern(text);
    assert.ok("pattern" in reading && reading.warning === undefined);
  });
}

for (const text of ["^(a+)+(?=b)", "^(a+)+\\1$"]) {
  Deno.test(`compilePattern() refuses ${text}, and takes it with allowSlow (IIS M-RW-13)`, () => {
    const refused = compilePattern(text);
    assert.ok("wrong" in refused && /lookaround or back-references/.test(refused.wrong));
    assert.ok("right" in refused && /allowSlowPatterns/.test(refused.right));
    const taken = compilePattern(text, { allowSlow: true });
    assert.ok("pattern" in taken && taken.warning !== undefined);
    assert.notEqual(taken.pattern.match("aab".replace(/b$/, text.endsWith("$") ? "" : "b")), null);
  });
}

for (const text of ["(", "a)", "[z-a]", "a**", "(?<n>a)(?<n>b)", "\\"]) {
  Deno.test(`compilePattern() says of ${text} that it is none (IIS M-RW-12)`, () => {
    const reading = compilePattern(text);
    assert.ok("wrong" in reading && reading.wrong.startsWith("it is no regular expression ("));
  });
}

for (const syntax of ["ECMAScript", "Wildcard", "ExactMatch"] as const) {
  Deno.test(`compilePattern() takes 8,192 characters with ${syntax} and no more`, () => {
    const made = pattern("a", { syntax });
    made.match("a".repeat(8_192));
    assert.throws(
      () => made.match("a".repeat(8_193)),
      (error) => error instanceof HostError && error.code === "pattern-input-too-long",
    );
  });
}

for (const text of ["b+", "(?:b+)+", "^x|b+"]) {
  Deno.test(`compileTextPattern() finds one match of ${text} after the other (IIS M-RW-83)`, () => {
    const reading = compileTextPattern(text);
    assert.ok("pattern" in reading);
    const first = reading.pattern.find("abba\nb", 0);
    assert.deepEqual([first?.index, first?.captures[0]], [1, "bb"]);
    assert.equal(reading.pattern.find("abba\nb", 3)?.index, 5);
    assert.equal(reading.pattern.find("abba\nb", 6), undefined);
    assert.equal(reading.pattern.find("x".repeat(20_000) + "b", 1)?.index, 20_000);
  });
}

Deno.test("compileTextPattern() ends `.` at the line and takes exact text as it is (IIS M-RW-83)", () => {
  const line = compileTextPattern("a.*");
  assert.ok("pattern" in line);
  assert.equal(line.pattern.find("ab\nc", 0)?.captures[0], "ab");
  const exact = compileTextPattern("a.c(", { syntax: "ExactMatch", ignoreCase: true });
  assert.ok("pattern" in exact);
  assert.equal(exact.pattern.find("abc( A.C(", 0)?.index, 5);
});
