import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { placeSections } from "../../../src/config/_document.ts";
import { expander } from "../../../src/config/expand.ts";
import { handlerPathTest } from "../../../src/config/_handler_path.ts";
import { effectiveLocations } from "../../../src/config/_locations.ts";
import { ProblemList } from "../../../src/config/problem.ts";
import { OWN_SECTIONS } from "../../../src/config/read_config.ts";
import { decodeText } from "../../../src/config/text.ts";
import { readValue } from "../../../src/config/values.ts";
import { parseXml, type XmlElement } from "../../../src/config/xml.ts";

/** Give it to get the same run again. */
const SEED = Number(Deno.env.get("SEED") ?? Date.now() % 1_000_000_000);

/** A small repeatable generator (mulberry32): numbers from 0 up to 1. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function seeded(name: string, body: (pick: Pick) => void): void {
  Deno.test(`${name} (SEED=${SEED})`, () => {
    const next = generator(SEED);
    body({
      index: (count) => Math.floor(next() * count),
      of: (all) => {
        const one = all[Math.floor(next() * all.length)];
        ok(one !== undefined);
        return one;
      },
    });
  });
}

interface Pick {
  index(count: number): number;
  of<T>(all: readonly T[]): T;
}

const VALID = await Deno.readFile(new URL("../../golden/everything_wrong.config", import.meta.url));
const PIECES = [
  ..."<>/='\"& \n\t%*.,:-!?[]{}0aé😀\u0000\u0085\ufffe",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<!DOCTYPE ",
  "<?xml ",
  "?>",
  "&#x41;",
  "&lt;",
  "&#0;",
  "<configuration>",
  "</configuration>",
  "<location path='a'>",
  "<system.webServer>",
  "<aspNetCore ",
  "processPath=",
  "xmlns:x='y'",
  "__proto__",
];

function readAll(bytes: Uint8Array): XmlElement | undefined {
  const problems = new ProblemList();
  const text = decodeText(bytes, "f", problems);
  const root = text === undefined ? undefined : parseXml(text, "f", problems);
  strictEqual(problems.hasErrors, root === undefined);
  if (!root || text === undefined) return undefined;
  checkPlaces(root, text.split("\n"));
  effectiveLocations(
    placeSections(root, { schemas: OWN_SECTIONS }, problems),
    OWN_SECTIONS,
    problems,
  );
  const sorted = problems.sorted();
  ok(sorted.every(({ message }) => /^[^\s].*[^.\s]$/.test(message)));
  return root;
}

/** Every place that the tree tells must be where the thing stands. */
function checkPlaces(element: XmlElement, lines: readonly string[]): void {
  const at = ({ line = 0, column = 0 }) => lines[line - 1]?.slice(column - 1) ?? "";
  ok(at(element.place).startsWith(`<${element.name}`));
  for (const { name, place } of element.attributes) ok(at(place).startsWith(name));
  for (const child of element.children) checkPlaces(child, lines);
}

seeded("the configuration reader takes any bytes without a crash or a hang", (pick) => {
  for (let round = 0; round < 2_000; round++) {
    readAll(Uint8Array.from({ length: pick.index(60) }, () => pick.index(256)));
  }
});

seeded("the configuration reader takes any mix of markup without a crash or a hang", (pick) => {
  for (let round = 0; round < 3_000; round++) {
    const text = Array.from({ length: pick.index(30) }, () => pick.of(PIECES)).join("");
    readAll(new TextEncoder().encode(text));
  }
});

seeded("the configuration reader takes any damage to a file without a crash or a hang", (pick) => {
  let whole = 0;
  for (let round = 0; round < 2_000; round++) {
    const bytes = [...VALID];
    for (let edits = 1 + pick.index(3); edits > 0; edits--) {
      const inserted = new TextEncoder().encode(pick.of(PIECES));
      bytes.splice(pick.index(bytes.length), pick.index(4), ...inserted);
    }
    if (readAll(Uint8Array.from(bytes))) whole++;
  }
  ok(whole > 0); // else the tree was never looked at
});

seeded("readValue() takes any text", (pick) => {
  const attributes = OWN_SECTIONS.flatMap((section) => Object.values(section.attributes ?? {}));
  for (let round = 0; round < 5_000; round++) {
    const schema = pick.of(attributes);
    const text = Array.from(
      { length: pick.index(12) },
      () => pick.of([..."0123456789:.-,% truefalse"]),
    );
    const reading = readValue(schema, text.join(""));
    ok("value" in reading ? reading.value !== undefined : reading.wrong && reading.right);
  }
});

seeded("expander() takes any text and leaves what it does not know", (pick) => {
  const expand = expander({ A: "", B: "%", AB: "%A%" });
  for (let round = 0; round < 5_000; round++) {
    const text = Array.from({ length: pick.index(12) }, () => pick.of([..."%%%abx "])).join("");
    if (!/%(a|b|ab)%/i.test(text)) strictEqual(expand(text).text, text);
    else expand(text);
  }
});

seeded("handlerPathTest() agrees with a slow and simple matcher", (pick) => {
  const slow = (pattern: string, text: string): boolean => {
    if (pattern === "") return text === "";
    if (pattern[0] !== "*") {
      return pattern[0] === text[0] && text !== "" && slow(pattern.slice(1), text.slice(1));
    }
    return Array.from({ length: text.length + 1 }, (_, i) => i)
      .some((i) => slow(pattern.slice(1), text.slice(i)));
  };
  for (let round = 0; round < 5_000; round++) {
    const pattern = "/" +
      Array.from({ length: pick.index(7) }, () => pick.of([..."ab*/."])).join("");
    const path = "/" + Array.from({ length: pick.index(8) }, () => pick.of([..."ab/."])).join("");
    deepStrictEqual([pattern, path, handlerPathTest(pattern)(path)], [
      pattern,
      path,
      slow(pattern, path),
    ]);
  }
});

seeded("handlerPathTest() is done with patterns that make others backtrack", () => {
  const test = handlerPathTest(`/${"*a".repeat(2_000)}*b`);
  strictEqual(test(`/${"a".repeat(16_000)}`), false);
});
