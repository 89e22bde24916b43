import assert from "node:assert/strict";
import { isAuthority, isIpv6, normalisePath, splitTarget } from "../../../src/http1/target.ts";

Deno.test("splitTarget() splits at the first question mark", () => {
  assert.deepEqual(splitTarget("/a?b?c"), { path: "/a", query: "b?c" });
  assert.deepEqual(splitTarget("/a?"), { path: "/a", query: "" });
  assert.deepEqual(splitTarget("/a"), { path: "/a", query: undefined });
});

const PATHS: [raw: string, path: string | undefined][] = [
  ["/", "/"],
  ["/a/b.c", "/a/b.c"],
  ["//a//b/", "//a//b/"],
  ["/%41%2f%25", "/A/%"],
  ["/%2525", "/%25"],
  ["/a/./b", "/a/b"],
  ["/a/../b", "/b"],
  ["/a/%2E%2e/b", "/b"],
  ["/a/..%2fb", undefined],
  ["/../../x", "/x"],
  ["/..", "/"],
  ["/.", "/"],
  ["/.hidden", "/.hidden"],
  ["/a/..", "/"],
  ["/a/b/.", "/a/b/"],
  ["/a//../b", "/a/b"],
  ["/a\\b", "/a/b"],
  ["/a\\..\\b", undefined],
  ["/a/%5c..%5cb", undefined],
  ["/...", "/..."],
  ["/caf%C3%A9", "/café"],
  ["/caf\xc3\xa9", "/café"],
  ["/%EF%BB%BFx", "/\ufeffx"],
  ["/%", undefined],
  ["/%4", undefined],
  ["/%zz", undefined],
  ["/%u0041", undefined],
  ["/%+1", undefined],
  ["/%00", undefined],
  ["/a%0d%0a", undefined],
  ["/a\x7f", undefined],
  ["/a%7F", undefined],
  ["/%ff", undefined],
  ["/\xe9", undefined],
  ["/%c0%af", undefined],
  ["/%ed%a0%80", undefined],
  ["", undefined],
  ["a", undefined],
  ["%2fa", "/a"],
];

for (const [raw, path] of PATHS) {
  Deno.test(`normalisePath() of ${JSON.stringify(raw)} is ${JSON.stringify(path)} (ANCM F-2)`, () => {
    assert.equal(normalisePath(raw), path);
  });
}

Deno.test("normalisePath() takes any bytes without failing, and leaves no dot segment", () => {
  let seed = 42;
  const next = (below: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below;
  const alphabet = ["/", ".", "%", "2", "e", "E", "f", "5", "c", "\\", "\xc3", "\xa9", "\0", "a"];
  for (let i = 0; i < 5_000; i++) {
    const raw = "/" + Array.from({ length: next(12) }, () => alphabet[next(14)]).join("");
    const path = normalisePath(raw);
    if (path === undefined) continue;
    assert.ok(path.startsWith("/"), raw);
    assert.doesNotMatch(path, /\/\.{1,2}(\/|$)|\\/, raw);
  }
});

const AUTHORITIES: [text: string, valid: boolean][] = [
  ["example.test", true],
  ["example.test:8080", true],
  ["127.0.0.1:1", true],
  ["[::1]", true],
  ["[::1]:65535", true],
  ["under_score", true],
  ["host:", true],
  ["a%20b", true],
  ["", false],
  [":80", false],
  ["a:65536", false],
  ["a:b", false],
  ["a:1:2", false],
  ["a b", false],
  ["a, b", false],
  ["user@a", false],
  ["a/b", false],
  ["a?b", false],
  ["a#b", false],
  ["a\\b", false],
  ["a%2", false],
  ["[::1", false],
  ["[]", false],
  ["[fe80::1%25eth0]", false],
  ["caf\xe9", false],
];

for (const [text, valid] of AUTHORITIES) {
  Deno.test(`isAuthority() of ${JSON.stringify(text)} is ${valid} (RFC 9110 §7.2)`, () => {
    assert.equal(isAuthority(text), valid);
  });
}

const IPV6: [text: string, valid: boolean][] = [
  ["::", true],
  ["::1", true],
  ["1::", true],
  ["1:2:3:4:5:6:7:8", true],
  ["1:2:3:4:5:6:7::", true],
  ["::ffff:127.0.0.1", true],
  ["1:2:3:4:5:6:1.2.3.4", true],
  ["1:2:3:4:5:6:7", false],
  ["1:2:3:4:5:6:7:8:9", false],
  ["1::2::3", false],
  [":::", false],
  ["12345::", false],
  ["g::", false],
  ["::1.2.3.256", false],
  ["1.2.3.4::", false],
  ["", false],
];

for (const [text, valid] of IPV6) {
  Deno.test(`isIpv6() of ${JSON.stringify(text)} is ${valid}`, () => {
    assert.equal(isIpv6(text), valid);
  });
}

for (
  const path of ["/a/..%2f..%2fb", "/a/..%5cb", "/a/..\\..\\b", "/a%2F..", "/%2e%2e%2Fb", "/.%2f"]
) {
  Deno.test(`normalisePath() takes no dot segment that only some see: ${path}`, () => {
    assert.equal(normalisePath(path), undefined);
  });
}

Deno.test("normalisePath() takes escaped slashes where no dots hide behind them", () => {
  assert.equal(normalisePath("/a%2Fb/../c"), "/a/c");
  assert.equal(normalisePath("/a%2fb"), "/a/b");
  assert.equal(normalisePath("/a\\b"), "/a/b");
  assert.equal(normalisePath("/%2e%2e/b"), "/b");
});
