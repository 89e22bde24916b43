import "../support/open_socket_calls.ts";
import assert from "node:assert/strict";
import { bytesContent } from "../../src/contract/content.ts";
import { FieldList } from "../../src/http1/fields.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import { SERVER_LIMITS, type ServerLimits } from "../../src/server/limits.ts";
import { listen, type ListenOptions, type Refusal } from "../../src/server/listener.ts";
import { eventually } from "../support/eventually.ts";
import { RawClient } from "../support/raw_client.ts";
import { TEST_CERTIFICATE } from "../support/test_certificate.ts";

interface Stage extends AsyncDisposable {
  readonly url: string;
  readonly refusals: readonly Refusal[];
  readonly open: number;
}

function stage(
  url: string,
  limits: Partial<ServerLimits>,
  more: Partial<ListenOptions> = {},
): Stage {
  const refusals: Refusal[] = [];
  const listeners = listen([url], {
    handler: (x) => ({
      head: { status: 200, reason: "OK", fields: FieldList.none },
      content: bytesContent(new TextEncoder().encode(x.client.address)),
    }),
    page: (x, error) => errorReply(x, error, { disableStartUpErrorPage: false }),
    limits: { ...SERVER_LIMITS, ...limits },
    refused: (why) => refusals.push(why),
    certificate: {
      ...TEST_CERTIFICATE,
      subject: "CN=localhost",
      fingerprint: "of the tests",
      validFrom: new Date(0),
      validTo: new Date(8.64e15),
    },
    ...more,
  });
  return {
    url: listeners.urls[0] ?? "",
    refusals,
    get open() {
      return listeners.open;
    },
    [Symbol.asyncDispose]: () => listeners[Symbol.asyncDispose](),
  };
}

async function secureClient(url: string, protocol: "h2" | "http/1.1"): Promise<RawClient> {
  const port = Number(new URL(url).port);
  const caCerts = [TEST_CERTIFICATE.cert];
  const conn = await Deno.connectTls({
    hostname: "localhost",
    port,
    caCerts,
    alpnProtocols: [protocol],
  });
  return new RawClient(conn);
}

Deno.test("a connection over the limit is told of as such", async () => {
  await using host = stage("http://127.0.0.1:0", { connections: 1 });
  using first = await RawClient.open(host.url);
  assert.equal((await first.get("/")).status, 200);
  using second = await RawClient.open(host.url);
  assert.equal((await second.answer()).status, 503);
  assert.deepEqual(host.refusals, ["limit"]);
});

Deno.test("one address gets no more connections than its limit, and room again when one ends", async () => {
  await using host = stage("http://127.0.0.1:0", { connectionsPerAddress: 2 });
  using first = await RawClient.open(host.url);
  using second = await RawClient.open(host.url);
  for (const client of [first, second]) assert.equal((await client.get("/")).status, 200);
  using third = await RawClient.open(host.url);
  assert.equal((await third.answer()).status, 503);
  assert.equal(await third.ends(), true);
  assert.deepEqual(host.refusals, ["address-limit"]);
  first.close();
  await eventually(() => host.open === 1);
  using fourth = await RawClient.open(host.url);
  assert.equal((await fourth.get("/")).status, 200);
});

Deno.test("trusted proxies have no limit of their own", async () => {
  const isTrusted = (address: string) => address === "127.0.0.1";
  await using host = stage("http://127.0.0.1:0", { connectionsPerAddress: 1 }, { isTrusted });
  using first = await RawClient.open(host.url);
  using second = await RawClient.open(host.url);
  for (const client of [first, second]) assert.equal((await client.get("/")).status, 200);
});

Deno.test("behind PROXY headers the address they name has the limit", async () => {
  await using host = stage("http://127.0.0.1:0?proxy=on", { connectionsPerAddress: 1 });
  const ask = async (client: RawClient, address: string) => {
    await client.send(`PROXY TCP4 ${address} 192.0.2.9 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n`);
    return await client.answer();
  };
  using first = await RawClient.open(host.url);
  using other = await RawClient.open(host.url);
  using again = await RawClient.open(host.url);
  assert.equal((await ask(first, "192.0.2.1")).content, "192.0.2.1");
  assert.equal((await ask(other, "192.0.2.2")).content, "192.0.2.2");
  assert.equal((await ask(again, "192.0.2.1")).status, 503);
  assert.deepEqual(host.refusals, ["address-limit"]);
});

Deno.test("over TLS, too, one connection too many gets 503, or is closed where it speaks HTTP/2", async () => {
  await using host = stage("https://127.0.0.1:0", { connectionsPerAddress: 1 });
  using first = await secureClient(host.url, "http/1.1");
  assert.equal((await first.get("/")).status, 200);
  using second = await secureClient(host.url, "http/1.1");
  assert.equal((await second.answer()).status, 503);
  using third = await secureClient(host.url, "h2");
  assert.equal(await third.ends(), true);
  assert.equal(third.seen, "");
  assert.deepEqual(host.refusals, ["address-limit", "address-limit"]);
  first.close();
  await eventually(() => host.open === 0);
});

Deno.test("an HTTP/2 connection over TLS is counted until it ends", async () => {
  await using host = stage("https://127.0.0.1:0", { connectionsPerAddress: 1 });
  const first = await secureClient(host.url, "h2");
  await first.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
  await first.until((seen) => seen !== "");
  assert.equal(host.open, 1);
  using second = await secureClient(host.url, "http/1.1");
  assert.equal((await second.answer()).status, 503);
  first.close();
  await eventually(() => host.open === 0);
});

Deno.test("a handshake that fails is told of, and the listener goes on", async () => {
  await using host = stage("https://127.0.0.1:0", {});
  const { port } = new URL(host.url);
  using plain = await RawClient.open(`http://127.0.0.1:${port}`);
  await plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await eventually(() => host.refusals.length === 1);
  assert.deepEqual(host.refusals, ["handshake"]);
  using client = await secureClient(host.url, "http/1.1");
  assert.equal((await client.get("/")).status, 200);
});

Deno.test("a connection without its PROXY header is told of", async () => {
  await using host = stage("http://127.0.0.1:0?proxy=on", {});
  using client = await RawClient.open(host.url);
  await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal(await client.ends(), true);
  await eventually(() => host.refusals.length === 1);
  assert.deepEqual(host.refusals, ["proxy-header"]);
  assert.equal(host.open, 0);
});
