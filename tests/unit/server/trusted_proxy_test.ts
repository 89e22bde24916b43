import assert from "node:assert/strict";
import { parseTrustedProxies, TrustedProxyError } from "../../../src/server/trusted_proxy.ts";

const CASES: [trusted: string, address: string, isTrusted: boolean][] = [
  ["10.0.0.5", "10.0.0.5", true],
  ["10.0.0.5", "10.0.0.6", false],
  ["10.0.0.0/8", "10.255.0.1", true],
  ["10.0.0.0/8", "11.0.0.1", false],
  ["172.16.0.0/12", "172.31.255.255", true],
  ["172.16.0.0/12", "172.32.0.0", false],
  ["192.0.2.128/25", "192.0.2.127", false],
  ["192.0.2.128/25", "192.0.2.128", true],
  ["0.0.0.0/0", "203.0.113.7", true],
  ["0.0.0.0/0", "2001:db8::1", false],
  ["::/0", "2001:db8::1", true],
  ["::/0", "203.0.113.7", false],
  ["::1", "::1", true],
  ["::1", "0:0:0:0:0:0:0:1", true],
  ["2001:DB8::/32", "2001:db8:ffff::1", true],
  ["2001:db8::/33", "2001:db8:8000::1", false],
  ["fd00::/8", "fd12:3456::1", true],
  ["10.0.0.0/8", "::ffff:10.1.2.3", true],
  ["::ffff:10.0.0.0/104", "10.1.2.3", true],
  ["::ffff:10.0.0.0/104", "11.1.2.3", false],
  ["::ffff:10.0.0.5", "10.0.0.5", true],
  ["::ffff:0:0/96", "203.0.113.7", true],
  ["10.0.0.1, 10.0.0.2;10.0.0.3 10.0.0.4", "10.0.0.4", true],
  ["10.0.0.1, 10.0.0.2;10.0.0.3 10.0.0.4", "10.0.0.5", false],
  ["unix", "", true],
  ["Unix 10.0.0.1", "10.0.0.1", true],
  ["10.0.0.1", "", false],
  ["unix", "127.0.0.1", false],
  ["0.0.0.0/0", "no address", false],
];

for (const [trusted, address, isTrusted] of CASES) {
  const verb = isTrusted ? "trusts" : "does not trust";
  Deno.test(`--trusted-proxy ${trusted} ${verb} ${JSON.stringify(address)}`, () => {
    assert.equal(parseTrustedProxies([trusted])?.(address), isTrusted);
  });
}

const WRONG: [text: string, advice: RegExp][] = [
  ["example.test", /give an address or a network, such as 10\.0\.0\.5/],
  ["10.0.0", /give an address or a network/],
  ["10.0.0.256", /give an address or a network/],
  ["010.0.0.1", /give an address or a network/],
  ["10.0.0.0/33", /what follows the slash is 0 to 32 here/],
  ["fd00::/129", /what follows the slash is 0 to 128 here/],
  ["10.0.0.0/", /give an address or a network/],
  ["10.0.0.0/8/8", /give an address or a network/],
  ["10.0.0.1/8", /give "10\.0\.0\.0\/8" for the network/],
  ["2001:db8::1/32", /give "2001:db8::\/32" for the network/],
  ["[::1]", /give an address or a network/],
  ["fe80::1%eth0", /give an address or a network/],
  ["1::2::3", /give an address or a network/],
  ["1:2:3:4:5:6:7", /give an address or a network/],
  ["1:2:3:4:5:6:7:8:9", /give an address or a network/],
  ["::1.2.3", /give an address or a network/],
  ["1.2.3.4::", /give an address or a network/],
];

for (const [text, advice] of WRONG) {
  Deno.test(`parseTrustedProxies() refuses "${text}" and says what would be right`, () => {
    assert.throws(
      () => parseTrustedProxies(["10.0.0.1", text]),
      (error) =>
        error instanceof TrustedProxyError && advice.test(error.message) &&
        error.message.startsWith(`Cannot trust "${text}"`),
    );
  });
}

Deno.test("parseTrustedProxies() trusts nobody and drops nothing when nothing is named", () => {
  assert.equal(parseTrustedProxies([]), undefined);
  assert.equal(parseTrustedProxies(["", " , "]), undefined);
});
