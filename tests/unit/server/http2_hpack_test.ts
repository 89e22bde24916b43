import assert from "node:assert/strict";
import { type FieldLine, FieldList } from "../../../src/http1/fields.ts";
import { HeaderWriter } from "../../../src/server/http2_header_writer.ts";
import { decodeHuffman } from "../../../src/server/http2_huffman.ts";
import { HpackDecoder } from "../../../src/server/http2_hpack.ts";
import { ConnectionFault } from "../../../src/server/http2_protocol.ts";

function decoded(decoder: HpackDecoder, bytes: Uint8Array): FieldLine[] {
  const lines: FieldLine[] = [];
  decoder.decode(bytes, 0, bytes.length, (name, value) => lines.push([name, value]));
  return lines;
}

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

const REQUESTS: FieldLine[][] = [
  [[":method", "GET"], [":scheme", "http"], [":path", "/"], [":authority", "www.example.com"]],
  [
    [":method", "GET"],
    [":scheme", "http"],
    [":path", "/"],
    [":authority", "www.example.com"],
    ["cache-control", "no-cache"],
  ],
  [
    [":method", "GET"],
    [":scheme", "https"],
    [":path", "/index.html"],
    [":authority", "www.example.com"],
    ["custom-key", "custom-value"],
  ],
];

for (
  const [name, blocks] of [
    ["RFC 7541 C.3", [
      "828684410f7777772e6578616d706c652e636f6d",
      "828684be58086e6f2d6361636865",
      "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    ]],
    ["RFC 7541 C.4, Huffman", [
      "828684418cf1e3c2e5f23a6ba0ab90f4ff",
      "828684be5886a8eb10649cbf",
      "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ]],
  ] as const
) {
  Deno.test(`HpackDecoder reads three requests of one connection (${name})`, () => {
    const decoder = new HpackDecoder();
    assert.deepEqual(blocks.map((text) => decoded(decoder, hex(text))), REQUESTS);
  });
}

Deno.test("HpackDecoder forgets the oldest fields when its table is full (RFC 7541 C.5)", () => {
  const decoder = new HpackDecoder();
  const size = hex("3fe101"); // 256
  const first = hex(
    "4803333032 5807707269766174 65 611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54" +
      "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
  );
  assert.deepEqual(decoded(decoder, new Uint8Array([...size, ...first]))[0], [":status", "302"]);
  const second = decoded(decoder, hex("4803333037c1c0bf"));
  assert.deepEqual(second, [
    [":status", "307"],
    ["cache-control", "private"],
    ["date", "Mon, 21 Oct 2013 20:13:21 GMT"],
    ["location", "https://www.example.com"],
  ]);
  // The fourth entry, status 302, made room for status 307.
  assert.throws(() => decoded(decoder, hex("c2")), ConnectionFault);
});

for (
  const [what, block] of [
    ["field 0", "80"],
    ["a field that is not in the table", "be"],
    ["a number without end", "ffffffffffffffff"],
    ["a number that stops", "ff"],
    ["a text longer than the block", "400a6375"],
    ["padding of zeros", "4001618100"],
    ["padding of eight bits", "40016182ffff"],
    ["the end mark", "40016184ffffffff"],
    ["a table larger than was allowed", "3fe21f"],
    ["a new size behind a field", "8220"],
  ] as const
) {
  Deno.test(`HpackDecoder refuses ${what} (RFC 7541)`, () => {
    assert.throws(
      () => decoded(new HpackDecoder(), hex(block)),
      (error) => error instanceof ConnectionFault && error.code === 9,
    );
  });
}

Deno.test("HpackDecoder takes an empty Huffman text and one padded with ones", () => {
  assert.deepEqual(decoded(new HpackDecoder(), hex("00016180 0001618 11f".replaceAll(" ", ""))), [
    ["a", ""],
    ["a", "a"],
  ]);
});

Deno.test("decodeHuffman() knows the codes of all lengths (RFC 7541 appendix B)", () => {
  const codes: [byte: number, code: string][] = [
    [0x30, "07"],
    [0x26, "f8"],
    [0x58, "fc"],
    [0x5a, "fd"],
    [0x5c, "fffe1f"],
    [0xc3, "fffe3f"],
    [0xd0, "fffe5f"],
    [0x80, "fffe6f"],
    [0x82, "fffe7f"],
    [0x09, "ffffea"],
    [0xc7, "fffff67f"],
    [0xff, "fffffbbf"],
    [0xf9, "ffffffef"],
    [0x0a, "fffffff3"],
    [0x0d, "fffffff7"],
    [0x16, "fffffffb"],
  ];
  for (const [byte, code] of codes) {
    const out = new Uint8Array(8);
    const bytes = hex(code);
    assert.equal(decodeHuffman(bytes, 0, bytes.length, out), 1, code);
    assert.equal(out[0], byte, code);
  }
});

Deno.test("HeaderWriter writes what HpackDecoder reads, names in lower case, long values too", () => {
  const writer = new HeaderWriter();
  const decoder = new HpackDecoder();
  const fields = new FieldList([
    ["Content-Type", "text/plain"],
    ["X-Long", "v".repeat(70_000)],
    ["x-bytes", "\x80\xff"],
    ["Set-Cookie", ""],
  ]);
  for (const status of [200, 299]) {
    assert.deepEqual(decoded(decoder, writer.block(status, fields)), [
      [":status", String(status)],
      ["content-type", "text/plain"],
      ["x-long", "v".repeat(70_000)],
      ["x-bytes", "\x80\xff"],
      ["set-cookie", ""],
    ]);
  }
});

for (
  const [name, value] of [["a b", "x"], ["", "x"], ["a", "x\r\ny"], ["a", "\u0100"], ["a", "\0"]]
) {
  Deno.test(`HeaderWriter refuses the field ${JSON.stringify([name, value])}`, () => {
    assert.throws(() => new HeaderWriter().block(200, [[name!, value!]]), TypeError);
  });
}

Deno.test("HpackDecoder meets random blocks with fields or a ConnectionFault, and nothing else", () => {
  let seed = 20_130_721;
  const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff) % below;
  let read = 0;
  for (let i = 0; i < 20_000; i++) {
    const block = Uint8Array.from({ length: random(24) }, () => random(256));
    try {
      decoded(new HpackDecoder(), block);
      read++;
    } catch (error) {
      assert.ok(error instanceof ConnectionFault, String(error));
    }
  }
  assert.ok(read > 100, `${read} blocks were valid`);
});
