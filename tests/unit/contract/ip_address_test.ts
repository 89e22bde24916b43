import assert from "node:assert/strict";
import { formatIpAddress, parseIpAddress } from "../../../src/contract/ip_address.ts";
import { seededTest } from "../../support/seeded_random.ts";

const CASES: [text: string, written: string | undefined][] = [
  ["192.0.2.1", "192.0.2.1"],
  ["255.255.255.255", "255.255.255.255"],
  ["::", "::"],
  ["::1", "::1"],
  ["1::", "1::"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["2001:0db8:0000:0001::00ff", "2001:db8:0:1::ff"],
  ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
  ["1:0:0:2:3:0:0:4", "1::2:3:0:0:4"],
  ["1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0"],
  ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::ffff:c000:201", "192.0.2.1"],
  ["0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"],
  ["", undefined],
  [":", undefined],
  [":::", undefined],
  ["1:2", undefined],
  ["1::2:3:4:5:6:7:8", undefined],
  ["::12345", undefined],
  ["::g", undefined],
  ["::1%lo", undefined],
  ["192.0.2.1.5", undefined],
  ["192.0.2", undefined],
  ["192.0.2.01", undefined],
  ["1.2.3.4:80", undefined],
  ["192.0.2.1::", undefined],
  ["::192.0.2.1:1", undefined],
  [":1::", undefined],
];

for (const [text, written] of CASES) {
  Deno.test(`parseIpAddress() takes "${text}" for ${written ?? "no address"} (RFC 5952)`, () => {
    const address = parseIpAddress(text);
    assert.equal(address && formatIpAddress(address), written);
  });
}

seededTest("formatIpAddress() writes what parseIpAddress() reads as the same address", (random) => {
  for (let run = 0; run < 2_000; run++) {
    const length = random.of([2, 8]);
    const address = Array.from({ length }, () => random.of([0, 0, 1, random.index(65_536)]));
    // As IPv4 within IPv6 it would be read as IPv4.
    if (address[0] === 0 && address.length === 8) address[0] = 1;
    assert.deepEqual(parseIpAddress(formatIpAddress(address)), address);
  }
});

seededTest("parseIpAddress() takes any text", (random) => {
  for (let run = 0; run < 5_000; run++) {
    const pieces = ["0", "ffff", "255", "1", ":", "::", ".", "%", "[", " ", "g"];
    const text = Array.from({ length: random.index(20) }, () => random.of(pieces)).join("");
    const address = parseIpAddress(text);
    if (address) assert.deepEqual(parseIpAddress(formatIpAddress(address)), address);
  }
});
