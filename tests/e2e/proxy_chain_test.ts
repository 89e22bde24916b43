import assert from "node:assert/strict";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runHost, type RunningHost } from "../support/executable.ts";
import { rawRequest } from "../support/executable_request.ts";
import { secureSite } from "../support/executable_tls.ts";
import { RawClient } from "../support/raw_client.ts";
import type { Facts } from "./_example_app.ts";

/** What the app was told, and what it made of it. */
interface Told {
  readonly facts: Facts;
  /** The client's own port on its connection. */
  readonly port: number;
  /** Gives the value of a field that reached the app. */
  field(name: string): string | undefined;
}

/** Asks the app by HTTP/1.1 without TLS, with more field lines. */
async function ask(url: string, lines: readonly string[], target = "/echo/"): Promise<Told> {
  const answer = await rawRequest(url, [
    `GET ${target} HTTP/1.1`,
    "Host: example.test",
    ...lines,
    "Connection: close",
  ]);
  return told(answer.text, answer.localPort);
}

function told(text: string, port: number): Told {
  const facts: Facts = JSON.parse(text);
  const field = (name: string) =>
    facts.headers.find((one) => one.name.toLowerCase() === name)?.values.join(" | ");
  return { facts, port, field };
}

/** The client as the app sees it. */
function clientOf({ facts }: Told) {
  return `${facts.scheme} ${facts.remoteIp} ${facts.remotePort}`;
}

async function behind(args: readonly string[] = []): Promise<RunningHost> {
  return await runHost({ dir: await publishedApp("example"), args });
}

const OUTER = ["X-Forwarded-For: 198.51.100.9", "X-Forwarded-Proto: https"] as const;

dotnetTest("path base, scheme and client are right over TLS (ANCM G-3)", async () => {
  await using site = await secureSite();
  await using host = await behind([...site.args, "--path-base", "/shop/api"]);
  const { port, hostname } = new URL(await site.urlOf(host));
  const caCerts = [site.cert];
  using client = new RawClient(
    await Deno.connectTls({ hostname, port: Number(port), caCerts }),
  );
  const { status, content } = await client.get("/shop/api/echo/items?x=%2F", {
    "Connection": "keep-alive",
    "MS-ASPNETCORE-TOKEN": "fake",
  });
  assert.equal(status, 200);
  const { facts, field } = told(content, client.localPort);
  assert.equal(facts.rawTarget, "/shop/api/echo/items?x=%2F");
  assert.equal(facts.host, "example.test");
  assert.equal(facts.pathBase, "/shop/api");
  assert.equal(facts.path, "/echo/items");
  assert.equal(facts.scheme, "https");
  assert.equal(facts.remoteIp, "127.0.0.1");
  assert.equal(facts.remotePort, client.localPort);
  assert.equal(facts.tokenFields, 1);
  // The app's own middleware has taken both, and left what they replaced.
  assert.equal(field("x-forwarded-for"), undefined);
  assert.equal(field("x-forwarded-proto"), undefined);
  assert.equal(field("x-original-proto"), "http");
});

dotnetTest("without an option the proxy in front is the client (ANCM G-4, F-15, M-9)", async () => {
  await using host = await behind();
  const seen = await ask(host.url, OUTER);
  assert.equal(clientOf(seen), `http 127.0.0.1 ${seen.port}`);
  // The middleware takes the last entry of each and leaves the others.
  assert.equal(seen.field("x-forwarded-for"), "198.51.100.9");
  assert.equal(seen.field("x-forwarded-proto"), "https");
});

dotnetTest("a client by IPv6 is in brackets, with its port (ANCM G-5)", async () => {
  await using host = await behind(["--listen", "http://[::1]:0"]);
  const listening = await host.log.next("listening", ({ url }) => `${url}`.includes("[::1]"));
  const { port } = new URL(`${listening["url"]}`);
  using client = new RawClient(await Deno.connect({ hostname: "::1", port: Number(port) }));
  const { content } = await client.get("/echo/", {});
  const seen = told(content, client.localPort);
  assert.equal(clientOf(seen), `http ::1 ${client.localPort}`);
});

