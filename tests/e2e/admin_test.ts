import assert from "node:assert/strict";
import { join } from "node:path";
import type { HostStatus } from "../../src/contract/host_status.ts";
import { adminSocket } from "../../src/contract/runtime_folder.ts";
import { dotnetTest, publishedApp } from "../support/dotnet.ts";
import {
  EXECUTABLE,
  runHost,
  type RunningHost,
  type TempFolder,
  tempFolder,
} from "../support/executable.ts";
import { isRunning } from "../support/executable_processes.ts";
import { siteWith } from "../support/executable_sites.ts";
import { until, within } from "../support/executable_wait.ts";
import { backendOf } from "./_example_app.ts";

const NOTHING = `<aspNetCore processPath="no-such-program" />`;

/** Runs a command of the user whose runtime folder this is. */
async function command(folder: TempFolder, ...args: string[]) {
  const { code, stdout, stderr } = await within(
    `the end of ${args[0]}`,
    new Deno.Command(EXECUTABLE, {
      args,
      clearEnv: true,
      env: { XDG_RUNTIME_DIR: folder.path },
    }).output(),
  );
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
}

async function statusOf(folder: TempFolder, dir: string): Promise<HostStatus> {
  const { code, out, error } = await command(folder, "status", dir, "--json");
  assert.equal(code, 0, error);
  return JSON.parse(out);
}

const run = (folder: TempFolder, dir: string, ...args: string[]) =>
  runHost({ dir, args, env: { XDG_RUNTIME_DIR: folder.path } });

Deno.test("status finds the running host by its folder, over a socket for nobody else", async () => {
  await using folder = await tempFolder();
  await using site = await siteWith(NOTHING);
  await using host = await run(folder, site.path);
  const socket = await adminSocket(join(folder.path, "ancm-host"), site.path);
  assert.equal(((await Deno.stat(socket)).mode ?? 0) & 0o777, 0o600);
  assert.equal(((await Deno.stat(join(socket, ".."))).mode ?? 0) & 0o777, 0o700);
  const { pid, appDir, urls, configFile, backend, readiness } = await statusOf(folder, site.path);
  assert.deepEqual([pid, appDir, urls], [host.pid, site.path, [host.url]]);
  assert.equal(configFile, join(site.path, "web.config"));
  assert.deepEqual([backend.state, readiness.ready], ["stopped", true]);
  const { code, out } = await command(folder, "status", site.path);
  assert.equal(code, 0);
  assert.match(out, new RegExp(`^ancm-host [\\d.]+, process ${host.pid}, up `));
  assert.equal(await host.stop(), 0);
  await assert.rejects(Deno.stat(socket), Deno.errors.NotFound);
});

Deno.test("status, recycle and stop exit with 69 where no host runs", async () => {
  await using folder = await tempFolder();
  await using site = await siteWith(NOTHING);
  for (const name of ["status", "recycle", "stop"]) {
    const { code, error } = await command(folder, name, site.path);
    assert.equal(code, 69);
    assert.match(error, /--admin URL/);
  }
});

dotnetTest("recycle replaces the backend and loses no request", async () => {
  await using folder = await tempFolder();
  const dir = await publishedApp("example");
  await using host = await run(folder, dir);
  const before = await backendOf(host);
  let isOver = false;
  const statuses: number[] = [];
  const requests = (async () => {
    while (!isOver) statuses.push((await host.text("/environment")).status);
  })();
  const { code, error } = await command(folder, "recycle", dir);
  isOver = true;
  await requests;
  assert.equal(code, 0, error);
  assert.deepEqual([...new Set(statuses)], [200]);
  assert.notEqual((await backendOf(host)).pid, before.pid);
  await until("the old backend's end", async () => !await isRunning(before.pid));
  assert.equal((await statusOf(folder, dir)).backend.recycles, 1);
});

dotnetTest("SIGHUP recycles, and the host goes on", async () => {
  await using folder = await tempFolder();
  const dir = await publishedApp("example");
  await using host = await run(folder, dir);
  const before = await backendOf(host);
  Deno.kill(host.pid, "SIGHUP");
  await until("another backend", async () => (await backendOf(host)).pid !== before.pid);
  assert.equal(await host.stop(), 0);
});

