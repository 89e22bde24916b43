import assert from "node:assert/strict";
import {
  firstLetter,
  isObviouslyLinear,
  judgeableForm,
  takesAll,
  withAnchoredStart,
} from "../../../../src/modules/patterns/_shape.ts";

const PLAIN = [
  "^$",
  "^index\\.html$",
  "^api/(.*)$",
  "^(.*)$",
  "(?:css|js)$",
  "\\.(css|js|png)$",
  "[A-Z]",
  "^(?!www\\.)(.*)$",
  "^/(api|hub)",
  "api/(.*)",
  "^(.*[^/])$",
  "^[0-9]{4}/x?(.+?)$",
  "^a\\{b{c[)*]*",
  "^.*\\.(jpg|png)$",
];
const NOT_PLAIN = [
  "a*b",
  "^(a+)+$",
  "(a|a)*b",
  "^(a*)*",
  "^(.*)/(.*)$",
  "^(.*)\\1$",
  "^(?<n>a*)\\k<n>",
  "^a*|b*c",
  "foo(.*)bar",
  "x(a|b*)y",
  "(a*|b)",
  "(?:a{1,9}){1,9}b",
  "a{20}b{20}c",
  "^a{2,}b{2,}",
  "(a?){30}b",
  "\\s+$",
  "x(?!.*)",
];

for (const text of PLAIN) {
  Deno.test(`isObviouslyLinear() says yes to ${text}`, () => assert.ok(isObviouslyLinear(text)));
}
for (const text of NOT_PLAIN) {
  Deno.test(`isObviouslyLinear() does not say yes to ${text}`, () =>
    assert.ok(!isObviouslyLinear(text)));
}

const STARTS: [text: string, anchored: string][] = [
  ["(.*)/$", "^(.*)/$"],
  [".*x", "^.*x"],
  ["(.+?)x", "^(.+?)x"],
  [".*a|b", ".*a|b"],
  ["(.*)*a", "(.*)*a"],
  ["(.*)?a", "(.*)?a"],
  ["(.*a)b", "(.*a)b"],
  ["a(.*)", "a(.*)"],
  ["(.*)(a|b)", "^(.*)(a|b)"],
  [".*[|]", "^.*[|]"],
];

for (const [text, anchored] of STARTS) {
  Deno.test(`withAnchoredStart() makes ${anchored} of ${text}`, () => {
    assert.equal(withAnchoredStart(text), anchored);
  });
}

const FORMS: [text: string, form: string | undefined][] = [
  ["(a|b)+b", "(a|b)+b"],
  ["^(a|b)+(?=b)", "(?:^(a|b)+)\uffff"],
  ["(a+)+b", undefined],
  ["(?:[a-z]+\\.){2,}", undefined],
  ["((?!api|(?<!x)b{2}).)*$", "(?:(.)*$)\uffff"],
  ["a(?<=[(]b)c", "(?:ac)\uffff"],
  ["(?=.*x)a", undefined],
  ["(?=x)*a", undefined],
  ["(a)\\1", undefined],
  ["(a*)*b", undefined],
  ["((?!x)\\b)+", undefined],
  ["(?:a?|b){2,}", undefined],
  ["(?:(a*)|b)?c", "(?:(a*)|b)?c"],
  ["(?:a?b)*", "(?:a?b)*"],
];

for (const [text, form] of FORMS) {
  Deno.test(`judgeableForm() makes ${form} of ${text}`, () => {
    assert.equal(judgeableForm(text), form);
  });
}

const LETTERS: [text: string, letter: string | undefined][] = [
  ["^api/(.*)", "a"],
  ["^Api", "a"],
  ["^a+", "a"],
  ["^a?b", undefined],
  ["^a*", undefined],
  ["^a{0,2}b", undefined],
  ["^a|b", undefined],
  ["^(a|b)", undefined],
  ["^/a", undefined],
  ["^\\d", undefined],
  ["a", undefined],
];

for (const [text, letter] of LETTERS) {
  Deno.test(`firstLetter() of ${text} is ${letter}`, () => {
    assert.equal(firstLetter(text), letter?.charCodeAt(0));
  });
}

Deno.test("takesAll() knows expressions that take everything", () => {
  assert.deepEqual(["(.*)", "^(.*)$", ".*", "^.*$", "(.+)", "(.*)x"].map(takesAll), [
    "in a group",
    "in a group",
    "plainly",
    "plainly",
    undefined,
    undefined,
  ]);
});
