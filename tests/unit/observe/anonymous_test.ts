import assert from "node:assert/strict";
import { anonymousAddress } from "../../../src/observe/_anonymous.ts";

const ADDRESSES: [address: string, network: string][] = [
  ["203.0.113.7", "203.0.113.0"],
  ["127.0.0.1", "127.0.0.0"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1::"],
  ["2001:db8::1", "2001:db8:0::"],
  ["2001:db8::", "2001:db8:0::"],
  ["fe80::1%eth0", "fe80:0:0::"],
  ["::1", "::"],
  ["::", "::"],
  ["::ffff:203.0.113.7", "::"],
];

for (const [address, network] of ADDRESSES) {
  Deno.test(`anonymousAddress() makes ${network} of ${address}`, () => {
    assert.equal(anonymousAddress(address), network);
  });
}
