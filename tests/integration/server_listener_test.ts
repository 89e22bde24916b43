import assert from "node:assert/strict";
import { bytesContent } from "../../src/contract/content.ts";
import type { Handler } from "../../src/contract/module.ts";
import { FieldList } from "../../src/http1/fields.ts";
import { errorReply } from "../../src/pages/error_page.ts";
import { listen, ListenError } from "../../src/server/listener.ts";
import { RawClient } from "../support/raw_client.ts";

const handler: Handler = (x) => ({
  head: { status: 200, reason: "OK", fields: FieldList.none },
  content: bytesContent(new TextEncoder().encode(x.client.address || "unix")),
});

function open(...urls: string[]) {
  return listen(urls, {
    handler,
    page: (x, error) => errorReply(x, error, { disableStartUpErrorPage: false }),
  });
}

async function answerOf(url: string): Promise<string> {
  using client = await RawClient.open(url);
  return (await client.get("/")).content;
}

const hasIpv6 = (() => {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
})();

Deno.test("listen() on localhost with port 0 opens both loopbacks with one port", async () => {
  await using listeners = open("http://localhost:0");
  const ports = new Set(listeners.urls.map((url) => new URL(url).port));
  assert.equal(ports.size, 1);
  assert.equal(await answerOf(listeners.urls[0] ?? ""), "127.0.0.1");
  assert.equal(listeners.urls.length, hasIpv6 ? 2 : 1);
  if (hasIpv6) assert.equal(await answerOf(listeners.urls[1] ?? ""), "::1");
});

for (const name of ["*", "+", "0.0.0.0", "[::]"]) {
  Deno.test(`listen() on ${name} takes all addresses`, async () => {
    await using listeners = open(`http://${name}:0`);
    const port = new URL(listeners.urls[0] ?? "").port;
    assert.equal(await answerOf(`http://127.0.0.1:${port}`), "127.0.0.1");
    if (hasIpv6) assert.equal(await answerOf(`http://[::1]:${port}`), "::1");
  });
}

Deno.test("listen() opens several URLs at once and closes them together", async () => {
  const listeners = open("http://127.0.0.1:0", "http://127.0.0.1:0");
  const [first = "", second = ""] = listeners.urls;
  assert.notEqual(first, second);
  assert.equal(await answerOf(second), "127.0.0.1");
  await listeners[Symbol.asyncDispose]();
  for (const url of [first, second]) await assert.rejects(() => answerOf(url));
});

Deno.test("listen() on a Unix socket serves it and takes the file away at the end", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/host.sock`;
    {
      await using listeners = open(`http://unix:${path}`);
      assert.deepEqual(listeners.urls, [`http://unix:${path}`]);
      assert.equal(await answerOf(`http://unix:${path}`), "unix");
      assert.throws(() => open(`http://unix:${path}`), /the file is there already/);
    }
    await assert.rejects(() => Deno.stat(path), Deno.errors.NotFound);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("listen() on a Unix socket leaves the file of a successor where it is", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/host.sock`;
    const before = open(`http://unix:${path}`);
    await Deno.remove(path); // as somebody may who wants another host there
    await using _after = open(`http://unix:${path}`);
    await before[Symbol.asyncDispose]();
    assert.equal(await answerOf(`http://unix:${path}`), "unix");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("listen() never takes a Unix socket from who listens on it, whatever its path looks like", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/my app`);
    await Deno.symlink(`${folder}/my app`, `${folder}/link`);
    const path = `${folder}/my app/the host.sock`;
    await using _listeners = open(`http://unix:${path}`);
    for (
      const other of [path, `${folder}/link/the host.sock`, `${folder}/./my app/the host.sock`]
    ) {
      assert.throws(() => open(`http://unix:${other}`), /the file is there already/, other);
    }
    assert.equal(await answerOf(`http://unix:${path}`), "unix");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("listen() names an address that another program holds, and opens none of the others", async () => {
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = holder.addr;
  using free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const other = `http://127.0.0.1:${free.addr.port}`;
  free.close();
  assert.throws(
    () => open(other, `http://127.0.0.1:${port}`),
    (error) =>
      error instanceof ListenError && !error.isUsage &&
      error.message.replace(/"[^"]+" \(process (\d+)\)/, "process $1") ===
        `Cannot listen on "http://127.0.0.1:${port}": ${
          Deno.build.os === "linux" ? `process ${Deno.pid}` : "another program"
        } listens there; stop it, or choose another port`,
  );
  await assert.rejects(() => answerOf(other));
});

Deno.test("listen() says that an address is not this machine's", () => {
  assert.throws(() => open("http://203.0.113.1:0"), /this machine has no such address/);
});

Deno.test("listen() says that a Unix socket's folder is missing", () => {
  assert.throws(() => open("http://unix:/nowhere-at-all/x.sock"), /its folder is not there/);
});
