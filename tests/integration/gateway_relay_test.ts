import assert from "node:assert/strict";
import { answering, RawBackend, type Script } from "../support/raw_backend.ts";
import { latin1, valuesOf } from "../support/raw_client.ts";
import { onEachTransport, rawStage } from "../support/raw_stage.ts";

/** Answers with these very bytes and ends the connection. */
function once(text: string): Script {
  return async (connection) => {
    await connection.send(text);
    connection.close();
  };
}

onEachTransport(
  "the backend sees Host, X-Forwarded-*, the real token, and no field of the connection (ANCM G-3)",
  async (stageWith, transport) => {
    await using stage = stageWith();
    using client = await stage.client();
    const answer = await client.get("/shop/api/items?x=%2F", {
      Host: "example.test",
      Connection: "keep-alive, X-Secret",
      "X-Secret": "1",
      "Keep-Alive": "timeout=5",
      TE: "trailers",
      "Proxy-Connection": "keep-alive",
      "MS-ASPNETCORE-TOKEN": "fake",
      "ms-aspnetcore-clientcert": "fake",
      "X-Forwarded-For": "198.51.100.9",
      "X-Forwarded-Proto": "https",
      Cookie: "a=1",
      "X-Latin": "caf\xe9",
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.content, "ok");
    const [request] = stage.backend.requests;
    assert.ok(request);
    assert.equal(request.line, "GET /shop/api/items?x=%2F HTTP/1.1");
    const values = (name: string) => valuesOf(request.fields, name);
    assert.deepEqual(values("host"), ["example.test"]);
    assert.deepEqual(values("x-forwarded-for"), [`198.51.100.9, 127.0.0.1:${client.localPort}`]);
    assert.deepEqual(values("x-forwarded-proto"), ["https, http"]);
    assert.deepEqual(values("ms-aspnetcore-token"), ["token-of-1"]);
    assert.deepEqual(values("cookie"), ["a=1"]);
    assert.deepEqual(values("x-latin"), ["caf\xe9"]);
    const isWire = transport === "wire";
    assert.deepEqual(values("te"), isWire ? ["trailers"] : []);
    assert.deepEqual(values("accept-encoding"), isWire ? [] : ["identity"]);
    for (
      const name of [
        "connection",
        "x-secret",
        "keep-alive",
        "proxy-connection",
        "ms-aspnetcore-clientcert",
      ]
    ) assert.deepEqual(values(name), [], name);
    assert.deepEqual(values("user-agent"), isWire ? [] : [""], "Deno must not name itself");
  },
);

onEachTransport(
  "a JSON answer with a strong ETag reaches a client that takes gzip unaltered (B1)",
  async (stageWith) => {
    const json = JSON.stringify({ text: "x".repeat(2_000) });
    for (const framing of ["length", "chunked"]) {
      const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: "strong"\r\n';
      await using stage = stageWith(async (connection) => {
        await connection.send(
          framing === "length"
            ? `${head}Content-Length: ${json.length}\r\n\r\n${json}`
            : `${head}Transfer-Encoding: chunked\r\n\r\n${
              json.length.toString(16)
            }\r\n${json}\r\n0\r\n\r\n`,
        );
      });
      using client = await stage.client();
      const answer = await client.get("/", { "Accept-Encoding": "gzip, br" });
      assert.equal(answer.content, json);
      assert.equal(answer.complete, true);
      assert.deepEqual(valuesOf(answer.fields, "etag"), ['"strong"']);
      assert.deepEqual(valuesOf(answer.fields, "content-type"), ["application/json"]);
      assert.deepEqual(valuesOf(answer.fields, "content-encoding"), []);
      assert.deepEqual(
        valuesOf(answer.fields, "content-length"),
        framing === "length" ? [String(json.length)] : [],
      );
      assert.deepEqual(valuesOf(answer.fields, "vary"), []);
    }
  },
);

onEachTransport(
  "a coded answer arrives as it is, by fetch decoded and saying so (A1)",
  async (stageWith, transport) => {
    const plain = "hello ".repeat(100);
    const gzip = new Uint8Array(
      await new Response(new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip")))
        .arrayBuffer(),
    );
    await using stage = stageWith(async (connection) => {
      await connection.send(
        `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${gzip.length}\r\n\r\n`,
      );
      await connection.send(gzip);
    });
    using client = await stage.client();
    const answer = await client.get("/", { "Accept-Encoding": "gzip" });
    if (transport === "wire") {
      assert.equal(answer.content, latin1(gzip));
      assert.deepEqual(valuesOf(answer.fields, "content-encoding"), ["gzip"]);
      return;
    }
    assert.equal(answer.content, plain);
    assert.deepEqual(valuesOf(answer.fields, "content-encoding"), []);
    assert.deepEqual(valuesOf(answer.fields, "content-length"), []);
  },
);

onEachTransport(
  "every Set-Cookie line of the backend reaches the client as a line (ANCM F-64)",
  async (stageWith) => {
    await using stage = stageWith(
      answering("", "HTTP/1.1 200 OK", "Set-Cookie: a=1; Path=/", "Set-Cookie: b=2, c"),
    );
    using client = await stage.client();
    const answer = await client.get("/");
    assert.deepEqual(valuesOf(answer.fields, "set-cookie"), ["a=1; Path=/", "b=2, c"]);
  },
);

onEachTransport(
  "fields of the backend's connection do not reach the client (ANCM F-62, design section 7)",
  async (stageWith) => {
    await using stage = stageWith(
      answering(
        "ok",
        "HTTP/1.1 200 OK",
        "Connection: close, X-Hop",
        "X-Hop: 1",
        "Keep-Alive: timeout=5",
        "Upgrade: h2c",
        "Server: Kestrel",
        "Date: Thu, 01 Jan 1970 00:00:00 GMT",
      ),
    );
    using client = await stage.client();
    const answer = await client.get("/");
    for (const name of ["connection", "x-hop", "keep-alive", "upgrade"]) {
      assert.deepEqual(valuesOf(answer.fields, name), [], name);
    }
    assert.deepEqual(valuesOf(answer.fields, "server"), ["Kestrel"]);
    assert.deepEqual(valuesOf(answer.fields, "date"), ["Thu, 01 Jan 1970 00:00:00 GMT"]);
  },
);

onEachTransport("HEAD keeps Content-Length and has no content (ANCM F-54)", async (stageWith) => {
  await using stage = stageWith((connection) =>
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nContent-Type: text/html\r\n\r\n")
  );
  using client = await stage.client();
  const answer = await client.get("/", {}, "HEAD");
  assert.deepEqual(valuesOf(answer.fields, "content-length"), ["12345"]);
  const next = await client.get("/", {}, "HEAD");
  assert.equal(next.status, 200, "the connection can be used again");
  assert.equal((await stage.outcome(1)).end, "complete");
});

for (const status of [204, 304]) {
  onEachTransport(`${status} has no content and keeps the connection (B11)`, async (stageWith) => {
    await using stage = stageWith((connection) =>
      connection.send(`HTTP/1.1 ${status} X\r\nETag: "a"\r\n\r\n`)
    );
    using client = await stage.client();
    const answer = await client.get("/");
    assert.equal(answer.status, status);
    assert.deepEqual(valuesOf(answer.fields, "etag"), ['"a"']);
    assert.deepEqual(valuesOf(answer.fields, "transfer-encoding"), []);
    assert.equal((await client.get("/")).status, status, "the connection can be used again");
  });
}

onEachTransport(
  "answers without content leave the backend's connection to be used again (A14)",
  async (stageWith) => {
    const heads = {
      "/head": "200 OK\r\nContent-Length: 5",
      "/none": "200 OK\r\nContent-Length: 0",
      "/204": "204 No Content",
      "/304": "304 Not Modified\r\nContent-Length: 5",
    };
    await using stage = stageWith((connection, { line }) => {
      const target = line.split(" ")[1] as keyof typeof heads;
      return connection.send(`HTTP/1.1 ${heads[target]}\r\n\r\n`);
    });
    using client = await stage.client();
    for (const target of Object.keys(heads)) {
      await client.get(target, {}, target === "/head" ? "HEAD" : "GET");
    }
    assert.equal(stage.backend.connectionCount, 1);
  },
);

onEachTransport("a redirect is passed on, not followed (ANCM F-27)", async (stageWith) => {
  await using stage = stageWith(answering("", "HTTP/1.1 302 Found", "Location: /elsewhere?x=1"));
  using client = await stage.client();
  const answer = await client.get("/");
  assert.equal(answer.status, 302);
  assert.deepEqual(valuesOf(answer.fields, "location"), ["/elsewhere?x=1"]);
  assert.equal(stage.backend.requests.length, 1);
});

Deno.test("an interim answer is swallowed by fetch, the final one passes (ANCM F-55)", async () => {
  await using stage = rawStage(
    (connection) =>
      connection.send(
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      ),
    { transport: "fetch" },
  );
  using client = await stage.client();
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await client.until((seen) => seen.endsWith("ok"));
  assert.match(client.seen, /^HTTP\/1\.1 200 /);
});

for (const status of [299, 599, 999]) {
  onEachTransport(
    `a status of ${status} that nobody knows passes (A10)`,
    async (stageWith, transport) => {
      await using stage = stageWith(answering("ok", `HTTP/1.1 ${status} Odd one`));
      using client = await stage.client();
      const answer = await client.get("/");
      // The platform's client does not tell the reason.
      const reason = transport === "wire" ? "Odd one" : "";
      assert.deepEqual([answer.status, answer.reason], [status, reason]);
    },
  );
}

for (
  const [what, text] of Object.entries({
    "an unsolicited 101 (A18)": "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
    "Content-Length beside Transfer-Encoding (A16)":
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    "a head over 64 KiB (ANCM F-57)": `HTTP/1.1 200 OK\r\nX: ${
      "y".repeat(70_000)
    }\r\nContent-Length: 1\r\n\r\nx`,
    "a folded field (ANCM F-57)": "HTTP/1.1 200 OK\r\nA: b\r\n c: d\r\nContent-Length: 1\r\n\r\nx",
    "rubbish": "FOO BAR\r\n\r\n",
  })
) {
  onEachTransport(
    `${what} from the backend becomes 502.3 and blames its answer`,
    async (stageWith) => {
      await using stage = stageWith(once(text));
      using client = await stage.client();
      const answer = await client.get("/");
      assert.equal(answer.status, 502);
      assert.match(answer.content, /^502\.3 Bad Gateway/);
      assert.deepEqual(stage.errors.map(({ code }) => code), ["backend-invalid"]);
      assert.deepEqual(stage.directory.reports, []);
    },
  );
}

onEachTransport(
  "TRACE is 405 with Allow, CONNECT 501, and neither reaches the backend (A6)",
  async (stageWith) => {
    await using stage = stageWith();
    using first = await stage.client();
    const trace = await first.get("/", {}, "TRACE");
    assert.equal(trace.status, 405);
    assert.equal(valuesOf(trace.fields, "allow").length, 1);
    using second = await stage.client();
    await second.send("CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n");
    await second.until((seen) => seen.includes("\r\n\r\n"));
    assert.match(second.seen, /^HTTP\/1\.1 501 /);
    assert.equal(stage.backend.requests.length, 0);
  },
);

Deno.test("HTTP_PROXY in the environment does not get the requests to the backend (ANCM F-27)", async () => {
  await using proxy = new RawBackend(answering("by way of the proxy"));
  await using backend = new RawBackend(answering("straight"));
  const url = `http://127.0.0.1:${proxy.port}`;
  const script = new URL("../support/raw_fetch_once.ts", import.meta.url).href;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-prompt", script, String(backend.port)],
    env: { HTTP_PROXY: url, http_proxy: url, ALL_PROXY: url, NO_PROXY: "", no_proxy: "" },
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "straight");
  assert.equal(proxy.requests.length, 0);
});