dotnetTest("stop lets the app end and waits until the host is gone", async () => {
  await using folder = await tempFolder();
  const dir = await publishedApp("example");
  await using host = await run(folder, dir);
  const { pid } = await backendOf(host);
  const { code, out, error } = await command(folder, "stop", dir);
  assert.equal(code, 0, error);
  assert.match(out, new RegExp(`\\(process ${host.pid}\\)\\n$`));
  assert.equal(await isRunning(pid), false);
  assert.equal(await host.stop(), 0);
});

dotnetTest("the host is not ready while it drains, and lives", async () => {
  await using folder = await tempFolder();
  const dir = await publishedApp("example");
  await using host = await run(folder, dir, "--admin", "http://127.0.0.1:0", "--drain-time", "20");
  await backendOf(host);
  const admin = await adminUrl(host);
  const health = async (path: string) => {
    const response = await fetch(`${admin}${path}`);
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await health("/readyz"), 200);
  const slow = host.text("/slow/3000");
  await until("the request to be under way", async () => await host.json("/slow/current") === 1);
  Deno.kill(host.pid, "SIGTERM");
  await until("the host not to be ready", async () => await health("/readyz") === 503);
  assert.equal(await health("/healthz"), 200);
  assert.equal((await slow).status, 200);
  assert.equal(await host.stop(), 0);
});

Deno.test("an admin listener on TCP gives all but health to the token only", async () => {
  await using folder = await tempFolder();
  await using site = await siteWith(NOTHING);
  const file = join(folder.path, "token");
  await Deno.writeTextFile(file, "0123456789abcdef0123456789abcdef\n");
  const args = ["--admin", "http://127.0.0.1:0", "--admin-token-file", file];
  await using host = await run(folder, site.path, ...args);
  const admin = await adminUrl(host);
  const health = await fetch(`${admin}/healthz`);
  assert.deepEqual([health.status, await health.text()], [200, "ok\n"]);
  assert.equal((await command(folder, "status", "--admin", admin)).code, 70);
  const named = ["--admin", admin, "--admin-token-file", file];
  assert.equal((await command(folder, "status", ...named)).code, 0);
  assert.equal(host.log.text.includes("0123456789abcdef"), false);
});

Deno.test("--admin off takes no commands", async () => {
  await using folder = await tempFolder();
  await using site = await siteWith(NOTHING);
  await using host = await run(folder, site.path, "--admin", "off");
  assert.equal((await command(folder, "status", site.path)).code, 69);
  assert.equal(await host.stop(), 0);
});

Deno.test("a host that finds no place for its admin socket warns and serves", async () => {
  await using site = await siteWith(NOTHING);
  await using host = await runHost({
    dir: site.path,
    env: { XDG_RUNTIME_DIR: "/nowhere-at-all", TMPDIR: "/nowhere-at-all" },
  });
  assert.equal((await host.text("/")).status, 502);
  const [warning] = host.log.named("admin-off");
  assert.match(warning?.message ?? host.log.text, /--admin/);
});

Deno.test("a second host of one folder warns and serves", async () => {
  await using folder = await tempFolder();
  await using site = await siteWith(NOTHING);
  await using first = await run(folder, site.path);
  await using second = await run(folder, site.path);
  assert.equal((await second.text("/")).status, 502);
  assert.equal(second.log.named("admin-off").length, 1, second.log.text);
  assert.equal((await statusOf(folder, site.path)).pid, first.pid);
});

Deno.test("the socket of a host that was killed is taken over by the next one", async () => {
  await using folder = await tempFolder();
  await using site = await siteWith(NOTHING);
  {
    await using killed = await run(folder, site.path);
    Deno.kill(killed.pid, "SIGKILL");
  }
  await using host = await run(folder, site.path);
  assert.equal((await statusOf(folder, site.path)).pid, host.pid);
});

/** Where a host that was given port 0 takes commands: its log says so. */
async function adminUrl(host: RunningHost): Promise<string> {
  return String((await host.log.next("admin-listening")).url);
}
