import assert from "node:assert/strict";
import {
  LONGEST_PROXY_HEADER,
  type ProxyHeader,
  readProxyHeader,
} from "../../../src/server/proxy_protocol.ts";
import { bytesOf } from "../../support/raw_client.ts";
import { seededTest } from "../../support/seeded_random.ts";

const SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
const V4 = "\xc6\x33\x64\x09\x0a\x00\x00\x05\xc7\x38\x01\xbb";
const V6 = `\x20\x01\x0d\xb8${"\0".repeat(11)}\x01${"\0".repeat(15)}\x01\xc7\x38\x01\xbb`;
const MAPPED = `${"\0".repeat(10)}\xff\xff\xc6\x33\x64\x09${"\0".repeat(15)}\x01\xc7\x38\x01\xbb`;

function binary(command: number, family: number, rest: string, length = rest.length): string {
  return SIGNATURE + String.fromCharCode(command, family, length >> 8, length & 255) + rest;
}

function addition(type: number, value: string): string {
  return String.fromCharCode(type, value.length >> 8, value.length & 255) + value;
}

const CLIENT = { address: "198.51.100.9", port: 51_000 };
const CLIENT6 = { address: "2001:db8::1", port: 51_000 };
type Facts = Pick<ProxyHeader & { at: "header" }, "source" | "secure"> | "local";

const VALID: [header: string, facts: Facts][] = [
  ["PROXY TCP4 198.51.100.9 10.0.0.5 51000 443\r\n", { source: CLIENT }],
  ["PROXY TCP6 2001:DB8::1 ::1 51000 443\r\n", { source: CLIENT6 }],
  ["PROXY TCP6 ::ffff:198.51.100.9 ::1 51000 443\r\n", { source: CLIENT }],
  ["PROXY TCP4 198.51.100.9 10.0.0.5 51000 0\r\n", { source: CLIENT }],
  [
    "PROXY TCP6 1111:2222:3333:4444:5555:6666:7777:8888 1111:2222:3333:4444:5555:6666:7777:8889 65535 65535\r\n",
    { source: { address: "1111:2222:3333:4444:5555:6666:7777:8888", port: 65_535 } },
  ],
  ["PROXY UNKNOWN\r\n", "local"],
  ["PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", "local"],
  [binary(0x21, 0x11, V4), { source: CLIENT }],
  [binary(0x21, 0x21, V6), { source: CLIENT6 }],
  [binary(0x21, 0x21, MAPPED), { source: CLIENT }],
  [binary(0x21, 0x11, V4 + addition(0x04, "") + addition(0xea, "any")), { source: CLIENT }],
  [
    binary(0x21, 0x11, V4 + addition(0x20, "\x01\0\0\0\0" + addition(0x21, "TLSv1.3"))),
    { source: CLIENT, secure: true },
  ],
  [binary(0x21, 0x11, V4 + addition(0x20, "\0\0\0\0\0")), { source: CLIENT, secure: false }],
  [binary(0x21, 0x11, V4 + addition(0x04, "x".repeat(505))), { source: CLIENT }],
  [binary(0x20, 0x00, ""), "local"],
  [binary(0x20, 0x11, V4 + "junk"), "local"],
  [binary(0x21, 0x00, ""), "local"],
  [binary(0x21, 0x31, "/a".padEnd(216, "\0")), "local"],
];

for (const [header, facts] of VALID) {
  Deno.test(`readProxyHeader() reads ${name(header)}, split anywhere`, () => {
    const bytes = bytesOf(header + "GET / HTTP/1.1\r\n");
    const expected = facts === "local"
      ? { at: "local", used: header.length }
      : { at: "header", used: header.length, ...facts };
    for (let count = 0; count < header.length; count++) {
      assert.deepEqual(readProxyHeader(bytes.subarray(0, count)), { at: "more" }, `${count} bytes`);
    }
    for (let count = header.length; count <= bytes.length; count++) {
      assert.deepEqual(readProxyHeader(bytes.subarray(0, count)), expected, `${count} bytes`);
    }
  });
}

