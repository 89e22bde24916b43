import type { ParseErrorCode } from "../../src/http1/errors.ts";
import { REQUEST_LIMITS, RESPONSE_LIMITS } from "../../src/http1/limits.ts";
import type { TraceOptions } from "./http1_trace.ts";

/** Bytes of one connection and what a reader finds in them. */
export interface TraceCase extends TraceOptions {
  readonly name: string;
  readonly input: string;
  readonly events: readonly string[];
}

const H = "Host: a\r\n";
const get = (fields: string, rest = "") => `GET / HTTP/1.1\r\n${H}${fields}\r\n${rest}`;
const post = (fields: string, rest = "") => `POST / HTTP/1.1\r\n${H}${fields}\r\n${rest}`;
const chunked = (rest: string) => post("Transfer-Encoding: chunked\r\n", rest);
const CHUNKED = "HEAD POST / HTTP/1.1 [Host=a|Transfer-Encoding=chunked] (framing 2 0, keeps)";

/** Requests that are in order. */
export const REQUESTS: readonly TraceCase[] = [
  {
    name: "keeps order, case and repeats, leaves out the space around values",
    input: "GET /a?b HTTP/1.1\r\nhOSt:a\r\nX-A: 1\r\nx-a:\t 2 \t\r\nX-Empty:\r\nX-A:  3 3\r\n\r\n",
    events: [
      "HEAD GET /a?b HTTP/1.1 [hOSt=a|X-A=1|x-a=2|X-Empty=|X-A=3 3] (framing 0 0, keeps)",
      "END",
    ],
  },
  ...["/a/../b", "/a/%2e%2e/b", "/%2F", "/a\\b", "/?", '/\xc3\xa4?\xff|^{}"<>`', "//x//", "/%zz"]
    .map((
      target,
    ) => ({
      name: `passes the target ${target} as it is`,
      input: `GET ${target} HTTP/1.1\r\n${H}\r\n`,
      events: [`HEAD GET ${target} HTTP/1.1 [Host=a] (framing 0 0, keeps)`, "END"],
    })),
  {
    name: "takes any token as method and any byte from 0x80 in a value",
    input: "M-SEARCH!# / HTTP/1.1\r\nHost: a\r\nX: \x80\xff\t~\r\n\r\n",
    events: ["HEAD M-SEARCH!# / HTTP/1.1 [Host=a|X=\x80\xff\t~] (framing 0 0, keeps)", "END"],
  },
  {
    name: "gives the authority of an absolute-form target to Host (RFC 9112 §3.2.2)",
    input: "GET HTTP://b.test:81?x HTTP/1.1\r\nX: 1\r\nHost: a\r\n\r\n",
    events: ["HEAD GET /?x HTTP/1.1 [X=1|Host=b.test:81] (framing 0 0, keeps)", "END"],
  },
  {
    name: "gives an HTTP/1.0 request the Host its absolute-form target names",
    input: "GET https://[::1]:8/p HTTP/1.0\r\n\r\n",
    events: ["HEAD GET /p HTTP/1.0 [Host=[::1]:8] (framing 0 0, closes)", "END"],
  },
  {
    name: "reads OPTIONS * in both its forms (RFC 9112 §3.2.4)",
    input: `OPTIONS * HTTP/1.1\r\n${H}\r\nOPTIONS http://b HTTP/1.1\r\n${H}\r\n`,
    events: [
      "HEAD OPTIONS * HTTP/1.1 [Host=a] (framing 0 0, keeps)",
      "END",
      "HEAD OPTIONS * HTTP/1.1 [Host=b] (framing 0 0, keeps)",
      "END",
    ],
  },
  {
    name: "reads CONNECT with an authority-form target",
    input: `CONNECT b.test:443 HTTP/1.1\r\n${H}\r\n`,
    events: ["HEAD CONNECT b.test:443 HTTP/1.1 [Host=a] (framing 0 0, keeps)", "END"],
  },
  ...["", "a_b.test", "a:0", "a.:65535", "[::1]", "[::ffff:1.2.3.4]:80", "1.2.3.4"].map((host) => ({
    name: `takes "${host}" as Host`,
    input: `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    events: [`HEAD GET / HTTP/1.1 [Host=${host}] (framing 0 0, keeps)`, "END"],
  })),
  {
    name: "takes one empty line before a request (RFC 9112 §2.2)",
    input: `\r\n${get("")}\r\n${get("")}`,
    events: Array(2).fill(["HEAD GET / HTTP/1.1 [Host=a] (framing 0 0, keeps)", "END"]).flat(),
  },
  {
    name: "reads content of a length, and the pipelined request after it",
    input: post("Content-Length: 005\r\n", "hello") + get(""),
    events: [
      "HEAD POST / HTTP/1.1 [Host=a|Content-Length=005] (framing 1 5, keeps)",
      "CONTENT hello",
      "END",
      "HEAD GET / HTTP/1.1 [Host=a] (framing 0 0, keeps)",
      "END",
    ],
  },
  {
    name: "tells a content of length 0 from none",
    input: post("Content-Length: 0\r\n") + post(""),
    events: [
      "HEAD POST / HTTP/1.1 [Host=a|Content-Length=0] (framing 1 0, keeps)",
      "END",
      "HEAD POST / HTTP/1.1 [Host=a] (framing 0 0, keeps)",
      "END",
    ],
  },
  {
    name: "reads the largest length that can be counted",
    input: post("Content-Length: 9007199254740991\r\n", "x"),
    events: [
      "HEAD POST / HTTP/1.1 [Host=a|Content-Length=9007199254740991] (framing 1 9007199254740991, keeps)",
      "CONTENT x",
    ],
  },
  {
    name: "reads chunks, extensions and trailers, and what follows",
    input: chunked(
      '5\r\nhello\r\n0a;x\r\n, world!\r\n\r\n1 ;\ta = "q\\"\\\\;" ;b=c\r\n.\r\n00;y\r\nX-T: 1\r\nx-t: 2\r\n\r\n',
    ) + get(""),
    events: [
      CHUNKED,
      "CONTENT hello, world!\r\n.",
      "END [X-T=1|x-t=2]",
      "HEAD GET / HTTP/1.1 [Host=a] (framing 0 0, keeps)",
      "END",
    ],
  },
  {
    name: "gives chunks with their frames, extensions cut out",
    framed: true,
    input: chunked(
      "5\r\nhello\r\n003\r\n a \r\n2;x=1\r\nbc\r\nF\r\n123456789012345\r\n0;z\r\nX: 1\r\n\r\n",
    ),
    events: [
      CHUNKED,
      "CONTENT 5\r\nhello\r\n003\r\n a \r\n2\r\nbc\r\nF\r\n123456789012345\r\n",
      "END [X=1]",
    ],
  },
  {
    name: "gives the frames before a broken one",
    framed: true,
    input: chunked("2\r\nab\r\n2;a\r\ncd\r\nx"),
    events: [CHUNKED, "CONTENT 2\r\nab\r\n2\r\ncd\r\n", "ERROR invalid-chunk-size"],
  },
  {
    name: "reads chunked content that is empty",
    input: chunked("0\r\n\r\n") + post("tRANSFER-eNCODING: Chunked\r\n", "0\r\n\r\n"),
    events: [
      CHUNKED,
      "END",
      "HEAD POST / HTTP/1.1 [Host=a|tRANSFER-eNCODING=Chunked] (framing 2 0, keeps)",
      "END",
    ],
  },
  {
    name: "takes content on GET",
    input: get("Content-Length: 1\r\n", "x"),
    events: [
      "HEAD GET / HTTP/1.1 [Host=a|Content-Length=1] (framing 1 1, keeps)",
      "CONTENT x",
      "END",
    ],
  },
  ...([
    ["1.1", "Connection: close", "closes"],
    ["1.1", "Connection: keep-alive, , CLOSE", "closes"],
    ["1.1", "Connection: keep-alive\r\nconnection: close", "closes"],
    ["1.1", "Connection: closed", "keeps"],
    ["1.0", "", "closes"],
    ["1.0", "Connection: Keep-Alive", "keeps"],
    ["1.0", "Connection: keep-alive, close", "closes"],
  ] as const).map(([version, field, verdict]) => {
    const lines = field === "" ? [] : field.split("\r\n");
    return {
      name: `${verdict} an HTTP/${version} connection with "${
        lines.join(" and ")
      }" (RFC 9112 §9.3)`,
      input: `GET / HTTP/${version}\r\n${[H.trim(), ...lines].join("\r\n")}\r\n\r\n`,
      events: [
        `HEAD GET / HTTP/${version} [${
          ["Host=a", ...lines.map((line) => line.replace(": ", "="))].join("|")
        }] (framing 0 0, ${verdict})`,
        "END",
      ],
    };
  }),
  {
    name: "tells an upgrade, Expect, TE and HEAD",
    input:
      get("Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nTE: gzip;q=1, trailers\r\n") +
      post("Expect: 100-Continue\r\nContent-Length: 1\r\n", "x") + `HEAD / HTTP/1.1\r\n${H}\r\n`,
    events: [
      "HEAD GET / HTTP/1.1 [Host=a|Upgrade=websocket|Connection=keep-alive, Upgrade|TE=gzip;q=1, trailers] (framing 0 0, keeps, upgrade, trailers)",
      "END",
      "HEAD POST / HTTP/1.1 [Host=a|Expect=100-Continue|Content-Length=1] (framing 1 1, keeps, continue)",
      "CONTENT x",
      "END",
      "HEAD HEAD / HTTP/1.1 [Host=a] (framing 0 0, keeps, head)",
      "END",
    ],
  },
  {
    name: "is no upgrade without Connection, in HTTP/1.0, or to h2c only, which may have content",
    input: get("Upgrade: websocket\r\n") +
      "GET / HTTP/1.0\r\nConnection: keep-alive, upgrade\r\nUpgrade: websocket\r\nExpect: 100-continue\r\n\r\n" +
      post("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 1\r\n", "x"),
    events: [
      "HEAD GET / HTTP/1.1 [Host=a|Upgrade=websocket] (framing 0 0, keeps)",
      "END",
      "HEAD GET / HTTP/1.0 [Connection=keep-alive, upgrade|Upgrade=websocket|Expect=100-continue] (framing 0 0, keeps)",
      "END",
      "HEAD POST / HTTP/1.1 [Host=a|Connection=Upgrade, HTTP2-Settings|Upgrade=h2c|Content-Length=1] (framing 1 1, keeps)",
      "CONTENT x",
      "END",
    ],
  },
  {
    name: "forgets what the request before said",
    input: get("Connection: close, upgrade, keep-alive\r\nUpgrade: x\r\nTE: trailers\r\n") +
      "HEAD / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n" +
      get("Connection: upgrade\r\n") + "GET / HTTP/1.0\r\n\r\n",
    events: [
      "HEAD GET / HTTP/1.1 [Host=a|Connection=close, upgrade, keep-alive|Upgrade=x|TE=trailers] (framing 0 0, closes, upgrade, trailers)",
      "END",
      "HEAD HEAD / HTTP/1.1 [Host=a|Upgrade=x|Expect=100-continue|Content-Length=0] (framing 1 0, keeps, continue, head)",
      "END",
      "HEAD GET / HTTP/1.1 [Host=a|Connection=upgrade] (framing 0 0, keeps)",
      "END",
      "HEAD GET / HTTP/1.0 [] (framing 0 0, closes)",
      "END",
    ],
  },
  {
    name: "waits for the rest of a head",
    input: "GET / HTTP/1.1\r\nHost: a\r\n\r",
    close: true,
    events: ["ERROR truncated-head"],
  },
  {
    name: "tells content that breaks off",
    input: post("Content-Length: 5\r\n", "hell"),
    close: true,
    events: [
      "HEAD POST / HTTP/1.1 [Host=a|Content-Length=5] (framing 1 5, keeps)",
      "CONTENT hell",
      "ERROR truncated-content",
    ],
  },
  {
    name: "tells chunked content that breaks off before its last empty line",
    input: chunked("1\r\nx\r\n0\r\n"),
    close: true,
    events: [CHUNKED, "CONTENT x", "ERROR truncated-content"],
  },
  {
    name: "takes the end of the connection between requests",
    input: get(""),
    close: true,
    events: ["HEAD GET / HTTP/1.1 [Host=a] (framing 0 0, keeps)", "END", "CLOSED"],
  },
];

