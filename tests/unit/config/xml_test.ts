import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { formatProblem, ProblemList } from "../../../src/config/problem.ts";
import { MAX_DEPTH, parseXml, type XmlElement } from "../../../src/config/xml.ts";

function parse(text: string): [root: XmlElement | undefined, problems: string[]] {
  const problems = new ProblemList();
  const root = parseXml(text, "f", problems);
  return [root, problems.sorted().map(formatProblem)];
}

function at({ line, column }: { line?: number; column?: number } = {}): string {
  return `${line}:${column}`;
}

Deno.test("parseXml() gives every element and attribute its line and column", () => {
  const [root, problems] = parse(
    `<?xml version="1.0"?>\n<!-- <b x='1'/> -->\n<a x = "b='2' >" \n\ty\n='"' xmlns:z='u'>\n  <b:c\n/><?p <q/> ?> 😀<d/></a>`,
  );
  deepStrictEqual(problems, []);
  ok(root);
  strictEqual(at(root.place), "3:1");
  deepStrictEqual(root.attributes.map((one) => [one.name, one.value, at(one.place)]), [
    ["x", "b='2' >", "3:4"],
    ["y", '"', "4:2"],
    ["xmlns:z", "u", "5:6"],
  ]);
  deepStrictEqual(root.children.map((one) => [one.name, at(one.place)]), [
    ["b:c", "6:3"],
    ["d", "7:17"],
  ]);
  strictEqual(at(root.text), "7:15");
});

Deno.test("parseXml() resolves references in values and no others", () => {
  const [root] = parse(`<a x="&lt;&amp;&#10;&#x41;&quot;"/>`);
  strictEqual(root?.attributes[0]?.value, '<&\nA"');
  const [none, problems] = parse(
    `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<a x="&e;"/>`,
  );
  strictEqual(none, undefined);
  match(problems[0] ?? "", /^f:2:7: Malformed XML: named entity isn't defined: &e;; write "&amp;"/);
});

Deno.test("parseXml() reports malformed XML where it breaks, and what would be right (ANCM C-61)", () => {
  const cases: [text: string, problem: RegExp][] = [
    ["", /^f:1:1: .*root element.*"<configuration>"/],
    ["<a>\n  <b>\n</a>", /^f:3:1: .*missing end tag for element b; close/],
    ["<a\n x=1/>", /^f:2:4: .*attribute value expected; give every attribute a value in quotes/],
    ["<a x='1' x='2'/>", /^f:1:\d+: .*duplicate attribute: x; remove one/],
    ["<a x='<'/>", /^f:1:7: .*write "&lt;"/],
    ["<a/>\n<b/>", /^f:2:1: .*nothing but comments may follow/],
    ["<a>😀😀\n😀<b></a>", /^f:2:6: .*missing end tag/],
    ["<a>\u0001</a>", /^f:1:4: .*invalid character; remove or replace/],
    ["<a", /^f:1:3: .*end the tag with ">"/],
    ["<a x='1", /^f:1:7: .*end the value with the quote it began with/],
  ];
  for (const [text, problem] of cases) {
    const [root, problems] = parse(text);
    strictEqual(root, undefined);
    strictEqual(problems.length, 1);
    match(problems[0] ?? "", problem);
  }
});

Deno.test("parseXml() shows no value of the file that may be a secret", () => {
  const [, problems] = parse(`<a password="hush hush" x=1/>`);
  ok(!problems.join().includes("hush"));
});

Deno.test("parseXml() refuses what is nested too deep, however deep", () => {
  const deep = (levels: number) => "<a>".repeat(levels) + "</a>".repeat(levels);
  ok(parse(deep(MAX_DEPTH))[0]);
  for (const levels of [MAX_DEPTH + 1, 5_000, 100_000]) {
    const [root, problems] = parse(deep(levels));
    strictEqual(root, undefined);
    match(problems[0] ?? "", /^f(:1:301)?: Elements nested too deep; the limit is 100 levels$/);
  }
});

Deno.test("parseXml() ends on a million characters of what is slow in a bad parser", () => {
  const n = 1_000_000;
  const texts = [
    `<a>${"<b c='d'/>".repeat(n / 10)}</a>`,
    `<a ${Array.from({ length: n / 12 }, (_, i) => `a${i}='1'`).join(" ")}/>`,
    `<a x='${"&amp;".repeat(n / 5)}'/>`,
    `<a${" ".repeat(n)}`,
    `<a ${"x".repeat(n)}`,
    `<a x='1' ${"y ".repeat(n / 2)}`,
    `<a>${"<".repeat(n)}`,
    `<a>${"]]".repeat(n / 2)}</a>`,
    `<!DOCTYPE a ${"[".repeat(n)}`,
    `<!DOCTYPE a [${"] ".repeat(n / 2)}`,
    `<a><!--${"-".repeat(n)}`,
  ];
  for (const text of texts) {
    const [root, problems] = parse(text);
    strictEqual(problems.length, root ? 0 : 1);
  }
});
