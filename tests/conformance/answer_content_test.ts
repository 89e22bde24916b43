import assert from "node:assert/strict";
import { type Case, conform } from "../support/conformance_cases.ts";
import type { Answer } from "../support/conformance_client.ts";
import type { Stage } from "../support/conformance_stage.ts";
import { answering, type Script } from "../support/raw_backend.ts";
import { latin1, valuesOf } from "../support/raw_client.ts";

const PLAIN = "hello ".repeat(500);

async function gzip(text: string): Promise<string> {
  const coded = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return latin1(await new Response(coded).bytes());
}

/** Answers with these very bytes. */
function saying(text: string): Script {
  return (connection) => connection.send(text);
}

function lengths({ fields }: Answer) {
  return {
    length: valuesOf(fields, "content-length"),
    coding: valuesOf(fields, "transfer-encoding"),
  };
}

/** Two requests on one connection: what is wrong with the framing of the first shows in the second. */
async function twice(stage: Stage, method: string): Promise<Answer> {
  const client = await stage.client();
  const first = await client.exchange({ method });
  stage.script = answering("second");
  assert.equal((await client.exchange()).content, "second", "the connection goes on");
  assert.equal(first.content, "");
  assert.equal(first.complete, true);
  return first;
}

const WITHOUT_CONTENT: readonly (readonly [
  what: string,
  method: string,
  head: string,
  length: string[],
])[] = [
  ["HEAD with Content-Length keeps it", "HEAD", "200 OK\r\nContent-Length: 12345", ["12345"]],
  ["HEAD of chunks has no length", "HEAD", "200 OK\r\nTransfer-Encoding: chunked", []],
  ["HEAD without either has no length", "HEAD", "200 OK", []],
  ["HEAD of an error keeps its length", "HEAD", "404 No\r\nContent-Length: 7", ["7"]],
  ["304 keeps Content-Length", "GET", "304 Not Modified\r\nContent-Length: 7", ["7"]],
  ["304 without a length has none", "GET", '304 Not Modified\r\nETag: "a"', []],
  ["204 has none", "GET", "204 No Content", []],
  ["204 loses a Content-Length", "GET", "204 No Content\r\nContent-Length: 0", []],
  ["200 with Content-Length: 0 keeps it", "GET", "200 OK\r\nContent-Length: 0", ["0"]],
];

const withoutContent = WITHOUT_CONTENT.map(([what, method, head, length]): Case => ({
  rule: `${what}, no content follows, and both connections go on (PG HEAD/304/204, B10, B11)`,
  async run(stage) {
    stage.script = saying(`HTTP/1.1 ${head}\r\n\r\n`);
    const answer = await twice(stage, method);
    assert.equal(answer.status, Number(head.slice(0, 3)));
    assert.deepEqual(valuesOf(answer.fields, "content-length"), length);
    assert.equal(stage.backend.connectionCount, 1);
  },
}));

