import assert from "node:assert/strict";
import { join } from "node:path";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import { runCommand, runHost, tempFolder } from "../support/executable.ts";
import { variableOf } from "../support/executable_processes.ts";
import { until } from "../support/executable_wait.ts";
import { FrameSocket, OPCODE } from "../support/websocket_client.ts";
import { backendOf } from "./_example_app.ts";

/** What of a log's lines is the same in every run. */
async function requestsIn(path: string): Promise<string[]> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
    const [, , , method, stem, query, , , , , , status, subStatus] = line.split(" ");
    return `${method} ${stem} ${query} ${status}.${subStatus}`;
  });
}

dotnetTest(
  "--access-log FOLDER/ has every request under the name that IIS gives the file (IIS M-LG-1 … M-LG-5)",
  async () => {
    await using folder = await tempFolder();
    const logs = `${folder.path}/logs/`;
    await using host = await runHost({
      dir: await publishedApp("example"),
      args: ["--access-log", logs],
    });
    await host.text("/echo/a%20b?c=d");
    assert.equal((await host.text("/status/404")).status, 404);
    assert.equal((await host.text("/web.config")).status, 404);
    using socket = await FrameSocket.open(`${host.url}/ws`);
    await socket.send(OPCODE.text, "hello");
    assert.equal(await socket.text(), "hello");
    await socket.send(OPCODE.close, Uint8Array.of(3, 232));
    await socket.frame();
    assert.equal(await host.stop(), 0);
    const names = await Array.fromAsync(Deno.readDir(logs), ({ name }) => name);
    for (const name of names) assert.match(name, /^u_ex\d{6}\.log$/);
    // There are two where midnight lies in between.
    const requests = await Promise.all(names.sort().map((name) => requestsIn(join(logs, name))));
    assert.deepEqual(requests.flat(), [
      "GET /echo/a+b c=d 200.0",
      "GET /status/404 - 404.0",
      "GET /web.config - 404.7",
      "GET /ws - 101.0",
    ]);
  },
);

dotnetTest("SIGUSR1 begins the access log again after another program has moved it", async () => {
  await using folder = await tempFolder();
  const log = join(folder.path, "access.log");
  await using host = await runHost({
    dir: await publishedApp("example"),
    args: ["--access-log", log],
  });
  await host.text("/status/201");
  await until("the first line", async () => (await requestsIn(log)).length === 1 || undefined);
  await Deno.rename(log, join(folder.path, "moved.log"));
  Deno.kill(host.pid, "SIGUSR1");
  await until("the new file", () => Deno.stat(log).catch(() => undefined));
  await host.text("/status/202");
  assert.equal(await host.stop(), 0);
  assert.deepEqual(await requestsIn(join(folder.path, "moved.log")), ["GET /status/201 - 201.0"]);
  assert.deepEqual(await requestsIn(log), ["GET /status/202 - 202.0"]);
});

Deno.test("an access log that cannot be had ends the host: 64 for a field that is not known, else 78", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(join(folder.path, "file"), "");
  const run = (...args: string[]) =>
    runCommand(["run", folder.path, "--listen", "http://127.0.0.1:0", "--admin", "off", ...args]);
  await Deno.writeTextFile(
    join(folder.path, "web.config"),
    `<configuration><system.webServer><aspNetCore processPath="no-such-program" /></system.webServer></configuration>`,
  );
  const unknown = await run("--access-log", "-", "--access-log-fields", "c-pi");
  assert.equal(unknown.code, 64, unknown.stderr);
  assert.match(unknown.stderr, /Cannot log \\"c-pi\\"/);
  const taken = await run("--access-log", join(folder.path, "file", "access.log"));
  assert.equal(taken.code, 78, taken.stderr);
  assert.match(taken.stderr, /name another place with --access-log/);
});

dotnetTest(
  "systemd hears when the host is ready and stops; the backend knows nothing of it",
  async () => {
    await using folder = await tempFolder();
    const path = join(folder.path, "notify");
    const socket = Deno.listenDatagram({ transport: "unixpacket", path });
    const heard = async () => new TextDecoder().decode((await socket.receive())[0]).split("\n")[0];
    try {
      await using host = await runHost({
        dir: await publishedApp("example"),
        env: { NOTIFY_SOCKET: path },
      });
      assert.equal(await heard(), "READY=1");
      const { pid } = await backendOf(host);
      assert.equal(await variableOf(pid, "NOTIFY_SOCKET"), undefined);
      assert.equal(await host.stop(), 0);
      assert.equal(await heard(), "STOPPING=1");
    } finally {
      socket.close();
    }
  },
);
