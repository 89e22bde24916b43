import assert from "node:assert/strict";
import { systemClock } from "../../src/contract/clock.ts";
import { developmentCertificate, loadCertificate } from "../../src/server/tls_certificate.ts";
import { certificateFilesOf, watchCertificate } from "../../src/server/tls_reload.ts";
import { pfxOf, testCertificate } from "../support/certificates.ts";
import { eventLog } from "../support/events.ts";
import { eventually } from "../support/eventually.ts";
import { runIfInstalled } from "../support/programs.ts";
import { TlsStage } from "../support/tls_stage.ts";

async function text(url: string, client: Deno.HttpClient, init: RequestInit = {}) {
  const response = await fetch(url, { ...init, client });
  return { status: response.status, content: await response.text() };
}

Deno.test("a client that offers h2 gets it, one that does not gets HTTP/1.1 (ALPN)", async () => {
  await using stage = await TlsStage.open();
  using two = stage.client(true);
  using one = stage.client(false);
  assert.equal((await text(`${stage.url}/x`, two)).content, "/x");
  assert.equal((await text(`${stage.url}/x`, one)).content, "one");
  assert.deepEqual(stage.protocols, ["h2", "http/1.1"]);
  // The connection over HTTP/2 is still open, and no handshake any more.
  assert.equal(stage.front.connections, 1);
  assert.equal(stage.listener.pendingHandshakes, 0);
});

Deno.test("a client that offers nothing gets HTTP/1.1", async () => {
  await using stage = await TlsStage.open();
  const { port } = stage.listener.addr;
  const caCerts = [stage.material.cert];
  using conn = await Deno.connectTls({ hostname: "localhost", port, caCerts });
  assert.equal((await conn.handshake()).alpnProtocol, null);
  await eventually(() => stage.protocols[0]);
  assert.deepEqual(stage.protocols, ["http/1.1"]);
});

Deno.test("large contents pass both ways over TLS", async () => {
  await using stage = await TlsStage.open();
  using client = stage.client(true);
  const body = new Uint8Array(8 * 1024 * 1024);
  const [up, down] = await Promise.all([
    text(`${stage.url}/echo`, client, { method: "POST", body }),
    text(`${stage.url}/big`, client),
  ]);
  assert.equal(up.content, String(body.length));
  assert.equal(down.content.length, body.length);
  await eventually(() => stage.outcomes.length === 2);
  assert.deepEqual(stage.outcomes.map(({ end }) => end), ["complete", "complete"]);
});

Deno.test("curl takes HTTP/2 over TLS", async () => {
  await using stage = await TlsStage.open();
  const format = "%{http_version} %{http_code} %{content_type}";
  const url = `${stage.url}/a/../b%2f?x`;
  const ran = await runIfInstalled("curl", "-ks", "--http2", "--path-as-is", "-w", format, url);
  if (ran) assert.equal(ran.out, "/a/../b%2f?x2 200 ");
});

Deno.test("a handshake that hangs holds up no other, and is ended", async () => {
  await using stage = await TlsStage.open();
  const { port } = stage.listener.addr;
  using silent = await Deno.connect({ hostname: "127.0.0.1", port });
  await eventually(() => stage.listener.pendingHandshakes === 1);
  using client = stage.client(true);
  assert.equal((await text(`${stage.url}/x`, client)).status, 200);
  assert.deepEqual(stage.refusals, []);
  stage.listener.close();
  assert.equal(await silent.read(new Uint8Array(1)).catch(() => null), null);
  await eventually(() => stage.listener.pendingHandshakes === 0);
  assert.deepEqual(stage.refusals, ["handshake"]);
});

Deno.test("handshakes that fail are counted, and the listener goes on", async () => {
  await using stage = await TlsStage.open();
  const { port } = stage.listener.addr;
  for (let i = 0; i < 3; i++) {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    await conn.read(new Uint8Array(64)).catch(() => null);
  }
  await eventually(() => stage.refusals.length === 3);
  assert.deepEqual(new Set(stage.refusals), new Set(["handshake"]));
  using client = stage.client(true);
  assert.equal((await text(`${stage.url}/x`, client)).status, 200);
});

Deno.test("replace() changes the certificate: open connections go on, no request fails", async () => {
  await using stage = await TlsStage.open();
  const next = await developmentCertificate(new Date());
  using kept = stage.client(true, next);
  assert.equal((await text(`${stage.url}/before`, kept)).content, "/before");
  let isOver = false;
  let asked = 0;
  const load = async () => {
    for (; !isOver; asked++) {
      using fresh = stage.client(true, next);
      assert.equal((await text(`${stage.url}/load`, fresh)).content, "/load");
    }
  };
  const loads = Promise.all([load(), load()]);
  await eventually(() => asked > 4);
  const { port } = stage.listener.addr;
  stage.listener.replace(next);
  assert.equal(stage.listener.addr.port, port);
  const then = asked;
  await eventually(() => asked > then + 4);
  isOver = true;
  await loads;
  assert.equal((await text(`${stage.url}/after`, kept)).content, "/after");
  // Only the new certificate is shown from now on.
  using strict = Deno.createHttpClient({ caCerts: [next.cert], http2: true, http1: false });
  assert.equal((await text(`${stage.url}/new`, strict)).content, "/new");
});

Deno.test("a certificate whose files are written anew is taken, from PEM and from PFX", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [first, second] = [await testCertificate(), await testCertificate()];
    const sources = [
      { kind: "pem", certFile: `${folder}/a.crt`, keyFile: `${folder}/a.key` },
      { kind: "pfx", file: `${folder}/a.pfx`, password: "secret", passwordEnv: "PW" },
    ] as const;
    const write = async ({ certificate, key }: typeof first) => {
      await Deno.writeTextFile(`${folder}/a.crt`, certificate);
      await Deno.writeTextFile(`${folder}/a.key`, key);
      const pfx = pfxOf({ certificate, key }, "secret", "aes256");
      // As editors and tools do: a new file takes the place of the old.
      await Deno.writeFile(`${folder}/new`, pfx);
      await Deno.rename(`${folder}/new`, `${folder}/a.pfx`);
    };
    await write(first);
    const log = eventLog();
    const seen: string[] = [];
    const watches = await Promise.all(sources.map(async (source) =>
      watchCertificate({
        current: await loadCertificate(source),
        files: certificateFilesOf(source),
        clock: systemClock,
        report: log.report,
        changed: ({ fingerprint }) => seen.push(fingerprint),
      })
    ));
    await write(second);
    await eventually(() => seen.length === 2);
    for (const watch of watches) watch[Symbol.dispose]();
    const { fingerprint } = await loadCertificate(sources[0]);
    assert.deepEqual(seen, [fingerprint, fingerprint]);
    assert.deepEqual(log.names(), ["- certificate-reloaded", "- certificate-reloaded"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
