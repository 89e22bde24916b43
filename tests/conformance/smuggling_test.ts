import assert from "node:assert/strict";
import { type Case, conform } from "../support/conformance_cases.ts";
import { valuesOf } from "../support/raw_client.ts";

const IN_FRAMES = {
  omitted: "frames tell where a request of HTTP/2 ends; unit tests try its own tricks",
};

const EVIL = "GET /evil HTTP/1.1\r\nHost: evil\r\n\r\n";

function post(fields: string, content = "0\r\n\r\n"): string {
  return `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n${content}${EVIL}`;
}

/** Requests whose end two programs could see in two places: 400, whatever follows is never read. */
const REFUSED: readonly (readonly [what: string, bytes: string, status?: number])[] = [
  [
    "Content-Length and Transfer-Encoding",
    post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
  ],
  [
    "Transfer-Encoding and Content-Length",
    post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
  ],
  ["two lengths that differ", post("Content-Length: 5\r\nContent-Length: 6\r\n")],
  ["two lengths that agree", post("Content-Length: 5\r\nContent-Length: 5\r\n")],
  ["a list of lengths", post("Content-Length: 5, 5\r\n")],
  ["a length with a sign", post("Content-Length: +5\r\n")],
  ["a negative length", post("Content-Length: -1\r\n")],
  ["a length in hexadecimal", post("Content-Length: 0x5\r\n")],
  ["a length of nothing", post("Content-Length:\r\n")],
  ["a length past all numbers", post("Content-Length: 99999999999999999999\r\n")],
  ["a length with a space in it", post("Content-Length: 1 0\r\n")],
  ["xchunked", post("Transfer-Encoding: xchunked\r\n")],
  ["chunked twice", post("Transfer-Encoding: chunked, chunked\r\n")],
  ["chunked on two lines", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")],
  ["identity", post("Transfer-Encoding: identity\r\n")],
  ["chunked with a parameter", post("Transfer-Encoding: chunked;a=b\r\n")],
  ["a quoted coding", post('Transfer-Encoding: "chunked"\r\n')],
  ["a coding behind a vertical tab", post("Transfer-Encoding: \x0bchunked\r\n")],
  ["chunks from HTTP/1.0", post("Transfer-Encoding: chunked\r\n").replace("1.1", "1.0")],
  ["a folded field", post("X: y\r\n Transfer-Encoding: chunked\r\n")],
  ["a folded coding", post("Transfer-Encoding:\r\n chunked\r\n")],
  ["a folded first line", `GET / HTTP/1.1\r\n Host: a\r\n\r\n${EVIL}`],
  ["a space before the colon", post("Content-Length : 5\r\n")],
  ["a tab before the colon", post("Transfer-Encoding\t: chunked\r\n")],
  ["a field without a colon", post("Content-Length 5\r\n")],
  ["a field without a name", post(": 5\r\n")],
  ["NUL in a name", post("Content-Length\0: 5\r\n")],
  ["NUL in a value", post("X: a\0b\r\n")],
  ["a bare CR in a value", post("X: a\rTransfer-Encoding: chunked\r\n")],
  ["a bare LF in a value", post("X: a\nTransfer-Encoding: chunked\r\n")],
  ["bare LF line ends", `GET / HTTP/1.1\nHost: a\n\n${EVIL}`],
  ["a bare LF at the end of the head", `GET / HTTP/1.1\r\nHost: a\r\n\n${EVIL}`],
  ["no Host", `GET / HTTP/1.1\r\n\r\n${EVIL}`],
  ["two Hosts", `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${EVIL}`],
  ["a list of Hosts", `GET / HTTP/1.1\r\nHost: a, b\r\n\r\n${EVIL}`],
  ["a Host with a path", `GET / HTTP/1.1\r\nHost: a/b\r\n\r\n${EVIL}`],
  ["a Host with a user", `GET / HTTP/1.1\r\nHost: u@a\r\n\r\n${EVIL}`],
  ["an authority with a user", `GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n${EVIL}`],
  ["two spaces in the request line", `GET  / HTTP/1.1\r\nHost: a\r\n\r\n${EVIL}`],
  ["a tab in the request line", `GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n${EVIL}`],
  ["a space in the target", `GET /a b HTTP/1.1\r\nHost: a\r\n\r\n${EVIL}`],
  ["NUL in the target", `GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n${EVIL}`],
  ["a fragment in the target", `GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n${EVIL}`],
  ["a target of another scheme", `GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n${EVIL}`],
  ["a relative target", `GET a HTTP/1.1\r\nHost: a\r\n\r\n${EVIL}`],
  ["a version of its own", `GET / HTTP/1.1x\r\nHost: a\r\n\r\n${EVIL}`],
  ["HTTP/0.9", `GET /\r\n\r\n${EVIL}`],
  ["HTTP/2.0", `GET / HTTP/2.0\r\nHost: a\r\n\r\n${EVIL}`, 505],
  [
    "an upgrade with content (B6)",
    `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 40\r\n\r\n${EVIL}`,
  ],
  [
    "an upgrade with chunks (B6)",
    `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n${EVIL}`,
  ],
];

const refused = REFUSED.map(([what, bytes, status = 400]): Case => ({
  rule:
    `${what}: ${status}, the connection ends, and nothing reaches the backend (PG smuggling, B4-B6)`,
  async run(stage) {
    const client = await stage.http1();
    await client.write(bytes);
    const answer = await client.answer();
    assert.equal(answer.status, status);
    assert.deepEqual(valuesOf(answer.fields, "connection"), ["close"]);
    await client.closeWrite();
    assert.equal(await client.ends(), true);
    assert.equal(client.seen, "", "one answer and no other");
    assert.equal(stage.backend.connectionCount, 0);
  },
  http2: IN_FRAMES,
}));

/** Contents that break a rule after their head went on: what follows is never read as a request. */
const BAD_CHUNKS: readonly (readonly [what: string, chunks: string])[] = [
  ["LF chunk lines", "3\nabc\n0\n\n"],
  ["a chunk size with a sign", "+3\r\nabc\r\n0\r\n\r\n"],
  ["a chunk size with 0x", "0x3\r\nabc\r\n0\r\n\r\n"],
  ["a chunk size past all numbers", "fffffffffffffffff3\r\nabc\r\n0\r\n\r\n"],
  ["a chunk longer than its size", "3\r\nabcd\r\n0\r\n\r\n"],
  ["a bare CR behind a size", "3\rabc\r\n0\r\n\r\n"],
  ["a chunk extension with a line feed", "3;a\nb\r\nabc\r\n0\r\n\r\n"],
  ["a space behind a size", "3 \r\nabc\r\n0\r\n\r\n"],
  ["a Content-Length in the trailers", "3\r\nabc\r\n0\r\nContent-Length: 5\r\n\r\n"],
  ["a folded trailer", "3\r\nabc\r\n0\r\nX: a\r\n b\r\n\r\n"],
];

const badChunks = BAD_CHUNKS.map(([what, chunks]): Case => ({
  rule: `${what}: 400, both connections end, and nothing looks complete (PG smuggling)`,
  async run(stage) {
    const seen = Promise.withResolvers<string>();
    stage.script = async (connection) => {
      seen.resolve(await connection.takeThrough("0\r\n\r\n"));
    };
    const client = await stage.http1();
    await client.write(post("Transfer-Encoding: chunked\r\n", chunks));
    assert.equal((await client.answer()).status, 400);
    await client.closeWrite();
    assert.equal(await client.ends(), true);
    assert.equal(client.seen, "", "one answer and no other");
    // Its connection may have been ended before anything was sent on it.
    if (stage.backend.requests.length > 0) {
      assert.ok(!(await seen.promise).endsWith("0\r\n\r\n"));
    }
    assert.ok(stage.backend.requests.every(({ line }) => !line.includes("/evil")));
  },
  http2: IN_FRAMES,
}));

conform([
  ...refused,
  ...badChunks,
  {
    rule: "content that looks like a request is content, and what follows it is the next request",
    async run(stage) {
      stage.script = async (connection, { line }) => {
        if (line.startsWith("POST")) await connection.take(EVIL.length);
        await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      };
      const client = await stage.http1();
      await client.write(
        `POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: ${EVIL.length}\r\n\r\n${EVIL}` +
          "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
      );
      for (let i = 0; i < 2; i++) assert.equal((await client.answer()).content, "ok");
      const lines = stage.backend.requests.map(({ line }) => line);
      assert.deepEqual(lines, ["POST /1 HTTP/1.1", "GET /2 HTTP/1.1"]);
    },
    http2: IN_FRAMES,
  },
]);
