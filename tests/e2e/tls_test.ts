import assert from "node:assert/strict";
import { join } from "node:path";
import { pfxOf, testCertificate } from "../support/certificates.ts";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runCommand, runHost, type RunOptions, tempFolder } from "../support/executable.ts";
import { siteWith } from "../support/executable_sites.ts";
import { secureSite, secureUrlOf } from "../support/executable_tls.ts";
import { until } from "../support/executable_wait.ts";
import { runIfInstalled } from "../support/programs.ts";
import { backendOf, type Facts } from "./_example_app.ts";

const NOWHERE = `<aspNetCore processPath="no-such-program" />`;

/** Asks the app over TLS, by one version of HTTP. */
async function factsBy(url: string, cert: string, http2: boolean): Promise<Facts> {
  using client = Deno.createHttpClient({ caCerts: [cert], http2, http1: !http2 });
  const response = await fetch(`${url}/echo/x%2F?y`, { client });
  assert.equal(response.status, 200);
  return await response.json();
}

for (const http2 of [false, true]) {
  const version = http2 ? "HTTP/2" : "HTTP/1.1";
  dotnetTest(`the app sees https and the client over ${version} (ANCM F-16, G-3)`, async () => {
    await using site = await secureSite();
    await using host = await runHost({ dir: await publishedApp("example"), args: site.args });
    const facts = await factsBy(await site.urlOf(host), site.cert, http2);
    assert.equal(facts.scheme, "https");
    assert.equal(facts.remoteIp, "127.0.0.1");
    assert.ok(facts.remotePort > 0);
    assert.equal(facts.rawTarget, "/echo/x%2F?y");
    assert.equal(facts.protocol, "HTTP/1.1", "the backend is always spoken to in HTTP/1.1");
    assert.equal(facts.tokenFields, 1);
  });
}

dotnetTest("curl takes HTTP/1.1 and HTTP/2 over TLS", async () => {
  await using site = await secureSite();
  await using host = await runHost({ dir: await publishedApp("example"), args: site.args });
  const url = await site.urlOf(host);
  for (const [flag, version] of [["--http1.1", "1.1"], ["--http2", "2"]] as const) {
    const format = "%{http_version} %{http_code}";
    const ran = await runIfInstalled(
      "curl",
      "-sS",
      "--cacert",
      site.certFile,
      flag,
      "-w",
      format,
      `${url}/`,
    );
    if (ran) assert.equal(ran.out, `Hello from ASP.NET Core\n${version} 200`, ran.error);
  }
});

dotnetTest("the backend is told the port of the https listener (ANCM E-17)", async () => {
  await using site = await secureSite();
  await using host = await runHost({ dir: await publishedApp("example"), args: site.args });
  const { port } = new URL(await site.urlOf(host));
  const { facts } = await backendOf(host);
  assert.equal(facts.variables["ASPNETCORE_ANCM_HTTPS_PORT"], port);
});

Deno.test("--redirect-https sends clients without TLS to the https listener (307)", async () => {
  await using site = await siteWith(NOWHERE);
  await using secure = await secureSite();
  const args = [...secure.args, "--redirect-https"];
  await using host = await runHost({ dir: site.path, args });
  const { port } = new URL(await secure.urlOf(host));
  const response = await host.request("/a/b%2f?c=d", {
    method: "POST",
    body: "content",
    redirect: "manual",
  });
  await response.body?.cancel();
  assert.equal(response.status, 307);
  assert.equal(response.headers.get("location"), `https://127.0.0.1:${port}/a/b%2f?c=d`);
  assert.deepEqual(host.log.named("backend-started"), []);
});

dotnetTest(
  "--hsts speaks to clients with TLS only; without it to nobody (RFC 6797 §7.2)",
  async () => {
    await using site = await secureSite();
    const dir = await publishedApp("example");
    for (const [args, expected] of [[["--hsts"], "max-age=2592000"], [[], null]] as const) {
      await using host = await runHost({ dir, args: [...site.args, ...args] });
      using client = Deno.createHttpClient({ caCerts: [site.cert] });
      const secure = await fetch(`${await site.urlOf(host)}/`, { client });
      await secure.body?.cancel();
      assert.equal(secure.headers.get("strict-transport-security"), expected);
      const plain = await host.request("/");
      await plain.body?.cancel();
      assert.equal(plain.headers.get("strict-transport-security"), null);
    }
  },
);

