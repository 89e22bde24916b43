import assert from "node:assert/strict";
import {
  inboundFields,
  inboundTrailers,
  outboundFields,
  outboundTrailers,
} from "../../../src/gateway/fields.ts";
import { type FieldLine, FieldList, ResponseReader, STEP } from "../../../src/http1/mod.ts";

const client = { address: "203.0.113.7", port: 51_000, secure: true };

function inbound(lines: FieldLine[], options: Partial<Parameters<typeof inboundFields>[1]> = {}) {
  return [...inboundFields(new FieldList(lines), { client, token: "real", ...options })];
}

const ADDED: FieldLine[] = [
  ["X-Forwarded-For", "203.0.113.7:51000"],
  ["X-Forwarded-Proto", "https"],
  ["MS-ASPNETCORE-TOKEN", "real"],
];

const CASES: [what: string, received: FieldLine[], expected: FieldLine[]][] = [
  ["adds the client, its scheme and the token (ANCM G-3)", [], ADDED],
  ["keeps Host as it came (ANCM F-10)", [["hOST", "a:81"]], [["hOST", "a:81"], ...ADDED]],
  [
    "removes every field that begins with MS-ASPNETCORE (ANCM F-11)",
    [["MS-ASPNETCORE-TOKEN", "fake"], ["ms-aspnetcorefoo", "x"], ["Ms-AspNetCore-ClientCert", "y"]],
    ADDED,
  ],
  [
    "keeps fields of other proxies (ANCM F-17)",
    [["Forwarded", "for=a"], ["Via", "1.1 x"], ["X-Real-IP", "1"], ["X-Forwarded-Host", "h"]],
    [
      ["Forwarded", "for=a"],
      ["Via", "1.1 x"],
      ["X-Real-IP", "1"],
      ["X-Forwarded-Host", "h"],
      ...ADDED,
    ],
  ],
  [
    "drops what Connection names, and what is always for one connection (design row F-18)",
    [
      ["Connection", "close, X-A"],
      ["connection", "x-b"],
      ["X-A", "1"],
      ["X-B", "2"],
      ["X-C", "3"],
      ["Keep-Alive", "timeout=1"],
      ["Proxy-Connection", "close"],
      ["Proxy-Authorization", "Basic x"],
      ["Upgrade", "h2c"],
      ["HTTP2-Settings", "x"],
      ["Transfer-Encoding", "chunked"],
    ],
    [["X-C", "3"], ...ADDED],
  ],
  [
    "does not let Connection strike out framing, or what a proxy said (design row F-18)",
    [
      ["Connection", "Host, Content-Length, X-Forwarded-For, X-Forwarded-Proto, Forwarded, Via"],
      ["Host", "a"],
      ["Content-Length", "3"],
      ["Forwarded", "for=a"],
      ["X-Forwarded-For", "198.51.100.9"],
    ],
    [
      ["Host", "a"],
      ["Content-Length", "3"],
      ["Forwarded", "for=a"],
      ["X-Forwarded-For", "198.51.100.9, 203.0.113.7:51000"],
      ["X-Forwarded-Proto", "https"],
      ["MS-ASPNETCORE-TOKEN", "real"],
    ],
  ],
  [
    "does not let Connection strike out what the host adds",
    [["Connection", "MS-ASPNETCORE-TOKEN, X-Forwarded-For, X-Forwarded-Proto"]],
    ADDED,
  ],
  ["keeps of TE the member trailers (design row F-18)", [["TE", "gzip;q=0.5, Trailers"]], [
    ["TE", "trailers"],
    ...ADDED,
  ]],
  ["drops TE without trailers", [["TE", "gzip"]], ADDED],
  [
    "appends to X-Forwarded-For and -Proto, lines joined, values untouched (ANCM G-4)",
    [["x-forwarded-for", "junk"], ["X-Forwarded-For", "1.2.3.4"], ["X-Forwarded-Proto", "https"]],
    [
      ["X-Forwarded-For", "junk, 1.2.3.4, 203.0.113.7:51000"],
      ["X-Forwarded-Proto", "https, https"],
      ["MS-ASPNETCORE-TOKEN", "real"],
    ],
  ],
  [
    "passes Authorization, Cookie, Range and Expect (ANCM F-21, F-22)",
    [["Authorization", "Basic x"], ["Cookie", "a=1"], ["Range", "bytes=0-1"], [
      "Expect",
      "100-continue",
    ]],
    [["Authorization", "Basic x"], ["Cookie", "a=1"], ["Range", "bytes=0-1"], [
      "Expect",
      "100-continue",
    ], ...ADDED],
  ],
];

