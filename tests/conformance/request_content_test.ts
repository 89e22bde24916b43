import assert from "node:assert/strict";
import { type Case, conform, type Otherwise } from "../support/conformance_cases.ts";
import type { RequestToSend } from "../support/conformance_client.ts";
import type { Stage } from "../support/conformance_stage.ts";
import type { Script } from "../support/raw_backend.ts";
import { valuesOf } from "../support/raw_client.ts";

/** Answers with what came of the content, framing included, up to and with `end`. */
function echoing(end: string): Script {
  return async (connection) => {
    const raw = await connection.takeThrough(end);
    await connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${raw.length}\r\n\r\n${raw}`);
  };
}

/** What the backend was told about the length of the first request's content. */
function framing({ backend }: Stage) {
  const fields = backend.requests[0]?.fields ?? [];
  return {
    length: valuesOf(fields, "content-length"),
    coding: valuesOf(fields, "transfer-encoding"),
  };
}

const CHUNKED = { length: [], coding: ["chunked"] };
const NONE = { length: [], coding: [] };

/** Puts chunks together again. */
function unchunked(raw: string): string {
  let content = "";
  for (let rest = raw;;) {
    const end = rest.indexOf("\r\n");
    const size = parseInt(rest, 16);
    if (size === 0) return content;
    content += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 4 + size);
  }
}

const CHUNKED_BY_FETCH: Otherwise = {
  because: "fetch sends a stream, which has no length (A7)",
  async run(stage) {
    stage.script = echoing("0\r\n\r\n");
    const { content } = await stage.exchange({ method: "POST", content: "" });
    assert.equal(content, "0\r\n\r\n");
    assert.deepEqual(framing(stage), CHUNKED);
  },
};

const withContent = ["GET", "HEAD"].flatMap((method) =>
  ([["a length", 3], ["chunks", "unknown"]] as const).map(([what, announces]): Case => {
    const request: RequestToSend = { method, content: "abc", announces };
    return {
      rule: `${method} with content in ${what} passes (A6, ANCM F-35)`,
      async run(stage) {
        const seen = Promise.withResolvers<string>();
        stage.script = async (connection) => {
          seen.resolve(await connection.takeThrough(announces === 3 ? "abc" : "0\r\n\r\n"));
          await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        };
        const sending = await (await stage.client()).send(request);
        await sending.end();
        assert.equal((await sending.answer()).status, 200);
        const raw = await seen.promise;
        assert.equal(announces === 3 ? raw : unchunked(raw), "abc");
        assert.deepEqual(framing(stage), announces === 3 ? { length: ["3"], coding: [] } : CHUNKED);
      },
      fetch: {
        because: "fetch takes none with them (A6)",
        async run(stage) {
          const sending = await (await stage.client()).send(request);
          assert.equal((await sending.answer()).status, 501);
          assert.deepEqual(stage.codes, ["content-not-passed"]);
          assert.equal(stage.backend.connectionCount, 0);
        },
      },
    };
  })
);

conform([
  {
    rule: "content of a known length passes with its Content-Length (ANCM F-20, F-31)",
    async run(stage) {
      stage.script = echoing("hello");
      const { content } = await stage.exchange({ method: "POST", content: "hello" });
      assert.equal(content, "hello");
      assert.deepEqual(framing(stage), { length: ["5"], coding: [] });
    },
  },
  {
    rule: "a POST with Content-Length: 0 passes with it (PG Content-Length: 0, A7)",
    async run(stage) {
      assert.equal((await stage.exchange({ method: "POST", content: "" })).status, 200);
      assert.deepEqual(framing(stage), { length: ["0"], coding: [] });
    },
    fetch: CHUNKED_BY_FETCH,
  },
  ...["GET", "HEAD", "OPTIONS", "DELETE", "POST"].map((method): Case => ({
    rule: `${method} without content announces none`,
    async run(stage) {
      assert.equal((await stage.exchange({ method })).status, 200);
      assert.deepEqual(framing(stage), NONE);
    },
    ...(!["DELETE", "POST"].includes(method) ? {} : {
      fetch: {
        because: "what fetch could send twice is sent as a stream (A11)",
        async run(stage) {
          stage.script = echoing("0\r\n\r\n");
          await stage.exchange({ method });
          assert.deepEqual(framing(stage), CHUNKED);
        },
      },
    }),
  })),
  {
    rule: "content of unknown length passes in chunks (PG chunked POST, ANCM F-32)",
    async run(stage) {
      stage.script = echoing("0\r\n\r\n");
      const sending = await (await stage.client()).send({ method: "POST", announces: "unknown" });
      await sending.write("hel");
      await sending.write("lo");
      await sending.end();
      assert.equal(unchunked((await sending.answer()).content), "hello");
      assert.deepEqual(framing(stage), CHUNKED);
    },
  },
  {
    rule: "each piece of a content reaches the backend before the next is sent (ANCM F-30)",
    async run(stage) {
      const first = Promise.withResolvers<void>();
      stage.script = async (connection) => {
        await connection.takeThrough("first");
        first.resolve();
        await connection.takeThrough("second");
        await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nboth");
      };
      const sending = await (await stage.client()).send({ method: "PUT", announces: 11 });
      await sending.write("first");
      await first.promise;
      await sending.write("second");
      assert.equal((await sending.answer()).content, "both");
    },
  },
  {
    rule: "trailers of a request reach the backend, but none that only a head may say (A9)",
    async run(stage) {
      stage.script = echoing("\r\n\r\n");
      const client = await stage.client();
      const sending = await client.send({ method: "POST", announces: "unknown", content: "abc" });
      await sending.end([["X-Sum", "caf\xe9"], ["X-Forwarded-For", "1.2.3.4"], ["X-Sum", "2"]]);
      const sum = stage.lane.protocol === "http2" ? "x-sum" : "X-Sum";
      const { content } = await sending.answer();
      assert.equal(content, `3\r\nabc\r\n0\r\n${sum}: caf\xe9\r\n${sum}: 2\r\n\r\n`);
    },
    fetch: {
      because: "fetch knows no trailers (A9)",
      async run(stage) {
        stage.script = echoing("\r\n\r\n");
        const client = await stage.client();
        const fields = [["Trailer", "X-Sum"]] as const;
        const sending = await client.send({
          method: "POST",
          announces: "unknown",
          content: "a",
          fields,
        });
        await sending.end([["X-Sum", "1"]]);
        assert.equal((await sending.answer()).content, "1\r\na\r\n0\r\n\r\n");
        const request = stage.backend.requests[0];
        assert.deepEqual(valuesOf(request?.fields ?? [], "trailer"), [], "none is promised");
      },
    },
  },
  ...withContent,
  {
    rule: "4 MiB up arrive byte for byte",
    async run(stage) {
      const size = 4 * 1024 * 1024;
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) ^ (i >> 8));
      const digest = Promise.withResolvers<ArrayBuffer>();
      stage.script = async (connection) => {
        const text = await connection.take(size);
        digest.resolve(await sha256(Uint8Array.from(text, (c) => c.charCodeAt(0))));
        await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall");
      };
      const sending = await (await stage.client()).send({ method: "PUT", announces: size });
      await sending.write(bytes);
      assert.equal((await sending.answer()).content, "all");
      assert.deepEqual(await digest.promise, await sha256(bytes));
    },
  },
]);

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  return await crypto.subtle.digest("SHA-256", bytes);
}
