import assert from "node:assert/strict";
import { clientOf, targetOf } from "../../../src/server/_web_request.ts";

const TARGETS: [url: string, host: string | undefined, target: string][] = [
  ["http://a/x?y", "a", "/x?y"],
  ["http://a:81/", "a:81", "/"],
  ["http://a?y", "a", "?y"],
  ["http:///x", "", "/x"],
  ["http://localhost:8080/x", undefined, "/x"],
  ["http://other/x?q", "a", "http://other/x?q"],
  ["http://a.evil.test/x", "a", "http://a.evil.test/x"],
  ["http://a:81/x", "a", "http://a:81/x"],
  ["http://other", "a", "http://other"],
  ["http+unix://ex.test:81/a?b", "ex.test:81", "/a?b"],
  ["http://a//b//c", "a", "//b//c"],
  ["http://a/caf\u00e9", "a", "/caf\xc3\xa9"],
];

for (const [url, host, target] of TARGETS) {
  Deno.test(`targetOf() of "${url}" with Host ${JSON.stringify(host)} is "${target}" (B12, B13)`, () => {
    assert.equal(targetOf(url, host), target);
  });
}

const ADDRESSES: [hostname: string, address: string][] = [
  ["192.0.2.1", "192.0.2.1"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::1", "::1"],
  ["::ffff:0:1", "::ffff:0:1"],
];

for (const [hostname, address] of ADDRESSES) {
  Deno.test(`clientOf() names ${hostname} as ${address}`, () => {
    const remoteAddr = { transport: "tcp" as const, hostname, port: 7 };
    const info = { remoteAddr, completed: Promise.resolve() };
    assert.deepEqual(clientOf(info), { address, port: 7, secure: false });
  });
}
