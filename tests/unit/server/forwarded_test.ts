import assert from "node:assert/strict";
import { parseForwardedElement, parseForwardedNode } from "../../../src/server/forwarded.ts";
import { MembersFromRight } from "../../../src/server/forwarded_members.ts";
import { seededTest } from "../../support/seeded_random.ts";

type Element = ReturnType<typeof parseForwardedElement>;

const ELEMENTS: [text: string, element: Element][] = [
  ["for=192.0.2.43", { for: "192.0.2.43" }],
  ['For="[2001:db8:cafe::17]:4711"', { for: "[2001:db8:cafe::17]:4711" }],
  ["for=192.0.2.60;proto=http;by=203.0.113.43", { for: "192.0.2.60", proto: "http" }],
  ["by=_x;FOR=_gazonk ; Proto=HTTPS", { for: "_gazonk", proto: "HTTPS" }],
  ['host="a;b,c";proto=https', { proto: "https" }],
  ['for="a\\"b\\\\"', { for: 'a"b\\' }],
  ["for=[2001:db8::1]:80", { for: "[2001:db8::1]:80" }],
  ["for=192.0.2.1:80", { for: "192.0.2.1:80" }],
  [";;for=unknown;", { for: "unknown" }],
  ["secret=x", {}],
  ["for=", { for: "" }],
  ["for=1.2.3.4;for=5.6.7.8", undefined],
  ["proto=http;Proto=https", undefined],
  ['for="1.2.3.4', undefined],
  ['for=1.2.3.4"', undefined],
  ['for="a"b', undefined],
  ["for", undefined],
  ["for =1.2.3.4", undefined],
  ["for= 1.2.3.4", undefined],
  ["=x", undefined],
  ["for=1.2.3.4 proto=http", undefined],
  ["for=1.2.3.4\u00e9", undefined],
  [`for=1.2.3.4;by=${"x".repeat(1_024)}`, undefined],
];

for (const [text, element] of ELEMENTS) {
  const name = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  Deno.test(`parseForwardedElement() reads ${name} as ${JSON.stringify(element)} (RFC 7239 §4)`, () => {
    assert.deepEqual(parseForwardedElement(text), element);
  });
}

const NODES: [text: string, address: string | undefined, port?: number][] = [
  ["192.0.2.1", "192.0.2.1", 0],
  ["192.0.2.1:80", "192.0.2.1", 80],
  ["192.0.2.1:_port", "192.0.2.1", 0],
  ["[2001:DB8::1]", "2001:db8::1", 0],
  ["[2001:db8::1]:65535", "2001:db8::1", 65_535],
  ["2001:db8::1", "2001:db8::1", 0],
  ["::ffff:192.0.2.1", "192.0.2.1", 0],
  ["[::ffff:192.0.2.1]:5000", "192.0.2.1", 5_000],
  ["unknown", undefined],
  ["_hidden", undefined],
  ["_hidden:80", undefined],
  ["192.0.2.1:65536", undefined],
  ["192.0.2.1:", undefined],
  ["192.0.2.1:x", undefined],
  ["[192.0.2.1]:80", undefined],
  ["[::1", undefined],
  ["[::1]x", undefined],
  ["example.test", undefined],
  ["", undefined],
  ["127.0.0.1\n", undefined],
];

for (const [text, address, port] of NODES) {
  Deno.test(`parseForwardedNode() reads ${JSON.stringify(text)} as ${address ?? "no address"} (RFC 7239 §6)`, () => {
    assert.deepEqual(parseForwardedNode(text), address && { address, port });
  });
}

const LISTS: [values: string[], members: string[]][] = [
  [["a, b"], ["b", "a"]],
  [["a", "b,c"], ["c", "b", "a"]],
  [[" , a ,, ", ""], ["a"]],
  [['a="1,2", b="3\\",4"'], ['b="3\\",4"', 'a="1,2"']],
  [['a="\\\\", b'], ["b", 'a="\\\\"']],
  // What is broken reaches no further to the right than its own member.
  [['for="', "for=1.2.3.4"], ["for=1.2.3.4", 'for="']],
  [['for="x\\', 'for="[::1]"'], ['for="[::1]"', 'for="x\\']],
  [['a, b" , c'], ["c", 'a, b"']],
];

for (const [values, members] of LISTS) {
  Deno.test(`MembersFromRight takes ${JSON.stringify(members)} off ${JSON.stringify(values)}`, () => {
    const list = new MembersFromRight(values, true);
    assert.deepEqual(members.map(() => list.take()), members);
    assert.equal(list.take(), undefined);
  });
}

Deno.test("MembersFromRight keeps what is left as it came", () => {
  const list = new MembersFromRight(["a,  b", "c ,, d"], false);
  assert.equal(list.take(), "d");
  assert.equal(list.rest, "a,  b, c");
});

Deno.test("MembersFromRight gets through 32 KiB of separators, quotes and backslashes", () => {
  for (const text of [",", '"', "\\", '\\"', '",', " ,"]) {
    const list = new MembersFromRight([text.repeat(32_768 / text.length)], true);
    let count = 0;
    while (list.take() !== undefined) count++;
    assert.ok(count <= 32_768);
  }
});

const PIECES = [
  "for",
  "=",
  '"',
  "\\",
  ",",
  ";",
  " ",
  "proto",
  "https",
  "[::1]",
  "10.0.0.5",
  ":80",
  "_x",
  "\t",
  "é",
];

seededTest("parseForwardedElement() and MembersFromRight take any text", (random) => {
  for (let run = 0; run < 3_000; run++) {
    const text = Array.from({ length: random.index(30) }, () => random.of(PIECES)).join("");
    const list = new MembersFromRight([text], true);
    for (let member = list.take(); member !== undefined; member = list.take()) {
      const element = parseForwardedElement(member);
      if (element?.for !== undefined) parseForwardedNode(element.for);
    }
  }
});

seededTest(
  "parseForwardedElement() finds in any quoting what was written by the grammar",
  (random) => {
    for (let run = 0; run < 2_000; run++) {
      const value = Array.from({ length: random.index(8) }, () => random.of([...'a1.:[]_\\", ;=']))
        .join("");
      const quoted = `"${value.replace(/[\\"]/g, "\\$&")}"`;
      const text = random.of([
        `for=${quoted}`,
        `by=x;for=${quoted};proto=http`,
        `Host=${quoted} ; For=${quoted}`,
      ]);
      const list = new MembersFromRight(['junk"', text], true);
      assert.equal(parseForwardedElement(list.take() ?? "")?.for, value);
    }
  },
);