const WRONG: [header: string, why: RegExp, after?: number][] = [
  ["GET / HTTP/1.1\r\n", /no PROXY header/, 1],
  ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", /no PROXY header/, 3],
  ["proxy TCP4 198.51.100.9 10.0.0.5 51000 443\r\n", /no PROXY header/, 1],
  ["\x16\x03\x01\x02\x00", /no PROXY header/, 1],
  ["\r\n\r\n\0\r\nQUIX\n", /no PROXY header/, 11],
  ["PROXY TCP4 198.51.100.9 10.0.0.5 51000 443\n", /line is wrong/],
  ["PROXY TCP4  198.51.100.9 10.0.0.5 51000 443\r\n", /line is wrong/],
  ["PROXY TCP4 198.51.100.9 10.0.0.5 51000 443 \r\n", /line is wrong/],
  ["PROXY TCP4 198.51.100.9 10.0.0.5 051000 443\r\n", /line is wrong/],
  ["PROXY TCP4 198.51.100.9 10.0.0.5 65536 443\r\n", /line is wrong/],
  ["PROXY TCP4 198.51.100.9 10.0.0.5 51000 65536\r\n", /line is wrong/],
  ["PROXY TCP4 198.51.100.9 10.0.0.5 51000\r\n", /line is wrong/],
  ["PROXY TCP4 198.51.100.9 10.0.0.256 51000 443\r\n", /line is wrong/],
  ["PROXY TCP4 198.51.100.09 10.0.0.5 51000 443\r\n", /line is wrong/],
  ["PROXY TCP4 2001:db8::1 ::1 51000 443\r\n", /line is wrong/],
  ["PROXY TCP6 198.51.100.9 10.0.0.5 51000 443\r\n", /line is wrong/],
  ["PROXY UDP4 198.51.100.9 10.0.0.5 51000 443\r\n", /line is wrong/],
  ["PROXY UNKNOWNX\r\n", /line is wrong/],
  [`PROXY UNKNOWN ${"x".repeat(100)}\r\n`, /no end/, 107],
  [binary(0x11, 0x11, V4), /version or command/, 16],
  [binary(0x22, 0x11, V4), /version or command/, 16],
  [binary(0x21, 0x12, V4), /family/],
  [binary(0x21, 0x99, V4), /family/],
  [binary(0x21, 0x11, V4.slice(1)), /cut off/],
  [binary(0x21, 0x21, V6.slice(1)), /cut off/],
  [binary(0x21, 0x31, "/a"), /cut off/],
  [binary(0x21, 0x11, V4 + "\x04\x00"), /additions/],
  [binary(0x21, 0x11, V4 + "\x04\x00\x05abcd"), /additions/],
  [binary(0x21, 0x11, V4 + addition(0x20, "\x01\0\0\0")), /additions/],
  [binary(0x21, 0x11, V4 + addition(0x03, "\0\0\0\0")), /additions/],
  [binary(0x21, 0x11, V4 + addition(0x03, "\0\0\0")), /additions/],
  [binary(0x21, 0x11, V4 + addition(0x04, "x".repeat(506))), /too long/, 16],
  [binary(0x20, 0x00, "", 65_535), /too long/, 16],
];

for (const [header, why, after = header.length] of WRONG) {
  Deno.test(`readProxyHeader() refuses ${name(header)} after ${after} bytes`, () => {
    const bytes = bytesOf(header);
    for (let count = 0; count < after; count++) {
      assert.equal(readProxyHeader(bytes.subarray(0, count)).at, "more", `${count} bytes`);
    }
    const result = readProxyHeader(bytes.subarray(0, after));
    assert.match(result.at === "error" ? result.why : result.at, why);
  });
}

Deno.test("readProxyHeader() takes a header with the right checksum and none with a wrong one", () => {
  const header = (sum: string) => bytesOf(binary(0x21, 0x11, V4 + addition(0x03, sum)));
  const right = crc32cOf(header("\0\0\0\0"));
  assert.equal(readProxyHeader(header(right)).at, "header");
  // What every CRC-32C makes of this text.
  assert.equal(crc32cOf(bytesOf("123456789")), "\xe3\x06\x92\x83");
});

/** Takes the polynomial bit by bit over the message, as a division: slow, and another way than the host's. */
function crc32cOf(bytes: Uint8Array): string {
  let sum = 0xffff_ffffn;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const isSet = (sum ^ BigInt(byte >> bit)) & 1n;
      sum = (sum >> 1n) ^ (isSet ? 0x82f6_3b78n : 0n);
    }
  }
  const value = sum ^ 0xffff_ffffn;
  return String.fromCharCode(...[24n, 16n, 8n, 0n].map((by) => Number(value >> by & 255n)));
}

seededTest(
  "readProxyHeader() takes any bytes, and decides by the longest header at the latest",
  (random) => {
    const headers = VALID.map(([header]) => bytesOf(header));
    for (let run = 0; run < 4_000; run++) {
      const damaged = new Uint8Array(LONGEST_PROXY_HEADER);
      damaged.set(random.bytes(64), random.index(300));
      damaged.set(random.of(headers).subarray(0, LONGEST_PROXY_HEADER));
      for (let flips = random.index(4); flips > 0; flips--) {
        damaged[random.index(60)] = random
          .index(256);
      }
      const result = readProxyHeader(damaged);
      assert.notEqual(result.at, "more");
      if (result.at === "header") {
        assert.ok(result.used <= damaged.length && result.source.port <= 65_535);
        assert.deepEqual(readProxyHeader(damaged.subarray(0, result.used)), result);
      }
    }
  },
);

function name(header: string): string {
  return JSON.stringify(header.length > 70 ? header.slice(0, 70) : header);
}
