import assert from "node:assert/strict";
import { affinityCookie, affinityNames } from "../../../src/gateway/_affinity.ts";
import { type FieldLine, FieldList } from "../../../src/http1/mod.ts";

const CASES: readonly (readonly [what: string, cookies: readonly string[], names: string[]])[] = [
  ["no cookie", [], []],
  ["other cookies", ["a=b; ancm=1; x-ancm-affinity=2; ancm-affinity-x=3"], []],
  ["the cookie alone", ["ancm-affinity=abc"], ["abc"]],
  ["the cookie among others", ["a=b;ancm-affinity=abc ;c=d"], ["abc"]],
  ["several of them, in several lines", ["ancm-affinity=1; ancm-affinity=2", "ancm-affinity=3"], [
    "1",
    "2",
    "3",
  ]],
  ["one without a value", ["ancm-affinity"], []],
  ["an empty one", ["ancm-affinity="], [""]],
  ["nonsense", [";;==; =ancm-affinity;", ""], []],
];

for (const [what, cookies, names] of CASES) {
  Deno.test(`affinityNames() of ${what} is ${JSON.stringify(names)}`, () => {
    const fields = new FieldList(cookies.map((value): FieldLine => ["Cookie", value]));
    assert.deepEqual(affinityNames(fields), names);
  });
}

Deno.test("affinityCookie() lasts for the browser's session, and is no script's business", () => {
  assert.equal(
    affinityCookie("abc", "/", false),
    "ancm-affinity=abc; Path=/; HttpOnly; SameSite=Lax",
  );
  assert.equal(
    affinityCookie("abc", "/shop", true),
    "ancm-affinity=abc; Path=/shop; HttpOnly; SameSite=Lax; Secure",
  );
});