Deno.test("an https listener without a certificate gets one for development, and says so", async () => {
  await using site = await siteWith(NOWHERE);
  const args = ["--listen", "https://127.0.0.1:0"];
  await using host = await runHost({ dir: site.path, args });
  const { level, message } = await host.log.next("development-certificate");
  assert.equal(level, "warning");
  assert.match(message, /for development only.*--cert and --key/);
  using client = Deno.createHttpClient({});
  await assert.rejects(fetch(`${await secureUrlOf(host)}/`, { client }), "no client trusts it");
});

dotnetTest("a new certificate is used without a restart and without a failed request", async () => {
  const [old, fresh] = [await testCertificate(), await testCertificate()];
  await using site = await secureSite({ cert: old.certificate, key: old.key });
  await using host = await runHost({ dir: await publishedApp("example"), args: site.args });
  const url = await site.urlOf(host);
  await using load = loadOn(url, [old.certificate, fresh.certificate]);
  await load.someRequests();
  await Deno.writeTextFile(site.certFile, fresh.certificate);
  await Deno.writeTextFile(site.keyFile, fresh.key);
  await host.log.next("certificate-reloaded");
  await load.someRequests();
  assert.deepEqual(load.failures, []);
  assert.equal((await factsBy(url, fresh.certificate, true)).scheme, "https");
  await assert.rejects(factsBy(url, old.certificate, true));
});

dotnetTest("a broken new certificate is told of, and the old one stays in use", async () => {
  await using site = await secureSite();
  await using host = await runHost({ dir: await publishedApp("example"), args: site.args });
  await Deno.writeTextFile(site.certFile, "no certificate");
  const { level, message } = await host.log.next("certificate-not-reloaded");
  assert.equal(level, "error");
  assert.match(message, /^The old certificate stays in use\. Cannot read certificate "/);
  assert.equal((await factsBy(await site.urlOf(host), site.cert, false)).scheme, "https");
});

const UNUSABLE: readonly (readonly [what: string, args: readonly string[], advice: RegExp])[] = [
  [
    "a certificate that is not there",
    ["--cert", "DIR/none.pem", "--key", "DIR/key.pem"],
    /"[^"]*none\.pem": there is no such file; correct the path/,
  ],
  [
    "a key that is not there",
    ["--cert", "DIR/cert.pem", "--key", "DIR/none.pem"],
    /"[^"]*none\.pem": there is no such file; correct the path/,
  ],
  [
    "a key of another certificate",
    ["--cert", "DIR/cert.pem", "--key", "DIR/other.pem"],
    /it does not belong to the certificate in "[^"]*cert\.pem"; give the key it was made with/,
  ],
  [
    "a PFX file that is none",
    ["--pfx", "DIR/cert.pem"],
    /it is no PFX file; give one, or PEM files with --cert and --key/,
  ],
  [
    "a PFX file without its password",
    ["--pfx", "DIR/site.pfx"],
    /it needs a password; name .* with --pfx-password-env/,
  ],
];

for (const [what, args, advice] of UNUSABLE) {
  Deno.test(`${what}: exit 78 before anything is listened on, with advice`, async () => {
    await using site = await siteWith(NOWHERE);
    await using certificates = await certificateFolder();
    const named = args.map((arg) => arg.replace("DIR", certificates.path));
    const listen = ["--listen", "https://127.0.0.1:0"];
    const { code, stderr } = await runCommand(["run", site.path, ...listen, ...named]);
    const events = stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.match(events.at(-1).message, advice);
    assert.ok(events.every(({ event }) => event !== "listening"), stderr);
    assert.equal(code, 78);
  });
}

