import assert from "node:assert/strict";
import { startHost } from "../../src/host.ts";
import { eventually } from "../support/eventually.ts";
import "../support/open_socket_calls.ts";
import { runIfInstalled } from "../support/programs.ts";
import { RawClient } from "../support/raw_client.ts";

const WEB_CONFIG = `<configuration><system.webServer>
  <handlers>
    <add name="files" path="files/*" verb="*" modules="StaticFileModule" requireAccess="Read" />
    <add name="aspNetCore" path="*" verb="*" modules="AspNetCoreModuleV2" />
  </handlers>
  <aspNetCore processPath="./no-such-program" />
</system.webServer></configuration>`;

const LARGE_BYTES = 48 * 1024 * 1024;

/** Runs a test with a host over a folder; whose backend could not be started. */
async function withHost(body: (url: string, root: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${root}/files`);
    await Deno.writeTextFile(`${root}/web.config`, WEB_CONFIG);
    await using host = await startHost({
      appDir: root,
      listen: ["http://127.0.0.1:0"],
      admin: "off",
    });
    await body(host.urls[0] ?? assert.fail("no listener"), root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Gives how many descriptors of this process are open for a file. */
async function openFiles(path: string): Promise<number> {
  let count = 0;
  for await (const { name } of Deno.readDir("/proc/self/fd")) {
    const target = await Deno.readLink(`/proc/self/fd/${name}`).catch(() => "");
    if (target === path) count++;
  }
  return count;
}

const isLinux = Deno.build.os === "linux";

Deno.test("files are served without a backend, whole, again and in part (IIS M-HD-8, M-SC-5)", async () => {
  await withHost(async (url, root) => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    await Deno.writeFile(`${root}/files/a.png`, bytes);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${url}/files/a.png`)),
    );
    for (const answer of answers) {
      assert.equal(answer.headers.get("content-type"), "image/png");
      assert.deepEqual(await answer.bytes(), bytes);
    }
    const etag = answers[0]?.headers.get("etag") ?? assert.fail("no ETag");
    const again = await fetch(`${url}/files/a.png`, { headers: { "if-none-match": etag } });
    assert.equal(again.status, 304);
    await again.body?.cancel();
    const part = await fetch(`${url}/files/a.png`, { headers: { range: "bytes=59990-" } });
    assert.equal(part.status, 206);
    assert.deepEqual(await part.bytes(), bytes.slice(59_990));
  });
});

Deno.test("a file that is too large for memory arrives whole, also in ranges (IIS M-SC-5)", async () => {
  await withHost(async (url, root) => {
    const bytes = new Uint8Array(3_000_001).map((_, i) => i * 31 >> 3);
    await Deno.writeFile(`${root}/files/a.bin`, bytes);
    assert.deepEqual(await (await fetch(`${url}/files/a.bin`)).bytes(), bytes);
    const headers = { range: "bytes=2000000-2999999" };
    const part = await fetch(`${url}/files/a.bin`, { headers });
    assert.deepEqual(await part.bytes(), bytes.slice(2_000_000, 3_000_000));
    if (isLinux) assert.equal(await openFiles(`${root}/files/a.bin`), 0);
  });
});

Deno.test({
  name: "a file is closed when its client leaves in the middle",
  ignore: !isLinux,
  fn: () =>
    withHost(async (url, root) => {
      const path = `${root}/files/a.bin`;
      await Deno.writeFile(path, new Uint8Array(0));
      await Deno.truncate(path, LARGE_BYTES);
      const client = await RawClient.open(url);
      await client.send("GET /files/a.bin HTTP/1.1\r\nHost: a\r\n\r\n");
      await client.until((seen) => seen.includes("\r\n\r\n"));
      assert.ok(await openFiles(path) > 0);
      client.close();
      await eventually(async () => await openFiles(path) === 0, "The file stays open");
    }),
});

Deno.test("a file that becomes shorter while it is sent never looks complete (PG cut short)", async () => {
  await withHost(async (url, root) => {
    const path = `${root}/files/a.bin`;
    await Deno.writeFile(path, new Uint8Array(0));
    await Deno.truncate(path, LARGE_BYTES);
    using client = await RawClient.open(url);
    await client.send("GET /files/a.bin HTTP/1.1\r\nHost: a\r\n\r\n");
    const seen = await client.until((text) => text.includes("\r\n\r\n"));
    assert.match(seen, new RegExp(`Content-Length: ${LARGE_BYTES}\r\n`));
    await Deno.truncate(path, 1_000_000);
    const answer = await client.answer().catch(() => undefined);
    assert.ok(!answer?.complete);
  });
});

Deno.test("pipes, devices and links that lead out are not there, and never opened", async () => {
  await withHost(async (url, root) => {
    const names = ["zero", "name"];
    await Deno.symlink("/dev/zero", `${root}/files/zero.txt`);
    await Deno.symlink("/etc/hostname", `${root}/files/name.txt`);
    // To open it for reading would wait for ever.
    if (await runIfInstalled("mkfifo", `${root}/files/pipe.txt`)) names.push("pipe");
    for (const name of names) {
      const { status, body } = await fetch(`${url}/files/${name}.txt`);
      await body?.cancel();
      assert.equal(status, 404, name);
    }
  });
});
