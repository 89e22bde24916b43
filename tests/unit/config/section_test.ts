import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { placeSections } from "../../../src/config/_document.ts";
import { effectiveLocations } from "../../../src/config/_locations.ts";
import { formatProblem, ProblemList } from "../../../src/config/problem.ts";
import type { SectionSchema } from "../../../src/config/schema.ts";
import { type SectionElement, valuesOf } from "../../../src/config/section.ts";
import { readEdit } from "../../../src/config/_section_edit.ts";
import { parseXml } from "../../../src/config/xml.ts";

/** A section such as a module brings: attributes, a child, a collection that appends. */
const DEMO = {
  name: "security/demo",
  doc: "",
  attributes: {
    level: { type: "uint", default: 1, max: 9, doc: "" },
    mode: { type: "enum", values: ["Soft", "Hard"], doc: "" },
  },
  children: {
    limits: {
      doc: "",
      attributes: { size: { type: "uint", default: 10, doc: "" } },
    },
  },
  collection: {
    add: "add",
    remove: "remove",
    clear: "clear",
    key: ["id", "part"],
    duplicates: "error",
    position: "append",
    builtIn: [{ id: "one" }, { id: "two", value: "2" }],
    item: {
      doc: "",
      attributes: {
        id: { type: "string", required: true, doc: "" },
        part: { type: "string", default: "", doc: "" },
        value: { type: "string", default: "-", doc: "" },
      },
    },
  },
} as const satisfies SectionSchema;

function read(xml: string) {
  const problems = new ProblemList();
  const root = parseXml(xml, "f", problems);
  const placed = root ? placeSections(root, { schemas: [DEMO] }, problems) : [];
  const locations = effectiveLocations(placed, [DEMO], problems);
  const at = (path: string): SectionElement => {
    const found = locations.find((one) => one.path === path)?.sections[DEMO.name];
    ok(found);
    return found;
  };
  return { at, problems: problems.sorted().map(formatProblem) };
}

function inside(...demos: string[]): string {
  const all = demos.map((demo) => {
    const [path, xml] = demo.startsWith("<") ? ["", demo] : demo.split("=>");
    return `<location path="${path}"><system.webServer><security>${xml}</security></system.webServer></location>`;
  });
  return `<configuration>${all.join("\n")}</configuration>`;
}

const ids = (section: SectionElement) => section.items.map((item) => item.settings.id?.value);

Deno.test("effectiveLocations() gives the defaults and built-in items where no file says anything", () => {
  const { at } = read("<configuration/>");
  deepStrictEqual(valuesOf(DEMO, at("")), { level: 1 });
  strictEqual(at("").children.limits?.settings.size?.value, 10);
  deepStrictEqual(at("").items.map((item) => item.settings.value?.value), ["-", "2"]);
});

Deno.test("effectiveLocations() inherits attribute by attribute down the path (ANCM H-8)", () => {
  const { at, problems } = read(inside(
    'a/b=><demo><limits size="30"/></demo>',
    '<demo level="3"><limits size="20"/></demo>',
    'a=><demo mode="hard"/>',
    'a/c=><demo level="4"/>',
  ));
  deepStrictEqual(problems, []);
  deepStrictEqual(valuesOf(DEMO, at("a/b")), { level: 3, mode: "Hard" });
  strictEqual(at("a/b").children.limits?.settings.size?.value, 30);
  strictEqual(at("a/c").children.limits?.settings.size?.value, 20);
  deepStrictEqual(valuesOf(DEMO, at("a/c")), { level: 4, mode: "Hard" });
  strictEqual(at("a/c").settings.mode?.place?.line, 3); // where it was written
  strictEqual(at("").settings.mode, undefined);
});

Deno.test("effectiveLocations() adds, removes and clears in document order (IIS M-CF-30, M-CF-31, M-CF-34)", () => {
  const { at, problems } = read(inside(
    '<demo><remove id="ONE"/><remove id="none"/><add id="three"/></demo>',
    'a=><demo><add id="four"/><clear/><add id="five"/></demo>',
    'a/b=><demo><remove id="five"/><add id="five" value="new"/></demo>',
  ));
  deepStrictEqual(problems, []);
  deepStrictEqual(ids(at("")), ["two", "three"]);
  deepStrictEqual(ids(at("a")), ["five"]);
  strictEqual(at("a/b").items[0]?.settings.value?.value, "new");
});

Deno.test("effectiveLocations() reports a second item of the same whole key (IIS M-CF-32, M-CF-36)", () => {
  const { problems } = read(inside(
    '<demo><add id="x"/><add id="x" part="1"/><add id="X" part="1"/><add id="TWO"/></demo>',
  ));
  deepStrictEqual(problems.map((one) => one.replace(/^f:\d+:\d+: /, "")), [
    'Duplicate add id="X" part="1", it is already there, from line 1; remove one, or write <remove id="X" part="1"/> before it',
    'Duplicate add id="TWO" part="", it is built in; remove one, or write <remove id="TWO" part=""/> before it',
  ]);
});

Deno.test("readEdit() checks what remove and clear take", () => {
  const { problems } = read(inside('<demo><remove value="1"/><clear id="1"/></demo>'));
  deepStrictEqual(problems.map((one) => one.replace(/^f:\d+:\d+: /, "")), [
    'Missing attribute "id" in remove; add it',
    'Unknown attribute "value" in remove; known here: id, part',
    'Unknown attribute "id" in clear; remove it',
  ]);
});

Deno.test("readEdit() shows nothing of a secret that is wrong", () => {
  const secret = { type: "uint", secret: true, doc: "" } as const;
  const problems = new ProblemList();
  const root = parseXml('<a pin="hush"/>', "f", problems);
  ok(root);
  readEdit(root, { doc: "", attributes: { pin: secret } }, problems);
  deepStrictEqual(problems.sorted().map(formatProblem), [
    'f:1:4: Invalid "pin" in a: bad value; write a whole number from 0 to 4294967295',
  ]);
});

Deno.test("placeSections() prefers a schema to the list of sections without effect", () => {
  const schema = {
    name: "rewrite/rules",
    doc: "",
    attributes: {},
  } as const satisfies SectionSchema;
  const problems = new ProblemList();
  const xml =
    "<configuration><system.webServer><rewrite><rules/><other/></rewrite></system.webServer></configuration>";
  const root = parseXml(xml, "f", problems);
  ok(root);
  deepStrictEqual(
    placeSections(root, { schemas: [schema] }, problems).map((one) => one.schema.name),
    [
      "rewrite/rules",
    ],
  );
  deepStrictEqual(problems.sorted().map(formatProblem), [
    'f:1:51: warning: Unknown element "other" in rewrite; it has no effect here',
  ]);
});

Deno.test("placeSections() takes names that every object has as what they are: unknown", () => {
  const xml = '<demo constructor="1" __proto__="2"><toString/></demo>';
  const { problems } = read(inside(xml, "hasOwnProperty=><demo/>"));
  strictEqual(problems.length, 3);
  ok(problems.every((one) => one.includes("Unknown")));
});

Deno.test("placeSections() bounds the locations and the length of their paths", () => {
  const many = Array.from({ length: 1001 }, (_, i) => `a${i}=><demo/>`);
  deepStrictEqual(read(inside(...many)).problems, [
    "f:1001:1: More than 1000 locations; join some of them",
  ]);
  deepStrictEqual(read(inside(`${"a/".repeat(2048)}b=><demo/>`)).problems, [
    "f:1:26: Location path longer than 4096 characters; shorten it",
  ]);
});
