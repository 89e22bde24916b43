import assert from "node:assert/strict";
import { bytesContent } from "../../src/contract/content.ts";
import type { Exchange, Reply } from "../../src/contract/exchange.ts";
import type { HostError } from "../../src/contract/host_error.ts";
import type { Handler } from "../../src/contract/module.ts";
import { FieldList } from "../../src/http1/fields.ts";
import { dynamicIpSecurity } from "../../src/modules/dynamic_ip_security.ts";
import { ipSecurity } from "../../src/modules/ip_security.ts";
import type { ModuleSource } from "../../src/modules/module_source.ts";
import { requestFiltering } from "../../src/modules/request_filtering/request_filtering.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import type { Outcome } from "../../src/server/front.ts";
import { listen } from "../../src/server/listener.ts";
import { pipeline } from "../../src/server/pipeline.ts";
import { eventually } from "../support/eventually.ts";
import { FakeStream } from "../support/fake_stream.ts";
import "../support/open_socket_calls.ts";
import { RawClient } from "../support/raw_client.ts";
import { onEachTransport } from "../support/raw_stage.ts";
import { refusalStage } from "../support/refusal_stage.ts";

/** A front with the modules of a web.config in its pipeline. */
async function open(source: ModuleSource, security: string, handler: Handler) {
  const { modulesAt, problems } = await refusalStage(
    [source],
    `<security>${security}</security>`,
  );
  assert.deepEqual(problems, []);
  const errors: HostError[] = [];
  const outcomes: Outcome[] = [];
  const page = (x: Exchange, error: HostError) => {
    errors.push(error);
    return errorReply(x, error, { disableStartUpErrorPage: false });
  };
  const outside = { entry: modulesAt("/"), rest: [] };
  const listeners = listen(["http://127.0.0.1:0"], {
    handler: pipeline({ stagesAt: () => outside, outside, handler, page }),
    page,
    finished: (_, outcome) => outcomes.push(outcome),
  });
  const url = listeners.urls[0] ?? "";
  return {
    errors,
    outcomes,
    client: () => RawClient.open(url),
    [Symbol.asyncDispose]: () => listeners[Symbol.asyncDispose](),
  };
}

const SMALL = '<requestFiltering><requestLimits maxAllowedContentLength="10"/></requestFiltering>';

const ok = (text: string): Reply => ({
  head: { status: 200, reason: "OK", fields: FieldList.none },
  content: bytesContent(new TextEncoder().encode(text)),
});

onEachTransport(
  "content in chunks that grows too long is 413 and cut towards the backend (IIS M-RF-5)",
  async (rawStage) => {
    let cut = false;
    await using stage = rawStage(async (connection) => {
      await connection.closed();
      cut = true;
    });
    await using host = await open(requestFiltering, SMALL, stage.handler);
    using client = await host.client();
    await client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n",
    );
    await eventually(() => stage.backend.requests.length === 1);
    await client.send("6\r\nghijkl\r\n");
    const { status, content } = await client.answer();
    assert.equal(status, 413);
    assert.match(content, /413\.1/);
    assert.equal(await client.ends(), true);
    assert.deepEqual(host.errors.map(({ code }) => code), ["content-too-long"]);
    await eventually(() => cut);
  },
);

onEachTransport(
  "content that says it is too long never reaches the backend (IIS M-RF-5)",
  async (rawStage) => {
    await using stage = rawStage();
    await using host = await open(requestFiltering, SMALL, stage.handler);
    using client = await host.client();
    await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nabcdefghijk");
    assert.equal((await client.answer()).status, 413);
    assert.equal(await client.ends(), true);
    assert.equal(stage.backend.requests.length, 0);
  },
);

onEachTransport("content in chunks of the length allowed passes (IIS M-RF-5)", async (rawStage) => {
  await using stage = rawStage(async (connection) => {
    const sent = await connection.takeThrough("0\r\n\r\n");
    const text = sent.replace(/[0-9a-f]+\r\n/gi, "").replaceAll("\r\n", "");
    await connection.send(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  });
  await using host = await open(requestFiltering, SMALL, stage.handler);
  using client = await host.client();
  const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  await client.send(`${head}5\r\nqrstu\r\n5\r\nvwxyz\r\n0\r\n\r\n`);
  assert.equal((await client.answer()).content, "qrstuvwxyz");
});

Deno.test("denyAction AbortRequest ends the connection without a byte (IIS M-IP-2)", async () => {
  const rule = '<ipSecurity denyAction="AbortRequest" allowUnlisted="false"/>';
  await using host = await open(ipSecurity, rule, () => assert.fail("not asked"));
  using client = await host.client();
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal(await client.ends(), true);
  assert.equal(client.seen, "");
  assert.deepEqual(host.outcomes, [{ status: 0, end: "dropped", bytesIn: 0, bytesOut: 0 }]);
  assert.deepEqual(host.errors.map(({ code }) => code), ["address-denied-dropped"]);
});

const ONE =
  '<dynamicIpSecurity><denyByConcurrentRequests enabled="true" maxConcurrentRequests="1"/></dynamicIpSecurity>';

Deno.test("a request counts until its answer is out or its client has left (IIS section 9.2)", async () => {
  const gates: PromiseWithResolvers<Reply>[] = [];
  await using host = await open(dynamicIpSecurity, ONE, () => {
    const gate = Promise.withResolvers<Reply>();
    gates.push(gate);
    return gate.promise;
  });
  const request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  using first = await host.client();
  await first.send(request);
  await eventually(() => gates.length === 1);
  using second = await host.client();
  await second.send(request);
  assert.equal((await second.answer()).status, 403);
  gates[0]?.resolve(ok("one"));
  assert.equal((await first.answer()).content, "one");
  await eventually(() => host.outcomes.length === 2);
  await first.send(request);
  await eventually(() => gates.length === 2);
  first.close();
  gates[1]?.resolve(ok("two"));
  await eventually(() => host.outcomes.length === 3);
  await second.send(request);
  await eventually(() => gates.length === 3);
  gates[2]?.resolve(ok("three"));
  assert.equal((await second.answer()).content, "three");
});

Deno.test("a WebSocket counts as long as it is open (IIS section 9.2)", async () => {
  const tunnel = new FakeStream();
  await using host = await open(
    dynamicIpSecurity,
    ONE,
    (x) =>
      x.request.target === "/" ? ok("done") : {
        head: {
          status: 101,
          reason: "Switching Protocols",
          fields: new FieldList([["Upgrade", "websocket"], ["Connection", "Upgrade"]]),
        },
        content: bytesContent(new Uint8Array(0)),
        switched: tunnel,
      },
  );
  using socket = await host.client();
  await socket.send(
    "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  await socket.until((seen) => seen.includes("\r\n\r\n"));
  using client = await host.client();
  assert.equal((await client.get("/")).status, 403);
  socket.close();
  tunnel.give(null);
  await eventually(() => host.outcomes.length === 2);
  assert.equal((await client.get("/")).content, "done");
});
