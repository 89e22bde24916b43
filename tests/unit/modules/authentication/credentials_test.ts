import assert from "node:assert/strict";
import {
  basicToken,
  decodeCredentials,
} from "../../../../src/modules/authentication/_credentials.ts";
import { seededTest } from "../../../support/seeded_random.ts";

const FIELDS: [authorization: string, token: string | undefined][] = [
  ["Basic Ym9iOng=", "Ym9iOng="],
  ["basic   Ym9iOng= ", "Ym9iOng="],
  ["BASIC Ym9iOng", "Ym9iOng"],
  ["Basic", "malformed"],
  ["Basic ", "malformed"],
  ["Basic a b", "malformed"],
  ["Basic ä", "malformed"],
  ["Bearer abc", undefined],
  ["Basics abc", undefined],
  ["", undefined],
];

for (const [authorization, token] of FIELDS) {
  Deno.test(`basicToken() gives ${token} for "${authorization}"`, () => {
    assert.equal(basicToken(authorization), token);
  });
}

const utf8 = (text: string) => new TextEncoder().encode(text).toBase64();

Deno.test("decodeCredentials() splits at the first colon", () => {
  assert.deepEqual(decodeCredentials(utf8("bob:a:b")), { name: "bob", password: "a:b" });
  assert.deepEqual(decodeCredentials(utf8(":")), { name: "", password: "" });
  assert.equal(decodeCredentials(utf8("bob")), undefined);
  assert.equal(decodeCredentials(utf8("bob:a\n")), undefined);
  assert.equal(decodeCredentials(utf8("bob:a\u0000")), undefined);
});

Deno.test("decodeCredentials() reads UTF-8, and latin1 where it is none (RFC 7617 §2)", () => {
  assert.deepEqual(decodeCredentials(utf8("Zoë:ü")), { name: "Zoë", password: "ü" });
  const latin1 = Uint8Array.from("Zo\u00eb:\u00fc", (c) => c.charCodeAt(0)).toBase64();
  assert.deepEqual(decodeCredentials(latin1), { name: "Zoë", password: "ü" });
});

seededTest("decodeCredentials() takes whatever clients send", (random) => {
  for (let i = 0; i < 2_000; i++) {
    const credentials = decodeCredentials(random.bytes(random.index(20)).toBase64());
    assert.ok(credentials === undefined || !credentials.name.includes(":"));
  }
});