Deno.test("a wrong password: exit 78 that names the variable and keeps the password", async () => {
  await using site = await siteWith(NOWHERE);
  await using certificates = await certificateFolder();
  const pfx = join(certificates.path, "site.pfx");
  const args = ["--pfx", pfx, "--pfx-password-env", "SITE_PASSWORD"];
  const message = await startFails({
    dir: site.path,
    args: ["--listen", "https://127.0.0.1:0", ...args],
    env: { SITE_PASSWORD: "not-the-password" },
  });
  assert.match(message, /ended, 78/);
  assert.match(message, /the password in SITE_PASSWORD does not open it; correct the variable/);
  assert.ok(!message.includes("not-the-password"), message);
});

dotnetTest("a PFX file serves, its password from the environment", async () => {
  await using certificates = await certificateFolder();
  const pfx = join(certificates.path, "site.pfx");
  await using host = await runHost({
    dir: await publishedApp("example"),
    args: [
      ...["--listen", "https://127.0.0.1:0"],
      ...["--pfx", pfx, "--pfx-password-env", "SITE_PASSWORD"],
    ],
    env: { SITE_PASSWORD: "pässword" },
  });
  const facts = await factsBy(await secureUrlOf(host), certificates.pfxCertificate, true);
  assert.equal(facts.scheme, "https");
});

const WRONG_USAGE: readonly (readonly [args: readonly string[], advice: RegExp])[] = [
  [["--cert", "cert.pem"], /--cert.*--key/],
  [["--key", "key.pem"], /--cert.*--key/],
  [["--pfx", "a.pfx", "--cert", "cert.pem"], /--pfx stands in the place of --cert and --key/],
  [["--pfx", "a.pfx", "--pfx-password-env", "NOT_SET"], /"NOT_SET", which is not set/],
];

for (const [args, advice] of WRONG_USAGE) {
  Deno.test(`${args.join(" ")} alone is wrong usage: exit 64`, async () => {
    const { code, stderr } = await runCommand(["run", ...args]);
    assert.match(stderr, advice);
    assert.equal(code, 64);
  });
}

/** Requests that go on until it is disposed of: some on kept connections, some on new ones. */
interface Load extends AsyncDisposable {
  readonly failures: readonly string[];
  /** Resolves when that many more requests have been answered. */
  someRequests(): Promise<void>;
}

function loadOn(url: string, caCerts: string[]): Load {
  const failures: string[] = [];
  let [isOver, answered] = [false, 0];
  const request = async (client: Deno.HttpClient) => {
    try {
      const response = await fetch(`${url}/`, { client });
      assert.equal(await response.text(), "Hello from ASP.NET Core\n");
    } catch (error) {
      failures.push(String(error));
    }
    answered++;
  };
  const kept = async (http2: boolean) => {
    using client = Deno.createHttpClient({ caCerts, http2, http1: !http2 });
    while (!isOver) await request(client);
  };
  const anew = async () => {
    while (!isOver) {
      using client = Deno.createHttpClient({ caCerts });
      await request(client);
    }
  };
  const lanes = [kept(false), kept(true), anew(), anew()];
  return {
    failures,
    async someRequests() {
      const enough = answered + 100;
      await until("some requests", () => answered >= enough);
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      await Promise.all(lanes);
    },
  };
}

/** A folder with `cert.pem`, its `key.pem`, the `other.pem` key of another, and `site.pfx`. */
async function certificateFolder() {
  const folder = await tempFolder();
  const [one, other] = [await testCertificate(), await testCertificate()];
  const write = (name: string, text: string) => Deno.writeTextFile(join(folder.path, name), text);
  await write("cert.pem", one.certificate);
  await write("key.pem", one.key);
  await write("other.pem", other.key);
  await Deno.writeFile(join(folder.path, "site.pfx"), pfxOf(one, "pässword", "aes256"));
  return {
    path: folder.path,
    pfxCertificate: one.certificate,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Starts a host that cannot start; gives how it ended and what it said. */
async function startFails(options: RunOptions): Promise<string> {
  const error = await runHost(options).then(
    async (host) => {
      await host[Symbol.asyncDispose]();
      return new Error("The host has started");
    },
    (error: Error) => error,
  );
  return error.message;
}