dotnetTest("a trusted proxy's word makes the client that the app sees", async () => {
  await using host = await behind(["--trusted-proxy", "127.0.0.1"]);
  const seen = await ask(host.url, OUTER);
  assert.equal(seen.facts.scheme, "https");
  assert.equal(seen.facts.remoteIp, "198.51.100.9");
  assert.equal(seen.facts.host, "example.test");
});

dotnetTest("a trusted proxy may name the client's port, and use Forwarded", async () => {
  await using host = await behind(["--trusted-proxy", "127.0.0.0/8"]);
  const byForwardedFor = await ask(host.url, [
    "X-Forwarded-For: 198.51.100.9:51000",
    "X-Forwarded-Proto: https",
  ]);
  assert.equal(clientOf(byForwardedFor), "https 198.51.100.9 51000");
  const byForwarded = await ask(host.url, [
    'Forwarded: for="[2001:db8::7]:4711";proto=https;host=other.test',
  ]);
  assert.equal(clientOf(byForwarded), "https 2001:db8::7 4711");
  assert.equal(byForwarded.facts.host, "example.test", "Host is never changed");
});

dotnetTest("the chain is walked past trusted proxies, and no further", async () => {
  const trusted = ["--trusted-proxy", "127.0.0.1", "--trusted-proxy", "10.0.0.0/8"];
  await using host = await behind(trusted);
  const seen = await ask(host.url, [
    "X-Forwarded-For: 6.6.6.6, 198.51.100.9, 10.0.0.5",
    "X-Forwarded-Proto: http, https, http",
  ]);
  assert.equal(seen.facts.remoteIp, "198.51.100.9");
  assert.equal(seen.facts.scheme, "https");
});

dotnetTest("with the option the word of any other peer is dropped", async () => {
  await using host = await behind(["--trusted-proxy", "10.0.0.0/8"]);
  const seen = await ask(host.url, [
    ...OUTER,
    "X-Forwarded-Host: evil.test",
    "Forwarded: for=6.6.6.6",
  ]);
  assert.equal(clientOf(seen), `http 127.0.0.1 ${seen.port}`);
  for (const name of ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded"]) {
    assert.equal(seen.field(name), undefined, name);
  }
});

dotnetTest(
  "a listener with ?proxy=on takes the client from a PROXY header, v1 and v2",
  async () => {
    await using host = await behind(["--listen", "http://127.0.0.1:0?proxy=on"]);
    const url = await proxyUrlOf(host);
    const v1 = "PROXY TCP4 198.51.100.9 127.0.0.1 51000 80\r\n";
    const v2 =
      "\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xc6\x33\x64\x09\x7f\x00\x00\x01\xc7\x38\x00\x50";
    for (const header of [v1, v2]) {
      using client = await RawClient.open(url);
      await client.send(header);
      const { status, content } = await client.get("/echo/", {});
      assert.equal(status, 200);
      assert.equal(clientOf(told(content, 0)), "http 198.51.100.9 51000");
      // It stands for the whole connection.
      const again = await client.get("/echo/", {});
      assert.equal(clientOf(told(again.content, 0)), "http 198.51.100.9 51000");
    }
  },
);

dotnetTest("a listener with ?proxy=on takes no connection without the header", async () => {
  await using host = await behind(["--listen", "http://127.0.0.1:0?proxy=on"]);
  using client = await RawClient.open(await proxyUrlOf(host));
  await client.send("GET /echo/ HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal(await client.ends(), true);
  assert.doesNotMatch(client.seen, /HTTP\/1\.1 200/);
});

dotnetTest("a PROXY header on any other listener is no request: 400", async () => {
  await using host = await behind();
  using client = await RawClient.open(host.url);
  await client.send("PROXY TCP4 198.51.100.9 127.0.0.1 51000 80\r\n");
  await client.send("GET /echo/ HTTP/1.1\r\nHost: a\r\n\r\n");
  assert.equal((await client.answer()).status, 400);
});

/** Where the second listener is. */
async function proxyUrlOf(host: RunningHost): Promise<string> {
  const { url } = await host.log.next("listening", ({ url }) => !`${url}`.startsWith(host.url));
  return new URL(`${url}`).origin;
}