/** The same fields as our own parser finds them in bytes. */
function overBytes(lines: readonly FieldLine[]): FieldList {
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const bytes = new TextEncoder().encode(`HTTP/1.1 200 OK\r\n${text}\r\n`);
  const reader = new ResponseReader();
  reader.expect(false, false);
  assert.equal(reader.next(bytes, 0, bytes.length), STEP.HEAD);
  return reader.head(bytes, 0).fields;
}

for (const [what, received, expected] of CASES) {
  Deno.test(`inboundFields() ${what}`, () => {
    assert.deepEqual(inbound(received), expected);
    const fields = inboundFields(overBytes(received), { client, token: "real" });
    assert.deepEqual([...fields], expected, "over bytes");
  });
}

Deno.test("inboundTrailers() keeps none that only a head, a proxy or the host may say", () => {
  const received: FieldLine[] = [
    ["X-Sum", "1"],
    ["MS-ASPNETCORE-TOKEN", "fake"],
    ["X-Forwarded-For", "1.2.3.4"],
    ["Via", "x"],
    ["Connection", "close"],
    ["x-sum", "2"],
  ];
  assert.deepEqual([...inboundTrailers(new FieldList(received))], [["X-Sum", "1"], ["x-sum", "2"]]);
});

Deno.test("outboundTrailers() keeps none that is for one connection only", () => {
  const received: FieldLine[] = [["X-Sum", "1"], ["Keep-Alive", "x"], ["Via", "x"]];
  assert.deepEqual([...outboundTrailers(new FieldList(received))], [["X-Sum", "1"], ["Via", "x"]]);
});

Deno.test("inboundFields() writes an IPv6 address in brackets (ANCM G-5)", () => {
  const lines = inbound([], { client: { address: "::1", port: 6_000, secure: false } });
  assert.deepEqual(lines.slice(0, 2), [["X-Forwarded-For", "[::1]:6000"], [
    "X-Forwarded-Proto",
    "http",
  ]]);
});

Deno.test("inboundFields() leaves a peer's own last entries the last behind a Unix socket", () => {
  const unix = { client: { address: "", port: 0, secure: false } };
  const received: FieldLine[] = [["X-Forwarded-For", "1.2.3.4"], ["X-Forwarded-Proto", "https"]];
  assert.deepEqual(inbound(received, unix), [...received, ["MS-ASPNETCORE-TOKEN", "real"]]);
  assert.deepEqual(inbound([], unix), [["X-Forwarded-Proto", "http"], [
    "MS-ASPNETCORE-TOKEN",
    "real",
  ]]);
});

Deno.test("inboundFields() keeps an upgrade only where it is passed on (ANCM W-2, W-9)", () => {
  const received: FieldLine[] = [["Connection", "keep-alive, Upgrade"], ["Upgrade", "WebSocket"]];
  assert.deepEqual(inbound(received), ADDED);
  assert.deepEqual(inbound(received, { upgrade: "websocket" }), [
    ...ADDED,
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
  ]);
});

Deno.test("outboundFields() drops what is for one connection only and keeps the rest in order (ANCM F-60 … F-65)", () => {
  const received = new FieldList([
    ["Server", "Kestrel"],
    ["Connection", "X-Hop, Content-Length"],
    ["X-Hop", "1"],
    ["Set-Cookie", "a=1"],
    ["Content-Length", "3"],
    ["set-cookie", "b=2"],
    ["Transfer-Encoding", "chunked"],
    ["Keep-Alive", "timeout=5"],
    ["Upgrade", "h2c"],
    ["Date", "today"],
    ["Vary", "A"],
    ["Vary", "B"],
  ]);
  assert.deepEqual([...outboundFields(received)], [
    ["Server", "Kestrel"],
    ["Set-Cookie", "a=1"],
    ["Content-Length", "3"],
    ["set-cookie", "b=2"],
    ["Date", "today"],
    ["Vary", "A"],
    ["Vary", "B"],
  ]);
});

Deno.test("outboundFields() names the upgrade both sides agreed on (ANCM W-3)", () => {
  const received = new FieldList([["Connection", "Upgrade"], ["Upgrade", "websocket"]]);
  assert.deepEqual([...outboundFields(received, "websocket")], [["Connection", "Upgrade"], [
    "Upgrade",
    "websocket",
  ]]);
});
