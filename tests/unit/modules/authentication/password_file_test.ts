import assert from "node:assert/strict";
import { parsePasswordFile } from "../../../../src/modules/authentication/password_file.ts";

const REST = "abcdefghijklmnopqrstuv./ABCDEFGHIJKLMNOPQRSTUVWXYZ01234";
const hash = (kind = "2y", cost = "05") => `$${kind}$${cost}$${REST.slice(0, 53)}`;

Deno.test("parsePasswordFile() reads names and bcrypt hashes, whatever the ends of lines", () => {
  const text = [
    "\uFEFF# people",
    `bob:${hash()}`,
    "",
    "   ",
    `Zoë:${hash("2b", "10")}  \r`,
    `a b:${hash("2a", "14")}`,
  ].join("\n");
  const { hashes, problems } = parsePasswordFile(text);
  assert.deepEqual(problems, []);
  assert.deepEqual([...hashes], [
    ["bob", hash()],
    ["Zoë", hash("2b", "10")],
    ["a b", hash("2a", "14")],
  ]);
});

const WRONG: [line: string, message: RegExp][] = [
  ["bob", /A line is "name:hash"/],
  [`:${hash()}`, /A line is "name:hash"/],
  ["bob:$apr1$abc$def", /"bob" is hashed with MD5; make it anew with "htpasswd -B/],
  ["bob:$1$abc$def", /hashed with MD5/],
  ["bob:{SHA}abc=", /hashed with SHA-1/],
  ["bob:$5$abc$def", /hashed with SHA-256/],
  ["bob:$6$abc$def", /hashed with SHA-512/],
  ["bob:$argon2id$v=19$x", /hashed with Argon2/],
  [`bob:${hash("2x")}`, /old, broken bcrypt/],
  ["bob:secret", /no bcrypt hash/],
  ["bob:", /no bcrypt hash/],
  [`bob:${hash().slice(0, -1)}`, /no bcrypt hash/],
  [`bob:${hash()}:more`, /no bcrypt hash/],
  [`bob:${hash("2y", "15")}`, /at the cost 15, which is not from 4 to 14/],
  [`bob:${hash("2y", "03")}`, /at the cost 03/],
  [`BOB:${hash()}\nbob:${hash()}`, /The name "bob" is on line 1 already/],
];

for (const [line, message] of WRONG) {
  Deno.test(`parsePasswordFile() refuses ${JSON.stringify(line)}`, () => {
    const { problems } = parsePasswordFile(line);
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? "", message);
    assert.equal(problems[0]?.line, line.split("\n").length);
  });
}

Deno.test("parsePasswordFile() shows nothing of a password and nothing a terminal acts on", () => {
  const { problems } = parsePasswordFile("bo\u001bb:tops3cret");
  const shown = JSON.stringify(problems);
  assert.ok(!shown.includes("tops3cret") && !problems[0]?.message.includes("\u001b"), shown);
});
