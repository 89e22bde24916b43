import assert from "node:assert/strict";
import { type Case, conform } from "../support/conformance_cases.ts";
import type { Stage } from "../support/conformance_stage.ts";
import { valuesOf } from "../support/raw_client.ts";

/** Sends bytes of HTTP/1.1 and gives the line and the Host that the backend saw. */
async function sent(stage: Stage, line: string, host = "example.test") {
  const client = await stage.http1();
  await client.write(`${line}\r\nHost: ${host}\r\n\r\n`);
  const { status } = await client.answer();
  const [request] = stage.backend.requests;
  return { status, line: request?.line, host: valuesOf(request?.fields ?? [], "host") };
}

/** A target as it is sent, and what fetch makes of it where that differs. */
const TARGETS: readonly (readonly [target: string, byFetch?: string])[] = [
  ["/a/../b", "/b"],
  ["/a/./b", "/a/b"],
  ["/a/%2e%2e/b", "/b"],
  ["/a%2Fb"],
  ["/a%2fb%41%25"],
  ["/a%252Fb"],
  ["/%zz%"],
  ["/a\\b", "/a/b"],
  ["//a//b"],
  ["/a?"],
  ["/?"],
  ["/a?b=c&d=%20+e?f/../g"],
  ["/a'b\"c", "/a'b%22c"],
  ["/a{b}|c^d`e", "/a%7Bb%7D|c^d%60e"],
  ["/caf\xc3\xa9", "/caf%c3%a9"],
  ["/caf\xe9?\xff", "/caf%e9?%ff"],
  ["/a;v=1/b:c@d!$&()*,~"],
];

const targets = TARGETS.map(([target, byFetch]): Case => ({
  rule: `the target ${JSON.stringify(target)} passes byte for byte (PG raw target, A5)`,
  async run(stage) {
    await stage.exchange({ target });
    assert.equal(stage.backend.requests[0]?.line, `GET ${target} HTTP/1.1`);
  },
  ...(byFetch === undefined ? {} : {
    fetch: {
      because: "fetch parses it as a URL",
      async run(stage) {
        await stage.exchange({ target });
        assert.equal(stage.backend.requests[0]?.line, `GET ${byFetch} HTTP/1.1`);
      },
    },
  }),
}));

const METHODS = ["OPTIONS", "DELETE", "PROPFIND", "get", "Post", "M-SEARCH", "X!#$%&'*+-.^_`|~9"];

const methods = METHODS.map((method): Case => ({
  rule: `the method ${method} passes as it is (ANCM F-7)`,
  async run(stage) {
    await stage.exchange({ method });
    assert.equal(stage.backend.requests[0]?.line, `${method} / HTTP/1.1`);
  },
  ...(!["get", "Post"].includes(method) ? {} : {
    fetch: {
      because: "fetch writes the methods it knows in capitals (A6)",
      async run(stage) {
        await stage.exchange({ method });
        assert.equal(stage.backend.requests[0]?.line, `${method.toUpperCase()} / HTTP/1.1`);
      },
    },
  }),
}));

const ABSOLUTE_FORM = "HTTP/2 has no request line, and one authority only (RFC 9113 §8.3.1)";

conform([
  ...targets,
  ...methods,
  ...["TRACE", "TRACK", "trace"].map((method): Case => ({
    rule: `${method} is 405 with Allow and never reaches the backend (A6)`,
    async run(stage) {
      const { status, fields } = await stage.exchange({ method });
      assert.equal(status, 405);
      assert.equal(valuesOf(fields, "allow").length, 1);
      assert.equal(stage.backend.connectionCount, 0);
    },
  })),
  {
    rule: "CONNECT is 501, ends the connection and never reaches the backend (A6)",
    async run(stage) {
      const client = await stage.http1();
      await client.write("CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n");
      assert.equal((await client.answer()).status, 501);
      assert.equal(await client.ends(), true);
      assert.equal(stage.backend.connectionCount, 0);
    },
    http2: { omitted: "a CONNECT of HTTP/2 has no target to be refused for (RFC 9113 §8.5)" },
  },
  {
    rule: "OPTIONS * passes as it is (PG raw target, ANCM F-6)",
    async run(stage) {
      await stage.exchange({ method: "OPTIONS", target: "*" });
      assert.equal(stage.backend.requests[0]?.line, "OPTIONS * HTTP/1.1");
    },
    fetch: {
      because: "fetch knows no target but a path (A5)",
      async run(stage) {
        await stage.exchange({ method: "OPTIONS", target: "*" });
        assert.equal(stage.backend.requests[0]?.line, "OPTIONS /* HTTP/1.1");
      },
    },
  },
  {
    rule: "the authority of an absolute-form target replaces Host (B13, RFC 9112 §3.2.2)",
    async run(stage) {
      const line = "GET http://other.test:8080/a/b?c HTTP/1.1";
      assert.deepEqual(await sent(stage, line), {
        status: 200,
        line: "GET /a/b?c HTTP/1.1",
        host: ["other.test:8080"],
      });
    },
    http2: { omitted: ABSOLUTE_FORM },
  },
  {
    rule: "an absolute-form target without a path asks for / (RFC 9112 §3.2.1)",
    async run(stage) {
      const { line, host } = await sent(stage, "GET HTTP://other.test HTTP/1.1");
      assert.deepEqual([line, host], ["GET / HTTP/1.1", ["other.test"]]);
    },
    http2: { omitted: ABSOLUTE_FORM },
  },
  {
    rule: "Host passes as the client wrote it (ANCM F-10)",
    async run(stage) {
      const { host } = await sent(stage, "GET / HTTP/1.1", "EXAMPLE.test:0080");
      assert.deepEqual(host, ["EXAMPLE.test:0080"]);
    },
    http2: { omitted: "the client of the suite sends one authority; unit tests try others" },
  },
]);
