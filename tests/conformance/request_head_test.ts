import assert from "node:assert/strict";
import { conform } from "../support/conformance_cases.ts";
import type { Lines } from "../support/conformance_client.ts";
import type { Stage } from "../support/conformance_stage.ts";
import { valuesOf } from "../support/raw_client.ts";

/** Sends a request with these fields and gives what the backend saw of them. */
async function seen(stage: Stage, fields: Lines = [], target = "/") {
  const client = await stage.client();
  const { status } = await client.exchange({ target, fields });
  assert.equal(status, 200);
  const request = stage.backend.requests[0] ?? assert.fail("nothing came");
  return {
    ...request,
    port: client.localPort,
    values: (name: string) => valuesOf(request.fields, name),
  };
}

const HTTP2_NAMES = "names are in lower case there (RFC 9113 §8.2)";
const NO_CONNECTION_FIELDS = { omitted: "HTTP/2 has no such fields (RFC 9113 §8.2.2)" };

const MIXED: Lines = [
  ["X-b", "2"],
  ["x-A", "1"],
  ["X-B", "3"],
  ["Accept-Language", "de"],
  ["X-Empty", ""],
  ["accept", "text/html"],
];

conform([
  {
    rule: "the backend gets the request and the module's fields, and not one field more (ANCM G-3)",
    async run(stage) {
      const { line, fields, port } = await seen(stage, [], "/shop/api/items?x=%2F");
      assert.equal(line, "GET /shop/api/items?x=%2F HTTP/1.1");
      assert.deepEqual(fields, [
        [stage.lane.protocol === "http2" ? "host" : "Host", "example.test"],
        ["X-Forwarded-For", `127.0.0.1:${port}`],
        ["X-Forwarded-Proto", stage.lane.secure ? "https" : "http"],
        ["MS-ASPNETCORE-TOKEN", "token-of-1"],
      ]);
    },
    fetch: {
      because: "fetch adds and sorts fields (A2, A4)",
      async run(stage) {
        const { line, fields, port } = await seen(stage, [], "/shop/api/items?x=%2F");
        assert.equal(line, "GET /shop/api/items?x=%2F HTTP/1.1");
        assert.deepEqual(Object.fromEntries(fields), {
          host: "example.test",
          "x-forwarded-for": `127.0.0.1:${port}`,
          "x-forwarded-proto": "http",
          "ms-aspnetcore-token": "token-of-1",
          accept: "*/*",
          "accept-encoding": "identity",
          "accept-language": "*",
          "user-agent": "",
        });
      },
    },
  },
  {
    rule: "address and scheme are appended to what an outer proxy sent (ANCM F-15, F-16, G-4)",
    async run(stage) {
      const { values, port } = await seen(stage, [
        ["X-Forwarded-For", "198.51.100.9"],
        ["X-Forwarded-Proto", "https"],
      ]);
      assert.deepEqual(values("x-forwarded-for"), [`198.51.100.9, 127.0.0.1:${port}`]);
      assert.deepEqual(values("x-forwarded-proto"), [
        `https, ${stage.lane.secure ? "https" : "http"}`,
      ]);
    },
  },
  {
    rule: "an IPv6 address stands in brackets (ANCM F-15, G-5)",
    options: { isIpv6: true },
    async run(stage) {
      const { values, port } = await seen(stage);
      assert.deepEqual(values("x-forwarded-for"), [`[::1]:${port}`]);
    },
  },
  {
    rule: "the token of the process is the only one, whatever the client sends (ANCM F-11, F-12)",
    async run(stage) {
      const { fields } = await seen(stage, [
        ["MS-ASPNETCORE-TOKEN", "fake"],
        ["ms-aspnetcore-clientcert", "fake"],
        ["MS-ASPNETCOREanything", "fake"],
      ]);
      const own = fields.filter(([name]) => name.toLowerCase().startsWith("ms-aspnetcore"));
      assert.deepEqual(own.map(([, value]) => value), ["token-of-1"]);
    },
  },
  {
    rule:
      "names keep their case, lines their order and their repeats (PG header case/order/repeats)",
    async run(stage) {
      const { fields } = await seen(stage, MIXED);
      assert.deepEqual(fields.slice(1, 1 + MIXED.length), MIXED);
    },
    http2: {
      because: HTTP2_NAMES,
      async run(stage) {
        const { fields } = await seen(stage, MIXED);
        const lower = MIXED.map(([name, value]) => [name.toLowerCase(), value]);
        const at = fields.findIndex(([name]) => name === "x-b");
        assert.deepEqual(fields.slice(at, at + MIXED.length), lower);
      },
    },
    fetch: {
      because: "fetch lower-cases and sorts them (A4)",
      async run(stage) {
        const { values } = await seen(stage, MIXED);
        assert.deepEqual(values("x-a"), ["1"]);
        assert.deepEqual(values("x-b"), ["2", "3"]);
        assert.deepEqual(values("accept-language"), ["de"]);
      },
    },
  },
  {
    rule: "field values pass as bytes, also those above 0x7f (ANCM F-24, A21)",
    async run(stage) {
      const value = "caf\xe9 \x80\xff\tend";
      const { values } = await seen(stage, [["X-Latin", value]]);
      assert.deepEqual(values("x-latin"), [value]);
    },
  },
  {
    rule: "credentials, cookies, ranges and conditions pass unchanged (ANCM F-22)",
    async run(stage) {
      const fields: Lines = [
        ["Authorization", "Basic YTpi"],
        ["Cookie", "a=1; b=2"],
        ["Range", "bytes=0-1"],
        ["If-None-Match", '"a", W/"b"'],
        ["Via", "1.1 outer"],
        ["Forwarded", "for=192.0.2.1"],
        ["X-Forwarded-Host", "outer.test"],
      ];
      const { values } = await seen(stage, fields);
      for (const [name, value] of fields) assert.deepEqual(values(name), [value], name);
    },
  },
  {
    rule: "Accept-Encoding passes unchanged (ANCM F-22)",
    async run(stage) {
      const { values } = await seen(stage, [["Accept-Encoding", "gzip;q=0.5, br"]]);
      assert.deepEqual(values("accept-encoding"), ["gzip;q=0.5, br"]);
    },
    fetch: {
      because: "fetch decodes what it can, so no coding is asked for (A1)",
      async run(stage) {
        const { values } = await seen(stage, [["Accept-Encoding", "gzip;q=0.5, br"]]);
        assert.deepEqual(values("accept-encoding"), ["identity"]);
      },
    },
  },
  {
    rule:
      "fields of the client's connection stay there, and what Connection names (A17, RFC 9110 §7.6.1)",
    async run(stage) {
      const { fields } = await seen(stage, [
        ["Connection", "keep-alive, X-Secret"],
        ["connection", "x-other"],
        ["X-Secret", "1"],
        ["X-Other", "1"],
        ["Keep-Alive", "timeout=5"],
        ["Proxy-Connection", "keep-alive"],
        ["Proxy-Authorization", "Basic YTpi"],
        ["HTTP2-Settings", "AAMAAABkAAQAAP__"],
        ["X-Stays", "1"],
      ]);
      const names = fields.map(([name]) => name.toLowerCase());
      assert.ok(names.includes("x-stays"));
      for (
        const name of [
          "connection",
          "x-secret",
          "x-other",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "http2-settings",
        ]
      ) assert.ok(!names.includes(name), name);
    },
    http2: NO_CONNECTION_FIELDS,
  },
  {
    rule:
      "Connection cannot strike out Host, Content-Length or what proxies said (RFC 9110 §7.6.1)",
    async run(stage) {
      const { values } = await seen(stage, [
        ["Connection", "Host, X-Forwarded-For, Forwarded, close, MS-ASPNETCORE-TOKEN"],
        ["X-Forwarded-For", "198.51.100.9"],
        ["Forwarded", "for=198.51.100.9"],
      ]);
      assert.deepEqual(values("host"), ["example.test"]);
      assert.match(values("x-forwarded-for").join(), /^198\.51\.100\.9, 127/);
      assert.deepEqual(values("forwarded"), ["for=198.51.100.9"]);
      assert.deepEqual(values("ms-aspnetcore-token"), ["token-of-1"]);
    },
    http2: NO_CONNECTION_FIELDS,
  },
  {
    rule: "a field of 30,000 bytes passes (design section 6)",
    async run(stage) {
      const value = "v".repeat(30_000);
      const { values } = await seen(stage, [["X-Big", value]]);
      assert.deepEqual(values("x-big"), [value]);
    },
  },
  {
    rule: "a head of more than 32 KiB is 431 and never reaches the backend (design section 6)",
    async run(stage) {
      const { status } = await stage.exchange({ fields: [["X-Big", "v".repeat(33_000)]] });
      assert.equal(status, 431);
      assert.equal(stage.backend.connectionCount, 0);
    },
  },
  {
    rule: "a target of more than 16 KiB is 414 and never reaches the backend (design section 6)",
    async run(stage) {
      const { status } = await stage.exchange({ target: `/${"t".repeat(16_384)}` });
      assert.equal(status, 414);
      assert.equal(stage.backend.connectionCount, 0);
    },
  },
]);
