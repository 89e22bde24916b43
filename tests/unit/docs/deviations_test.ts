import assert from "node:assert/strict";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = new URL("../../../", import.meta.url);
const DOCUMENT = "docs/deviations.md";

/** What the last column of the tables names: `file`: name. */
interface Pin {
  readonly row: string;
  readonly file: string;
  readonly name: string;
}

/** Reads the last cell of every row below a heading row that ends in `test`. */
function pinsOf(markdown: string): { pins: Pin[]; malformed: string[]; bare: string[] } {
  const pins: Pin[] = [];
  const malformed: string[] = [];
  const bare: string[] = [];
  for (const line of markdown.split("\n")) {
    if (!line.startsWith("| ") || line.startsWith("| ---") || line.endsWith("| test |")) continue;
    const cells = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
    const row = cells[0] ?? "";
    const last = cells.at(-1) ?? "";
    if (last === "") bare.push(row);
    for (const text of last.split("<br>").filter((one) => one !== "")) {
      const [, file, name] = /^`([\w/]+_test\.ts)`: (.+)$/.exec(text) ?? [];
      if (file && name) pins.push({ row, file, name });
      else malformed.push(text);
    }
  }
  return { pins, malformed, bare };
}

/** Every name of a test in a source, holes of templates left as they are written. */
function literalsOf(source: string): string[] {
  return [...source.matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)]
    .map(([, plain, template]) => plain ?? template ?? "");
}

/**
 * Whether a source registers a test of that name: literally, or by a template whose holes are filled with texts
 * that stand in the source, too, or that name a golden file.
 */
function registers(source: string, name: string, isGolden: (text: string) => boolean): boolean {
  return literalsOf(source).some((literal) => {
    if (literal === name) return true;
    if (!literal.includes("${")) return false;
    const parts = literal.split(/\$\{[^}]*\}/).map((part) =>
      part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    );
    if (parts.join("").length < 10) return false;
    const filled = new RegExp(`^${parts.join("(.+)")}$`).exec(name)?.slice(1);
    return filled?.every((text) => source.includes(`"${text}"`) || isGolden(text)) ?? false;
  });
}

async function exists(url: URL): Promise<boolean> {
  return await Deno.stat(url).then(() => true, () => false);
}

Deno.test("every test that docs/deviations.md names is there", async () => {
  const { pins, malformed } = pinsOf(await Deno.readTextFile(new URL(DOCUMENT, REPOSITORY)));
  assert.deepEqual(malformed, []);
  assert.ok(pins.length > 20, "the tables were read");
  const golden = new Set(
    (await Array.fromAsync(Deno.readDir(new URL("tests/golden/", REPOSITORY))))
      .flatMap(({ name }) => [name, name.replace(/\.\w+$/, "")]),
  );
  const missing: string[] = [];
  for (const { row, file, name } of pins) {
    const source = await Deno.readTextFile(new URL(`tests/${file}`, REPOSITORY)).catch(() => "");
    if (!registers(source, name, (text) => golden.has(text))) {
      missing.push(`${row}: ${file}: ${name}`);
    }
  }
  assert.deepEqual(missing, []);
});

Deno.test("every row of docs/deviations.md has a test", async () => {
  const { bare } = pinsOf(await Deno.readTextFile(new URL(DOCUMENT, REPOSITORY)));
  assert.deepEqual(bare, []);
});

Deno.test("registers() tells a test that is there from one that is not", () => {
  const source = 'test("a (b)"); const what = ["first", "second"]; test(`it says ${what} aloud`);';
  const no = () => false;
  assert.ok(registers(source, "a (b)", no));
  assert.ok(registers(source, "it says ${what} aloud", no));
  assert.ok(registers(source, "it says first aloud", no));
  assert.ok(!registers(source, "it says third aloud", no));
  assert.ok(registers(source, "it says third aloud", (text) => text === "third"));
  assert.ok(!registers(source, "a", no));
  assert.ok(!registers("", "a (b)", no));
});

/** The relative links of a Markdown file, anchors left out; what stands in code is none. */
function linksOf(markdown: string): string[] {
  const prose = markdown.replace(/^```.*?^```/gms, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) =>
    target.split("#")[0] ?? ""
  )
    .filter((target) => target !== "" && !/^[a-z]+:/i.test(target));
}

async function* markdownFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder || ".", REPOSITORY))) {
    if (name.startsWith(".") || ["dist", "bin", "obj", "coverage", "node_modules"].includes(name)) {
      continue;
    }
    if (isDirectory) yield* markdownFiles(`${folder}${name}/`);
    else if (name.endsWith(".md")) yield `${folder}${name}`;
  }
}

Deno.test("no relative link of a Markdown file is dead", async () => {
  const dead: string[] = [];
  let count = 0;
  for await (const file of markdownFiles("")) {
    const url = new URL(file, REPOSITORY);
    for (const link of linksOf(await Deno.readTextFile(url))) {
      count++;
      if (!await exists(new URL(link, url))) dead.push(`${file}: ${link}`);
    }
  }
  assert.deepEqual(dead, []);
  assert.ok(count > 5, `links were found from ${dirname(fileURLToPath(REPOSITORY))}`);
});

Deno.test("no page names a file of docs/ that is not there", async () => {
  const dead: string[] = [];
  for await (const file of markdownFiles("")) {
    if (file === "CHANGELOG.md") continue;
    const text = await Deno.readTextFile(new URL(file, REPOSITORY));
    for (const [, path = ""] of text.matchAll(/`(docs\/[\w/.-]+\.md)`/g)) {
      if (!await exists(new URL(path, REPOSITORY))) dead.push(`${file}: ${path}`);
    }
  }
  assert.deepEqual(dead, []);
});

Deno.test("linksOf() finds relative links in prose only", () => {
  const text =
    "[a](b.md#c) [d](https://e.test) [f](#g) `[h](i.md)`\n```\n[j](k.md)\n```\n[l](../m)";
  assert.deepEqual(linksOf(text), ["b.md", "../m"]);
});