const L = REQUEST_LIMITS;
const long = (length: number) => "a".repeat(length);
const lineFor = (bytes: number, rest: number) => `X: ${long(bytes - rest - 5)}\r\n`;

/** Requests that are refused at once: what is wrong, and bytes that are; each fails by its last byte. */
export const BAD_REQUESTS: readonly (readonly [ParseErrorCode, string, Partial<TraceOptions>?])[] =
  [
    ["bare-lf", "GET / HTTP/1.1\n"],
    ["bare-lf", "GET /\n"],
    ["bare-lf", "GET\n"],
    ["bare-lf", `GET / HTTP/1.1\r\n${H}X: 1\n`],
    ["bare-lf", "GET / HTTP/1.1\r\nHost\n"],
    ["bare-lf", `GET / HTTP/1.1\r\n${H}\n`],
    ["bare-lf", "\n"],
    ["bare-cr", "GET / HTTP/1.1\rH"],
    ["bare-cr", `GET / HTTP/1.1\r\n${H}X: a\rb`],
    ["bare-cr", `GET / HTTP/1.1\r\n${H}\rX`],
    ["bare-cr", "\rG"],
    ["leading-whitespace", " "],
    ["leading-whitespace", "\t"],
    ["leading-whitespace", "\r\n\r"],
    ["leading-whitespace", "\r\n "],
    ["leading-whitespace", "GET / HTTP/1.1\r\n "],
    ["invalid-request-line", "GET\r"],
    ["invalid-request-line", "GET /\r"],
    ["invalid-request-line", "GET  "],
    ["invalid-method", "G\0"],
    ["invalid-method", "\x16"],
    ["invalid-method", "GE("],
    ["invalid-method", ":"],
    ["invalid-method", "GET\t"],
    ["method-too-long", long(L.methodBytes + 1)],
    ["invalid-target", "GET a "],
    ["invalid-target", "GET *x "],
    ["invalid-target", "GET * "],
    ["invalid-target", "OPTIONS *x "],
    ["invalid-target", "options * "],
    ["invalid-target", "GET a:80 "],
    ["invalid-target", "GET ftp://a/ "],
    ["invalid-target", "GET http:/a "],
    ["invalid-target", "GET http:///x "],
    ["invalid-target", "GET http://u@a/ "],
    ["invalid-target", "GET http://a:x/ "],
    ["invalid-target", "GET http://a\\b/ "],
    ["invalid-target", "CONNECT / "],
    ["invalid-target", "CONNECT a "],
    ["invalid-target", "CONNECT http://a:1/ "],
    ["invalid-target-character", "GET /\0"],
    ["invalid-target-character", "GET /\x7f"],
    ["invalid-target-character", "GET /\t"],
    ["invalid-target-character", "GET /a#"],
    ["target-too-long", `GET /${long(L.targetBytes)}`],
    ["target-too-long", `GET /${long(95)}`, { limits: { ...L, headBytes: 100 } }],
    ["invalid-version", "GET / X"],
    ["invalid-version", "GET / h"],
    ["invalid-version", "GET / HTTP/x"],
    ["invalid-version", "GET / HTTP/11"],
    ["invalid-version", "GET / HTTP/1.1 "],
    ["invalid-version", "GET / HTTP/1.10"],
    ["invalid-version", "GET /  "],
    ["unsupported-version", "GET / HTTP/1.2"],
    ["unsupported-version", "GET / HTTP/2.0"],
    ["unsupported-version", "GET / HTTP/0.9"],
    ["head-too-large", `GET / HTTP/1.1\r\n${long(L.headBytes - 16)}`],
    ["head-too-large", get(lineFor(L.headBytes + 1, get("").length)).slice(0, L.headBytes)],
    ["too-many-fields", `GET / HTTP/1.1\r\n${"X: 1\r\n".repeat(L.fields)}X`],
    ["empty-name", `GET / HTTP/1.1\r\n${H}:`],
    ["invalid-name", `GET / HTTP/1.1\r\n${H}X(`],
    ["invalid-name", `GET / HTTP/1.1\r\n${H}\xe4`],
    ["invalid-name", `GET / HTTP/1.1\r\n${H}\0`],
    ["invalid-name", `GET / HTTP/1.1\r\n${H}X\0`],
    ["space-before-colon", `GET / HTTP/1.1\r\n${H}X `],
    ["space-before-colon", `GET / HTTP/1.1\r\nContent-Length\t`],
    ["missing-colon", `GET / HTTP/1.1\r\n${H}X\r`],
    ["folded-line", `GET / HTTP/1.1\r\n${H} `],
    ["folded-line", `GET / HTTP/1.1\r\n${H}X: 1\r\n\t`],
    ["invalid-value", `GET / HTTP/1.1\r\n${H}X: \0`],
    ["invalid-value", `GET / HTTP/1.1\r\n${H}X: a\x0b`],
    ["invalid-value", `GET / HTTP/1.1\r\n${H}X: a\x7f`],
    ["invalid-value", `GET / HTTP/1.1\r\n${H}X: \x1f`],
    ["missing-host", "GET / HTTP/1.1\r\n\r\n"],
    ["missing-host", "GET http://a/ HTTP/1.1\r\nX: 1\r\n\r\n"],
    ["repeated-host", get(H)],
    ["repeated-host", `GET / HTTP/1.0\r\n${H}host: a\r\n\r\n`],
    ...[
      "a, b",
      "a b",
      "a/b",
      "u@a",
      "a:",
      ":80",
      "a:65536",
      "a:123456",
      "a:8x",
      "a:+8",
      "[::1",
      "[]",
      "[:]",
      "[g::]",
    ]
      .concat(["::1", "[::1]80", "a%41", "\xe4", "a,b", "[::1%25eth0]", "a\\b", "a?b", "a#"])
      .map((host) => ["invalid-host", `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`] as const),
    ["repeated-content-length", post("Content-Length: 5\r\nContent-Length: 5\r\n")],
    ["repeated-content-length", post("Content-Length: 5\r\ncontent-length: 6\r\n")],
    ...[
      "",
      "+5",
      "-1",
      "5, 5",
      "5 5",
      "0x5",
      "5.0",
      "1e3",
      "\xb2",
      "9007199254740992",
      "5;",
      "0".repeat(20),
    ]
      .map((value) => ["invalid-content-length", post(`Content-Length: ${value}\r\n`)] as const),
    [
      "repeated-transfer-encoding",
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
    ],
    ...[
      "xchunked",
      "gzip, chunked",
      "chunked, chunked",
      "identity",
      "chunked;q=1",
      "",
      ", chunked",
      '"chunked"',
    ]
      .concat(["chunked,", "chunked x", "gzip", "chunked, gzip", "\xe3hunked"])
      .map((value) =>
        ["invalid-transfer-encoding", post(`Transfer-Encoding: ${value}\r\n`)] as const
      ),
    ["transfer-encoding-version", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["two-framings", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")],
    ["two-framings", post("transfer-encoding: chunked\r\ncontent-length: 0\r\n")],
    [
      "upgrade-with-content",
      get("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n"),
    ],
    [
      "upgrade-with-content",
      get("Connection: upgrade\r\nUpgrade: x, h2c\r\nTransfer-Encoding: chunked\r\n"),
    ],
    ["too-many-connection-options", get(`Connection: ${"a,".repeat(L.connectionOptions + 1)}\r\n`)],
  ];

/** Chunked contents that are refused at once. */
export const BAD_CHUNKS: readonly (readonly [ParseErrorCode, string, Partial<TraceOptions>?])[] = [
  ["invalid-chunk-size", "x"],
  ["invalid-chunk-size", "\r"],
  ["invalid-chunk-size", "-"],
  ["invalid-chunk-size", "+"],
  ["invalid-chunk-size", " "],
  ["invalid-chunk-size", ";"],
  ["invalid-chunk-size", "0x"],
  ["invalid-chunk-size", "5g"],
  ["invalid-chunk-size", "5,"],
  ["invalid-chunk-size", "5\0"],
  ["invalid-chunk-size", "20000000000000"],
  ["invalid-chunk-size", "00000000000000000"],
  ["bare-lf", "5\n"],
  ["bare-lf", "5;a\n"],
  ["bare-lf", "5;a=b\n"],
  ["bare-lf", '5;a="b\n'],
  ["bare-lf", "5;\n"],
  ["bare-cr", "5\rx"],
  ["bare-cr", "5;a\rx"],
  ["invalid-chunk-extension", "5 \r"],
  ["invalid-chunk-extension", "5;\r"],
  ["invalid-chunk-extension", "5; ;"],
  ["invalid-chunk-extension", "5;a=\r"],
  ["invalid-chunk-extension", "5;a=;"],
  ["invalid-chunk-extension", "5;a b"],
  ["invalid-chunk-extension", "5;a \r"],
  ["invalid-chunk-extension", '5;a="b"c'],
  ["invalid-chunk-extension", '5;a="\0'],
  ["invalid-chunk-extension", '5;a="\\\0'],
  ["invalid-chunk-extension", '5;a="b\r'],
  ["invalid-chunk-extension", "5;\xe4"],
  ["chunk-line-too-long", `5;${long(L.chunkLineBytes - 2)}`],
  ["chunk-line-too-long", `5;a="${long(L.chunkLineBytes - 5)}`],
  ["missing-chunk-end", "1\r\nxy"],
  ["missing-chunk-end", "1\r\nx\n"],
  ["missing-chunk-end", "1\r\nx\rx"],
  ["missing-chunk-end", "1\r\nx0"],
  ["bare-lf", "0\r\n\n"],
  ["bare-lf", "0\r\nX: 1\n"],
  ["folded-line", "0\r\nX: 1\r\n "],
  ["space-before-colon", "0\r\nX "],
  ["forbidden-trailer", "0\r\nContent-Length: 5\r\n\r\n"],
  ["forbidden-trailer", "0\r\nX: 1\r\ntransfer-encoding: chunked\r\n\r\n"],
  ["forbidden-trailer", "0\r\nHost: b\r\n\r\n"],
  ["trailers-too-large", `0\r\nX: ${long(L.trailerBytes - 3)}`],
  ["too-many-fields", `0\r\n${"X: 1\r\n".repeat(L.fields)}X`],
];

const ok = (fields: string, rest = "") => `HTTP/1.1 200 OK\r\n${fields}\r\n${rest}`;

/** Responses that are in order. */
export const RESPONSES: readonly TraceCase[] = [
  {
    name: "reads status, reason, fields and content of a length",
    input: ok("Content-Length: 2\r\nSet-Cookie: a\r\nset-cookie: b\r\n", "hi"),
    events: [
      "HEAD 200 OK [Content-Length=2|Set-Cookie=a|set-cookie=b] (framing 1 2, keeps)",
      "CONTENT hi",
      "END",
    ],
  },
  ...([["299 Odd \xe4 reason", 299, "Odd \xe4 reason"], ["999 ", 999, ""], [
    "404",
    404,
    "",
  ]] as const)
    .map(([line, status, reason]) => ({
      name: `passes the status line "${line}"`,
      input: `HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n`,
      events: [`HEAD ${status} ${reason} [Content-Length=0] (framing 1 0, keeps)`, "END"],
    })),
  {
    name: "reads chunks and trailers",
    input: ok("Transfer-Encoding: chunked\r\nTrailer: X\r\n", "1\r\na\r\n0\r\nX: 1\r\n\r\n"),
    events: [
      "HEAD 200 OK [Transfer-Encoding=chunked|Trailer=X] (framing 2 0, keeps)",
      "CONTENT a",
      "END [X=1]",
    ],
  },
  {
    name: "reads until the end of the connection",
    input: ok("", "abc"),
    close: true,
    events: ["HEAD 200 OK [] (framing 3 0, closes)", "CONTENT abc", "END"],
  },
  {
    name: "closes after HTTP/1.0, unless it says keep-alive",
    input: "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n" +
      "HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
    expected: [{}, {}],
    events: [
      "HEAD 200 OK [Content-Length=0] (framing 1 0, closes)",
      "END",
      "HEAD 200 OK [Content-Length=0|Connection=keep-alive] (framing 1 0, keeps)",
      "END",
    ],
  },
  {
    name: "closes where Connection says so",
    input: ok("Content-Length: 0\r\nConnection: close\r\n"),
    events: ["HEAD 200 OK [Content-Length=0|Connection=close] (framing 1 0, closes)", "END"],
  },
  {
    name: "gives interim responses, then the final one",
    input: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
      ok("Content-Length: 1\r\n", "x"),
    events: [
      "INTERIM HEAD 100 Continue [] (framing 0 0, keeps)",
      "INTERIM HEAD 103 Early Hints [Link=</a>] (framing 0 0, keeps)",
      "HEAD 200 OK [Content-Length=1] (framing 1 1, keeps)",
      "CONTENT x",
      "END",
    ],
  },
  {
    name: "takes no content for HEAD, 204 and 304, whatever the fields say (RFC 9112 §6.3)",
    input: ok("Content-Length: 5\r\n") + ok("Transfer-Encoding: chunked\r\n") + ok("") +
      "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n" +
      "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
    expected: [{ isHead: true }, { isHead: true }, { isHead: true }, {}, {}],
    events: [
      "HEAD 200 OK [Content-Length=5] (framing 4 0, keeps)",
      "END",
      "HEAD 200 OK [Transfer-Encoding=chunked] (framing 4 0, keeps)",
      "END",
      "HEAD 200 OK [] (framing 4 0, keeps)",
      "END",
      "HEAD 304 Not Modified [Content-Length=7] (framing 4 0, keeps)",
      "END",
      "HEAD 204 No Content [Content-Length=0] (framing 0 0, keeps)",
      "END",
    ],
  },
  {
    name: "gives a 101 that was asked for",
    input:
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x00",
    expected: [{ asksUpgrade: true }],
    events: [
      "SWITCHED HEAD 101 Switching Protocols [Connection=Upgrade|Upgrade=websocket] (framing 0 0, keeps)",
    ],
  },
  {
    name: "does not judge Host",
    input: ok("Host: a b\r\nHost:\r\nContent-Length: 0\r\n"),
    events: ["HEAD 200 OK [Host=a b|Host=|Content-Length=0] (framing 1 0, keeps)", "END"],
  },
  {
    name: "takes a head of 64 KiB (ANCM F-57)",
    input: ok(
      `Content-Length: 0\r\n${
        lineFor(RESPONSE_LIMITS.headBytes, ok("Content-Length: 0\r\n").length)
      }`,
    ),
    events: [
      `HEAD 200 OK [Content-Length=0|X=${
        long(RESPONSE_LIMITS.headBytes - ok("Content-Length: 0\r\n").length - 5)
      }] (framing 1 0, keeps)`,
      "END",
    ],
  },
  {
    name: "tells content that breaks off",
    input: ok("Content-Length: 2\r\n", "h"),
    close: true,
    events: [
      "HEAD 200 OK [Content-Length=2] (framing 1 2, keeps)",
      "CONTENT h",
      "ERROR truncated-content",
    ],
  },
  {
    name: "tells a head that never came",
    input: "",
    close: true,
    events: ["ERROR truncated-head"],
  },
];

/** Responses that are refused at once. */
export const BAD_RESPONSES: readonly (readonly [ParseErrorCode, string, Partial<TraceOptions>?])[] =
  [
    ["invalid-version", "I"],
    ["invalid-version", "HTTP/1,"],
    ["invalid-version", "\r"],
    ["unsupported-version", "HTTP/2.0"],
    ["unsupported-version", "HTTP/1.2"],
    ["invalid-status-line", "HTTP/1.1\r"],
    ["invalid-status-line", "HTTP/1.1  "],
    ["invalid-status-line", "HTTP/1.1 20x"],
    ["invalid-status-line", "HTTP/1.1 099"],
    ["invalid-status-line", "HTTP/1.1 2000"],
    ["invalid-status-line", "HTTP/1.1 200 O\0"],
    ["bare-lf", "HTTP/1.1 200\n"],
    ["bare-lf", "HTTP/1.1 200 OK\n"],
    ["bare-cr", "HTTP/1.1 200 OK\rX"],
    ["folded-line", "HTTP/1.1 200 OK\r\nX: 1\r\n "],
    ["space-before-colon", "HTTP/1.1 200 OK\r\nX "],
    ["missing-colon", "HTTP/1.1 200 OK\r\nX\r"],
    ["invalid-value", "HTTP/1.1 200 OK\r\nX: \0"],
    ["head-too-large", `HTTP/1.1 200 OK\r\nX: ${long(RESPONSE_LIMITS.headBytes - 20)}`],
    ["repeated-content-length", ok("Content-Length: 1\r\nContent-Length: 1\r\n")],
    ["invalid-content-length", ok("Content-Length: 1, 1\r\n")],
    ["invalid-content-length", ok("Content-Length: -1\r\n"), { expected: [{ isHead: true }] }],
    ["invalid-transfer-encoding", ok("Transfer-Encoding: gzip\r\n")],
    ["transfer-encoding-version", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["two-framings", ok("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")],
    ["two-framings", ok("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), {
      expected: [{ isHead: true }],
    }],
    ["unsolicited-switch", "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"],
    ["unsolicited-switch", "HTTP/1.1 101 S\r\n\r\n", { expected: [{ asksUpgrade: true }] }],
    ["unsolicited-switch", "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", {
      expected: [{ asksUpgrade: true }],
    }],
    ["unsolicited-response", "H", { expected: [] }],
  ];
