/**
 * Bytes that two programs could take for different requests. Before they are sent, `T000` becomes a name of the
 * payload's own, of the same length, and behind them comes one more, well-formed request.
 */
export interface Payload {
  readonly what: string;
  readonly bytes: string;
}

const EVIL = "GET /echo/T000/evil HTTP/1.1\r\nHost: a\r\n\r\n";
const CHUNKED = "Transfer-Encoding: chunked\r\n";
const WEBSOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const H2C =
  "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";

/** A POST whose framing is `fields`; each field line has its end. */
function post(fields: string, content = "", version = "HTTP/1.1"): string {
  return `POST /upload?T000 ${version}\r\nHost: a\r\n${fields}\r\n${content}`;
}

/** A POST of chunks. */
function chunks(content: string, fields = ""): string {
  return post(CHUNKED + fields, content);
}

/** A GET with these more field lines. */
function get(fields: string, content = "", target = "/echo/T000"): string {
  return `GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}\r\n${content}`;
}

/** A whole request line, with its Host. */
function line(text: string, host = "Host: a\r\n"): string {
  return `${text}\r\n${host}\r\n`;
}

type Rows = readonly (readonly [what: string, bytes: string])[];

const LENGTHS: Rows = [
  ["a right length", post("Content-Length: 3\r\n", "abc")],
  ["a length of 0", post("Content-Length: 0\r\n")],
  ["a length with leading zeros", post("Content-Length: 0003\r\n", "abc")],
  ["a length with many zeros", post(`Content-Length: ${"0".repeat(60)}3\r\n`, "abc")],
  ["a length with +", post("Content-Length: +3\r\n", "abc")],
  ["a length with -", post("Content-Length: -3\r\n", "abc")],
  ["a length of -0", post("Content-Length: -0\r\n")],
  ["a length in hexadecimal", post("Content-Length: 0x3\r\n", "abc")],
  ["a length of hexadecimal digits", post("Content-Length: a\r\n", "0123456789")],
  ["a length with an exponent", post("Content-Length: 1e1\r\n", "0123456789")],
  ["a length with a fraction", post("Content-Length: 3.0\r\n", "abc")],
  ["a length with an underscore", post("Content-Length: 1_0\r\n", "0123456789")],
  ["a length with a thousands separator", post("Content-Length: 0,003\r\n", "abc")],
  ["a list of equal lengths", post("Content-Length: 3,3\r\n", "abc")],
  ["a list of equal lengths with a space", post("Content-Length: 3, 3\r\n", "abc")],
  ["a list of lengths", post(`Content-Length: 3, ${3 + EVIL.length}\r\n`, `abc${EVIL}`)],
  ["a list with an empty member", post("Content-Length: ,3\r\n", "abc")],
  ["a list that ends in a comma", post("Content-Length: 3,\r\n", "abc")],
  ["two lengths in one value", post("Content-Length: 3 3\r\n", "abc")],
  ["a length with a tab in it", post("Content-Length: 3\t3\r\n", "abc")],
  ["no length in the field", post("Content-Length:\r\n", "abc")],
  ["only a space in the field", post("Content-Length: \r\n", "abc")],
  ["a quoted length", post('Content-Length: "3"\r\n', "abc")],
  ["a length with a semicolon", post("Content-Length: 3;a=b\r\n", "abc")],
  ["a length with NUL behind it", post("Content-Length: 3\0\r\n", "abc")],
  ["a length with a vertical tab", post("Content-Length: \x0b3\r\n", "abc")],
  ["a length with a form feed", post("Content-Length: 3\x0c\r\n", "abc")],
  ["a length with a no-break space", post("Content-Length: \xa03\r\n", "abc")],
  ["a length in other digits", post("Content-Length: \xd9\xa3\r\n", "abc")],
  ["a length in superscript", post("Content-Length: \xb3\r\n", "abc")],
  ["tabs around a length", post("Content-Length:\t3\t\r\n", "abc")],
  ["many spaces before a length", post(`Content-Length:${" ".repeat(500)}3\r\n`, "abc")],
  ["a length of 2^32 + 3", post("Content-Length: 4294967299\r\n", "abc")],
  ["a length of 2^63", post("Content-Length: 9223372036854775808\r\n", "abc")],
  ["a length of 2^64 + 3", post("Content-Length: 18446744073709551619\r\n", "abc")],
  ["a length of 2^53 + 1", post("Content-Length: 9007199254740993\r\n", "abc")],
  ["a length of 200 digits", post(`Content-Length: ${"9".repeat(200)}\r\n`, "abc")],
  ["two equal lengths", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")],
  [
    "two lengths",
    post(`Content-Length: 3\r\nContent-Length: ${3 + EVIL.length}\r\n`, `abc${EVIL}`),
  ],
  [
    "two lengths, the greater one first",
    post(`Content-Length: ${3 + EVIL.length}\r\nContent-Length: 3\r\n`, `abc${EVIL}`),
  ],
  [
    "two lengths in other cases",
    post(`content-length: 3\r\nCONTENT-LENGTH: ${3 + EVIL.length}\r\n`, `abc${EVIL}`),
  ],
  ["a length and an empty one", post("Content-Length: 3\r\nContent-Length:\r\n", "abc")],
  ["no length and content", post("", `abc\r\n${EVIL}`)],
  ["a length on GET", get(`Content-Length: ${EVIL.length}\r\n`, EVIL, "/echo/T000")],
  [
    "a length on OPTIONS",
    `OPTIONS /echo/T000 HTTP/1.1\r\nHost: a\r\nContent-Length: ${EVIL.length}\r\n\r\n${EVIL}`,
  ],
  [
    "a length on DELETE",
    `DELETE /echo/T000 HTTP/1.1\r\nHost: a\r\nContent-Length: ${EVIL.length}\r\n\r\n${EVIL}`,
  ],
  [
    "a length on an unknown method",
    `FROB /echo/T000 HTTP/1.1\r\nHost: a\r\nContent-Length: ${EVIL.length}\r\n\r\n${EVIL}`,
  ],
  [
    "a length from HTTP/1.0",
    post("Content-Length: 3\r\nConnection: keep-alive\r\n", "abc", "HTTP/1.0"),
  ],
  ["an Expect and a length", post("Expect: 100-continue\r\nContent-Length: 3\r\n", "abc")],
  ["an unknown Expect", post("Expect: 200-ok\r\nContent-Length: 3\r\n", "abc")],
  [
    "an Expect on GET, with content",
    get(`Expect: 100-continue\r\nContent-Length: ${EVIL.length}\r\n`, EVIL),
  ],
  ["Content_Length", post("Content_Length: 43\r\n", EVIL)],
  [
    "a length that Connection names",
    post(`Connection: Content-Length\r\nContent-Length: ${EVIL.length}\r\n`, EVIL),
  ],
];

const CODINGS: Rows = [
  ["chunked", chunks("3\r\nabc\r\n0\r\n\r\n")],
  ["CHUNKED", post("Transfer-Encoding: CHUNKED\r\n", "3\r\nabc\r\n0\r\n\r\n")],
  ["a name in capitals", post("TRANSFER-ENCODING: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n")],
  ["tabs around chunked", post("Transfer-Encoding:\tchunked\t\r\n", "3\r\nabc\r\n0\r\n\r\n")],
  ["no space before chunked", post("Transfer-Encoding:chunked\r\n", "3\r\nabc\r\n0\r\n\r\n")],
  ...[
    "xchunked",
    "x-chunked",
    "chunked, chunked",
    "chunked,",
    ",chunked",
    "chunked;q=1",
    "chunked ;a",
    '"chunked"',
    "'chunked'",
    "chunked\x0b",
    "\x0bchunked",
    "chunked\x0c",
    "chunked\0",
    "\0chunked",
    "chunked\xa0",
    "chunked\x85",
    "chun\xaced",
    "chunkedfoo",
    "chunk",
    "identity",
    "identity, chunked",
    "chunked, identity",
    "gzip",
    "gzip, chunked",
    "chunked, gzip",
    "gzip, chunked, gzip",
    "deflate;a=b, chunked",
    "chu\tnked",
    "chunked chunked",
    "[chunked]",
    "chunked\x7f",
    "",
    " ",
  ].map((coding) =>
    [
      `Transfer-Encoding: ${JSON.stringify(coding)}`,
      post(`Transfer-Encoding: ${coding}\r\n`, `0\r\n\r\n${EVIL}`),
    ] as const
  ),
  ["chunked twice", post(CHUNKED + CHUNKED, `0\r\n\r\n${EVIL}`)],
  ["identity, then chunked", post(`Transfer-Encoding: identity\r\n${CHUNKED}`, `0\r\n\r\n${EVIL}`)],
  ["chunked, then identity", post(`${CHUNKED}Transfer-Encoding: identity\r\n`, `0\r\n\r\n${EVIL}`)],
  ["chunked, then nothing", post(`${CHUNKED}Transfer-Encoding:\r\n`, `0\r\n\r\n${EVIL}`)],
  [
    "chunked from HTTP/1.0",
    post(`${CHUNKED}Connection: keep-alive\r\n`, `0\r\n\r\n${EVIL}`, "HTTP/1.0"),
  ],
  ["chunked on GET", get(CHUNKED, `0\r\n\r\n${EVIL}`)],
  [
    "chunked that Connection names",
    post(`Connection: Transfer-Encoding\r\n${CHUNKED}`, `0\r\n\r\n${EVIL}`),
  ],
  ["a coding with a space in its name", post("Transfer Encoding: chunked\r\n", `0\r\n\r\n${EVIL}`)],
  ["a coding with an underscore", post("Transfer_Encoding: chunked\r\n", `0\r\n\r\n${EVIL}`)],
];

const BOTH: Rows = [
  ["a length, then chunked", post(`Content-Length: 5\r\n${CHUNKED}`, `0\r\n\r\n${EVIL}`)],
  ["chunked, then a length", post(`${CHUNKED}Content-Length: 5\r\n`, `0\r\n\r\n${EVIL}`)],
  [
    "a length over all, and chunked",
    post(`Content-Length: ${5 + EVIL.length}\r\n${CHUNKED}`, `0\r\n\r\n${EVIL}`),
  ],
  ["a length of 0, and chunked", post(`Content-Length: 0\r\n${CHUNKED}`, `0\r\n\r\n${EVIL}`)],
  ["a length and identity", post("Content-Length: 3\r\nTransfer-Encoding: identity\r\n", "abc")],
  [
    "a length and xchunked",
    post("Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n", `0\r\n\r\n${EVIL}`),
  ],
  [
    "a length and chunked with \\v",
    post("Content-Length: 5\r\nTransfer-Encoding: \x0bchunked\r\n", `0\r\n\r\n${EVIL}`),
  ],
  [
    "a length, and a space before the colon",
    post("Content-Length: 5\r\nTransfer-Encoding : chunked\r\n", `0\r\n\r\n${EVIL}`),
  ],
  [
    "a length, and a space before the name",
    post("Content-Length: 5\r\n Transfer-Encoding: chunked\r\n", `0\r\n\r\n${EVIL}`),
  ],
  [
    "a length, and a folded coding",
    post("Content-Length: 5\r\nTransfer-Encoding:\r\n chunked\r\n", `0\r\n\r\n${EVIL}`),
  ],
  [
    "a length, and a coding behind a bare LF",
    post("Content-Length: 5\r\nX: y\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${EVIL}`),
  ],
  [
    "a length, and a coding behind a bare CR",
    post("Content-Length: 5\r\nX: y\rTransfer-Encoding: chunked\r\n", `0\r\n\r\n${EVIL}`),
  ],
  [
    "a length, and NUL in the coding's name",
    post("Content-Length: 5\r\nTransfer-\0Encoding: chunked\r\n", `0\r\n\r\n${EVIL}`),
  ],
  [
    "a length, and a coding without a colon",
    post("Content-Length: 5\r\nTransfer-Encoding chunked\r\n", `0\r\n\r\n${EVIL}`),
  ],
  [
    "a length, and a coding behind CR CR LF",
    post("Content-Length: 5\r\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${EVIL}`),
  ],
  [
    "a length and chunked that Connection names",
    post(`Connection: Content-Length\r\nContent-Length: 5\r\n${CHUNKED}`, `0\r\n\r\n${EVIL}`),
  ],
];

const CHUNK_LINES: Rows = [
  ["a size in capitals", chunks("A\r\n0123456789\r\n0\r\n\r\n")],
  ["a size with leading zeros", chunks("0003\r\nabc\r\n000\r\n\r\n")],
  ["a size with 5,000 zeros", chunks(`${"0".repeat(5_000)}3\r\nabc\r\n0\r\n\r\n`)],
  ["an extension", chunks("3;a=b\r\nabc\r\n0;c\r\n\r\n")],
  ["a quoted extension", chunks('3;a="b;c"\r\nabc\r\n0\r\n\r\n')],
  ["an extension with a line feed", chunks(`3;a\nb\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["an extension with a carriage return", chunks(`3;a\rb\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["an extension that ends in a line feed", chunks(`2;\nxx\r\n3\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a quoted line end in an extension", chunks(`3;a="\r\nabc"\r\n0\r\n\r\n${EVIL}`)],
  ["an extension with NUL", chunks("3;a\0b\r\nabc\r\n0\r\n\r\n")],
  ["an extension of 10,000 bytes", chunks(`3;${"a".repeat(10_000)}\r\nabc\r\n0\r\n\r\n`)],
  ["LF behind a size", chunks(`3\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["LF behind a chunk", chunks(`3\r\nabc\n0\r\n\r\n${EVIL}`)],
  ["LF behind everything", chunks(`3\nabc\n0\n\n${EVIL}`)],
  ["CR behind a size", chunks(`3\rabc\r\n0\r\n\r\n${EVIL}`)],
  ["CR CR LF behind a size", chunks(`3\r\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["nothing behind a chunk", chunks(`3\r\nabc0\r\n\r\n${EVIL}`)],
  ["two other bytes behind a chunk", chunks(`3\r\nabcXX0\r\n\r\n${EVIL}`)],
  ["a chunk longer than its size", chunks(`3\r\nabcd\r\n0\r\n\r\n${EVIL}`)],
  ["a chunk shorter than its size", chunks(`4\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a size with +", chunks(`+3\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a size with -", chunks(`-3\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a size with 0x", chunks(`0x3\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a last chunk 0x0", chunks(`3\r\nabc\r\n0x0\r\n\r\n${EVIL}`)],
  ["a space before a size", chunks(` 3\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a space behind a size", chunks(`3 \r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a tab behind a size", chunks(`3\t\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a space behind the last size", chunks(`3\r\nabc\r\n0 \r\n\r\n${EVIL}`)],
  ["a space before an extension", chunks("3 ;a\r\nabc\r\n0\r\n\r\n")],
  ["a comma behind a size", chunks(`3,5\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["an underscore in a size", chunks(`0_3\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["no size", chunks(`\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["no size, but an extension", chunks(`;a\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a size of a letter", chunks(`g\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a size of 2^32 + 3", chunks(`100000003\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a size of 2^64 + 3", chunks(`10000000000000003\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a size of 2^63", chunks(`8000000000000000\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a size of 2^31", chunks(`80000000\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a size of NUL", chunks(`\x003\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["an end without its empty line", chunks(`3\r\nabc\r\n0\r\n${EVIL}`)],
  ["an end with LF", chunks(`3\r\nabc\r\n0\r\n\n${EVIL}`)],
  ["an end with CR", chunks(`3\r\nabc\r\n0\r\n\r${EVIL}`)],
  ["chunks behind the end", chunks(`0\r\n\r\n3\r\nabc\r\n0\r\n\r\n`)],
];

const TRAILERS: Rows = [
  ["a trailer", chunks("3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n", "Trailer: X-Sum\r\n")],
  ["Content-Length in the trailers", chunks(`0\r\nContent-Length: ${EVIL.length}\r\n\r\n${EVIL}`)],
  ["Transfer-Encoding in the trailers", chunks(`0\r\nTransfer-Encoding: chunked\r\n\r\n${EVIL}`)],
  ["Host in the trailers", chunks("0\r\nHost: b\r\n\r\n")],
  ["the token in the trailers", chunks("0\r\nMS-ASPNETCORE-TOKEN: x\r\n\r\n")],
  ["a forwarded field in the trailers", chunks("0\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n")],
  ["a folded trailer", chunks(`0\r\nX: a\r\n b\r\n\r\n${EVIL}`)],
  ["a trailer with LF", chunks(`0\r\nX: a\n\r\n${EVIL}`)],
  ["a trailer with a bare CR", chunks(`0\r\nX: a\rb\r\n\r\n${EVIL}`)],
  ["a trailer with NUL", chunks(`0\r\nX: a\0b\r\n\r\n${EVIL}`)],
  ["a trailer without a colon", chunks(`0\r\nX\r\n\r\n${EVIL}`)],
  ["a trailer with a space before the colon", chunks(`0\r\nX : a\r\n\r\n${EVIL}`)],
  ["a request line in the place of a trailer", chunks(`0\r\n${EVIL}`)],
  ["trailers of 10,000 bytes", chunks(`0\r\nX: ${"a".repeat(10_000)}\r\n\r\n`)],
];

const LINES: Rows = [
  ["an absolute target", line("GET http://a/echo/T000 HTTP/1.1")],
  ["an absolute target of another host", line("GET http://b/echo/T000 HTTP/1.1")],
  ["an absolute target with another port", line("GET http://a:81/echo/T000 HTTP/1.1")],
  ["an absolute target of https", line("GET https://a/echo/T000 HTTP/1.1")],
  ["an absolute target of ftp", line("GET ftp://a/echo/T000 HTTP/1.1")],
  ["an absolute target with a user", line("GET http://u:p@a/echo/T000 HTTP/1.1")],
  ["an absolute target without a path", line("GET http://a?T000 HTTP/1.1")],
  ["an absolute target without Host", line("GET http://a/echo/T000 HTTP/1.1", "")],
  ["a target of two slashes", line("GET //a/echo/T000 HTTP/1.1")],
  ["a relative target", line("GET echo/T000 HTTP/1.1")],
  ["no target", line("GET  HTTP/1.1", "Host: T000\r\n")],
  ["OPTIONS *", line("OPTIONS * HTTP/1.1", "Host: T000\r\n")],
  ["GET *", line("GET * HTTP/1.1", "Host: T000\r\n")],
  ["CONNECT", line("CONNECT a:80 HTTP/1.1", "Host: T000\r\n")],
  ["TRACE", line("TRACE /echo/T000 HTTP/1.1")],
  ["a fragment", line("GET /echo/T000#x HTTP/1.1")],
  ["a space in the target", line("GET /echo/T000 x HTTP/1.1")],
  ["a request in the target", line("GET /echo/T000 HTTP/1.1 HTTP/1.1")],
  ["NUL in the target", line("GET /echo/T000\0 HTTP/1.1")],
  ["an escaped NUL in the target", line("GET /echo/T000%00 HTTP/1.1")],
  ["an escaped line end in the target", line("GET /echo/T000%0d%0aX:%20y HTTP/1.1")],
  ["a bare CR in the target", line("GET /echo/T000\r/x HTTP/1.1")],
  ["a bare LF in the target", line("GET /echo/T000\n/x HTTP/1.1")],
  ["bytes above 127 in the target", line("GET /echo/T000/\xc3\xa9 HTTP/1.1")],
  ["dot segments", line("GET /x/../echo/T000 HTTP/1.1")],
  ["escaped dot segments", line("GET /x/%2e%2e/echo/T000 HTTP/1.1")],
  ["a backslash", line("GET /x\\..\\echo/T000 HTTP/1.1")],
  ["an escape that is none", line("GET /echo/T000%zz HTTP/1.1")],
  ["two spaces behind the method", line("GET  /echo/T000 HTTP/1.1")],
  ["two spaces behind the target", line("GET /echo/T000  HTTP/1.1")],
  ["a space at the end of the line", line("GET /echo/T000 HTTP/1.1 ")],
  ["a space before the method", line(" GET /echo/T000 HTTP/1.1")],
  ["tabs in the line", line("GET\t/echo/T000\tHTTP/1.1")],
  ["a vertical tab in the line", line("GET\x0b/echo/T000 HTTP/1.1")],
  ["a method in small letters", line("get /echo/T000 HTTP/1.1")],
  ["a method with a colon", line("GET: /echo/T000 HTTP/1.1")],
  ["a method with NUL", line("GE\0T /echo/T000 HTTP/1.1")],
  ["a method of 40,000 letters", line(`${"M".repeat(40_000)} /echo/T000 HTTP/1.1`)],
  ["a target of 12,000 bytes", line(`GET /echo/T000/${"a".repeat(12_000)} HTTP/1.1`)],
  ["a target of 40,000 bytes", line(`GET /echo/T000/${"a".repeat(40_000)} HTTP/1.1`)],
  ["HTTP/0.9", "GET /echo/T000\r\n\r\n"],
  ["HTTP/0.9 said", line("GET /echo/T000 HTTP/0.9")],
  ["HTTP/1.0", line("GET /echo/T000 HTTP/1.0", "")],
  ["HTTP/1.0 kept alive", line("GET /echo/T000 HTTP/1.0", "Connection: keep-alive\r\n")],
  ["HTTP/1.2", line("GET /echo/T000 HTTP/1.2")],
  ["HTTP/1.10", line("GET /echo/T000 HTTP/1.10")],
  ["HTTP/01.1", line("GET /echo/T000 HTTP/01.1")],
  ["HTTP/2.0", line("GET /echo/T000 HTTP/2.0")],
  ["HTTP/1.1x", line("GET /echo/T000 HTTP/1.1x")],
  ["http/1.1", line("GET /echo/T000 http/1.1")],
  ["HTTP/ 1.1", line("GET /echo/T000 HTTP/ 1.1")],
  ["HTTP/1,1", line("GET /echo/T000 HTTP/1,1")],
  ["HTTP/1", line("GET /echo/T000 HTTP/1")],
  ["an empty line before", `\r\n${line("GET /echo/T000 HTTP/1.1")}`],
  ["two empty lines before", `\r\n\r\n${line("GET /echo/T000 HTTP/1.1")}`],
  ["a bare LF before", `\n${line("GET /echo/T000 HTTP/1.1")}`],
  ["a bare CR before", `\r${line("GET /echo/T000 HTTP/1.1")}`],
  ["NUL before", `\0${line("GET /echo/T000 HTTP/1.1")}`],
  ["LF in the place of every line end", "GET /echo/T000 HTTP/1.1\nHost: a\n\n"],
  ["LF behind the line", "GET /echo/T000 HTTP/1.1\nHost: a\r\n\r\n"],
  ["LF at the end of the head", `GET /echo/T000 HTTP/1.1\r\nHost: a\r\n\n${EVIL}`],
  ["CR CR LF at the end of the head", `GET /echo/T000 HTTP/1.1\r\nHost: a\r\n\r\r\n${EVIL}`],
  ["a folded line", "GET /echo/T000 HTTP/1.1\r\n Host: a\r\n\r\n"],
  ["a preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["a preface of HTTP/2 that is none", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"],
  ["a preface of HTTP/2 in HTTP/1.1", line("PRI * HTTP/1.1", "Host: T000\r\n")],
  ["a TLS greeting", "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\r\n\r\n"],
];

const FIELDS: Rows = [
  ["no Host", line("GET /echo/T000 HTTP/1.1", "")],
  ["an empty Host", line("GET /echo/T000 HTTP/1.1", "Host:\r\n")],
  ["two Hosts", get("Host: b\r\n")],
  ["two equal Hosts", get("Host: a\r\n")],
  ["a list of Hosts", line("GET /echo/T000 HTTP/1.1", "Host: a, b\r\n")],
  ["a Host with a space", line("GET /echo/T000 HTTP/1.1", "Host: a b\r\n")],
  ["a Host with a path", line("GET /echo/T000 HTTP/1.1", "Host: a/b\r\n")],
  ["a Host with a user", line("GET /echo/T000 HTTP/1.1", "Host: u@a\r\n")],
  ["a Host with a query", line("GET /echo/T000 HTTP/1.1", "Host: a?b\r\n")],
  ["a Host with a bad port", line("GET /echo/T000 HTTP/1.1", "Host: a:b\r\n")],
  ["a Host with port 99999", line("GET /echo/T000 HTTP/1.1", "Host: a:99999\r\n")],
  ["a Host of IPv6 without brackets", line("GET /echo/T000 HTTP/1.1", "Host: ::1\r\n")],
  ["a Host of bytes above 127", line("GET /echo/T000 HTTP/1.1", "Host: \xe9\r\n")],
  ["a Host with a space before the colon", line("GET /echo/T000 HTTP/1.1", "Host : a\r\n")],
  ["a Host on a folded line", line("GET /echo/T000 HTTP/1.1", "Host:\r\n a\r\n")],
  ["a second Host behind a bare LF", get("X: y\nHost: b\r\n")],
  ["a folded field", get("X: y\r\n z\r\n")],
  ["a field folded by a tab", get("X: y\r\n\tz\r\n")],
  ["a fold of nothing", get("X: y\r\n \r\n")],
  ["a space before the colon", get("X : y\r\n")],
  ["a tab before the colon", get("X\t: y\r\n")],
  ["a space before the name", line("GET /echo/T000 HTTP/1.1", " X: y\r\nHost: a\r\n")],
  ["no name", get(": y\r\n")],
  ["no colon", get("X\r\n")],
  ["a space in a name", get("X y: z\r\n")],
  ["NUL in a name", get("X\0: y\r\n")],
  ["a byte above 127 in a name", get("X\xe9: y\r\n")],
  ["a comma in a name", get("X,Y: z\r\n")],
  ["a slash in a name", get("X/Y: z\r\n")],
  ["a quote in a name", get('"X": z\r\n')],
  ["a bracket in a name", get("X(Y): z\r\n")],
  ["a line feed in a name", get("X\nY: z\r\n")],
  ["a carriage return in a name", get("X\rY: z\r\n")],
  ["a name of 40,000 letters", get(`${"X".repeat(40_000)}: y\r\n`)],
  ["a value of 40,000 letters", get(`X: ${"y".repeat(40_000)}\r\n`)],
  ["150 fields", get("X: y\r\n".repeat(150))],
  ["300 fields", get("X: y\r\n".repeat(300))],
  ["NUL in a value", get("X: a\0b\r\n")],
  ["a control byte in a value", get("X: a\x01b\r\n")],
  ["DEL in a value", get("X: a\x7fb\r\n")],
  ["bytes above 127 in a value", get("X: \xe9\xff\r\n")],
  ["a bare CR in a value", get("X: a\rb\r\n")],
  ["a bare CR before the line end", get("X: a\r\r\n")],
  ["an empty value", get("X:\r\n")],
  ["the token, made up", get("MS-ASPNETCORE-TOKEN: made-up\r\n")],
  ["the token with an underscore", get("MS_ASPNETCORE_TOKEN: made-up\r\n")],
  ["Connection: keep-alive, close", get("Connection: keep-alive, close\r\n")],
  ["Connection names Host", get("Connection: Host\r\n")],
  ["Connection names the token", get("Connection: MS-ASPNETCORE-TOKEN\r\n")],
  ["Connection names forwarded fields", get("Connection: X-Forwarded-For, X-Forwarded-Proto\r\n")],
  ["Connection of bytes that are no token", get("Connection: (\0)\r\n")],
  ["TE: trailers, chunked", get("TE: trailers, chunked\r\nConnection: TE\r\n")],
  ["Keep-Alive and Proxy-Connection", get("Keep-Alive: x\r\nProxy-Connection: close\r\n")],
  ["an override of the method", get("X-HTTP-Method-Override: POST\r\n")],
];

const UPGRADES: Rows = [
  [
    "an upgrade with a length",
    get(`${WEBSOCKET}Content-Length: ${EVIL.length}\r\n`, EVIL, "/echo/T000"),
  ],
  ["an upgrade with chunks", get(WEBSOCKET + CHUNKED, `0\r\n\r\n${EVIL}`)],
  ["an upgrade that is refused, and more", get(WEBSOCKET, EVIL)],
  ["an upgrade by POST", post(`${WEBSOCKET}Content-Length: 3\r\n`, "abc")],
  ["an upgrade without Connection", get("Upgrade: websocket\r\n", EVIL)],
  ["an upgrade to two protocols", get("Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n", EVIL)],
  ["an upgrade from HTTP/1.0", `GET /echo/T000 HTTP/1.0\r\nHost: a\r\n${WEBSOCKET}\r\n${EVIL}`],
  ["an upgrade to TLS", get("Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n", EVIL)],
  ["h2c", get(H2C, EVIL)],
  ["h2c with a length", post(`${H2C}Content-Length: ${EVIL.length}\r\n`, EVIL)],
  ["h2c with chunks", post(H2C + CHUNKED, `0\r\n\r\n${EVIL}`)],
  [
    "h2c that Connection does not name",
    get("Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", EVIL),
  ],
];

const FOLLOWERS: Rows = [
  ["two requests at once", get("", EVIL)],
  ["four requests at once", get("", EVIL.repeat(3))],
  ["a request behind Connection: close", get("Connection: close\r\n", EVIL)],
  ["a request behind HTTP/1.0", `GET /echo/T000 HTTP/1.0\r\n\r\n${EVIL}`],
  ["a request behind chunks", chunks(`3\r\nabc\r\n0\r\n\r\n${EVIL}`)],
  ["a request as content", post(`Content-Length: ${EVIL.length}\r\n`, EVIL)],
  ["a request as a chunk", chunks(`${EVIL.length.toString(16)}\r\n${EVIL}\r\n0\r\n\r\n`)],
  ["an empty line between two", get("", `\r\n${EVIL}`)],
  ["a bare LF between two", get("", `\n${EVIL}`)],
  ["other bytes between two", get("", `xx\r\n${EVIL}`)],
  ["content, a line end, and a request", post("Content-Length: 3\r\n", `abc\r\n${EVIL}`)],
  ["a byte more than the length", post("Content-Length: 3\r\n", `abcd${EVIL}`)],
  ["HTTP/0.9 behind a request", get("", "GET /echo/T000/evil\r\n\r\n")],
  [
    "a request to crawl behind a refused one",
    post("Content-Length: x\r\n", `${EVIL}${EVIL}`),
  ],
];

/** All of them. */
export const PAYLOADS: readonly Payload[] = Object.entries({
  length: LENGTHS,
  coding: CODINGS,
  "length and coding": BOTH,
  chunk: CHUNK_LINES,
  trailer: TRAILERS,
  line: LINES,
  field: FIELDS,
  upgrade: UPGRADES,
  follower: FOLLOWERS,
}).flatMap(([group, rows]) => rows.map(([what, bytes]) => ({ what: `${group}: ${what}`, bytes })));