conform([
  {
    rule: "a gzip answer passes byte for byte with ETag, coding and length (PG gzip, A1, B1)",
    async run(stage) {
      const coded = await gzip(PLAIN);
      stage.script = answering(
        coded,
        "HTTP/1.1 200 OK",
        'ETag: "strong"',
        "Content-Encoding: gzip",
        "Content-Type: text/plain",
      );
      const answer = await stage.exchange({ fields: [["Accept-Encoding", "gzip"]] });
      assert.equal(answer.content, coded);
      assert.deepEqual(valuesOf(answer.fields, "etag"), ['"strong"']);
      assert.deepEqual(valuesOf(answer.fields, "content-encoding"), ["gzip"]);
      assert.deepEqual(lengths(answer).length, [String(coded.length)]);
      assert.deepEqual(valuesOf(answer.fields, "vary"), []);
    },
    fetch: {
      because: "fetch decodes what comes coded although it asked for identity (A1)",
      async run(stage) {
        stage.script = answering(await gzip(PLAIN), "HTTP/1.1 200 OK", "Content-Encoding: gzip");
        const answer = await stage.exchange({ fields: [["Accept-Encoding", "gzip"]] });
        assert.equal(answer.content, PLAIN);
        assert.deepEqual(valuesOf(answer.fields, "content-encoding"), [], "nothing false is said");
        assert.deepEqual(lengths(answer).length, []);
      },
    },
  },
  {
    rule:
      "plain JSON to a client that takes gzip stays as it is, with its strong ETag (PG gzip, B1)",
    async run(stage) {
      stage.script = answering(
        PLAIN,
        "HTTP/1.1 200 OK",
        'ETag: "strong"',
        "Content-Type: application/json",
      );
      const answer = await stage.exchange({ fields: [["Accept-Encoding", "gzip, br"]] });
      assert.equal(answer.content, PLAIN);
      assert.deepEqual(valuesOf(answer.fields, "etag"), ['"strong"']);
      assert.deepEqual(valuesOf(answer.fields, "content-encoding"), []);
      assert.deepEqual(valuesOf(answer.fields, "vary"), []);
      assert.deepEqual(lengths(answer).length, [String(PLAIN.length)]);
    },
  },
  ...withoutContent,
  {
    rule: "an answer in chunks has no length and the same content (ANCM F-53, F-60)",
    async run(stage) {
      stage.script = saying(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
          "3;ext=1\r\nabc\r\n0000A\r\ndefghijklm\r\n0\r\n\r\n",
      );
      const answer = await stage.exchange();
      assert.deepEqual([answer.content, answer.complete], ["abcdefghijklm", true]);
      const coding = stage.lane.protocol === "http2" ? [] : ["chunked"];
      assert.deepEqual(lengths(answer), { length: [], coding });
    },
  },
  {
    rule: "an answer of no chunks is complete and empty",
    async run(stage) {
      stage.script = saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
      const answer = await stage.exchange();
      assert.deepEqual([answer.content, answer.complete], ["", true]);
    },
  },
  {
    rule: "an answer that ends with the backend's connection is complete, and the client's goes on",
    async run(stage) {
      stage.script = async (connection) => {
        await connection.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
        connection.close();
      };
      const client = await stage.client();
      const first = await client.exchange();
      assert.deepEqual([first.content, first.complete], ["until the end", true]);
      stage.script = answering("second");
      assert.equal((await client.exchange()).content, "second");
    },
  },
  {
    rule: "each piece of an answer reaches the client before the next is made (ANCM F-52)",
    async run(stage) {
      const first = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" +
            "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n",
        );
        await first.promise;
        await connection.send("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
      };
      const sending = await (await stage.client()).send();
      await sending.through("data: 1\n\n");
      first.resolve();
      const { content, complete } = await sending.answer();
      assert.deepEqual([content, complete], ["data: 1\n\ndata: 2\n\n", true]);
    },
  },
  {
    rule: "a head reaches the client before any content is there (ANCM F-52)",
    async run(stage) {
      const seen = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
        await seen.promise;
        await connection.send("late");
      };
      const sending = await (await stage.client()).send();
      assert.equal((await sending.head()).status, 200);
      seen.resolve();
      assert.equal((await sending.answer()).content, "late");
    },
  },
  {
    rule: "a backend that sends its answer byte by byte is passed on whole",
    async run(stage) {
      const text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
      stage.script = async (connection) => {
        for (const byte of text) await connection.send(byte);
      };
      const { content, complete, fields } = await stage.exchange();
      assert.deepEqual([content, complete], ["abc", true]);
      assert.deepEqual(valuesOf(fields, "x-a"), ["b"]);
    },
  },
  {
    rule: "4 MiB down arrive byte for byte",
    async run(stage) {
      const size = 4 * 1024 * 1024;
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) ^ (i >> 8));
      stage.script = async (connection) => {
        await connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
        await connection.send(bytes);
      };
      const { content, complete } = await stage.exchange();
      assert.equal(complete, true);
      assert.ok(content === latin1(bytes));
    },
  },
]);
