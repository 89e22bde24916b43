import assert from "node:assert/strict";
import { join } from "node:path";
import { bareRoot, confinedHost, confinedTest, isAllowed } from "../support/confined_host.ts";
import { dotnetTest, hasDotnet, publishedApp } from "../support/dotnet.ts";
import { EXECUTABLE, runHost, tempFolder } from "../support/executable.ts";
import { descendantsOf, groupOf, isRunning, membersOf } from "../support/executable_processes.ts";
import { siteWith } from "../support/executable_sites.ts";
import { until } from "../support/executable_wait.ts";
import { backendOf } from "./_example_app.ts";

dotnetTest("kill -9 of the host ends the app with it (ANCM P-8, O-51)", async () => {
  await using host = await runHost({ dir: await publishedApp("example") });
  const { pid } = await backendOf(host);
  Deno.kill(host.pid, "SIGKILL");
  await gone([pid]);
});

/** Waits for the end of processes; what is then still there is killed. */
async function gone(pids: readonly number[]): Promise<void> {
  const left = async (): Promise<number[]> => {
    const running = await Promise.all(pids.map(isRunning));
    return pids.filter((_, i) => running[i]);
  };
  try {
    await until("the end of all", async () => (await left()).length === 0);
  } finally {
    for (const pid of await left()) Deno.kill(pid, "SIGKILL");
  }
}

Deno.test("kill -9 of the host during a start ends a wrapper and what it runs", async () => {
  await using site = await siteWith(
    `<aspNetCore processPath="sh" arguments="-c &quot;sleep 600 &amp; sleep 600&quot;" />`,
  );
  await using host = await runHost({ dir: site.path, args: ["--preload"] });
  const program = await until("the program", async () => {
    const below = await descendantsOf(host.pid);
    for (const pid of below) if (await groupOf(pid).catch(() => 0) === pid) return pid;
  });
  await until("what it runs", async () => (await membersOf(program)).length > 2);
  // The guard is in a group of its own.
  const below = await descendantsOf(host.pid);
  assert.ok(below.length > (await membersOf(program)).length);
  Deno.kill(host.pid, "SIGKILL");
  await gone(below);
});

const UNSHARE_PID = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

confinedTest(
  "as process 1 of a container the host stops its backend on SIGTERM",
  await isAllowed([...UNSHARE_PID, "true"]),
  async () => {
    await using site = await siteWith(
      `<aspNetCore processPath="sleep" arguments="600" startupTimeLimit="600" />`,
    );
    await using folder = await tempFolder();
    await using host = await confinedHost({
      command: [...UNSHARE_PID, EXECUTABLE],
      dir: site.path,
      ready: { here: folder.path, there: folder.path },
      env: { ANCM_HOST_PRELOAD: "true", ANCM_HOST_DRAIN_TIME: "1" },
    });
    const [inside = 0] = await descendantsOf(host.pid);
    const below = await until("the program", async () => {
      const found = await descendantsOf(inside);
      return found.length > 0 ? found : undefined;
    });
    Deno.kill(inside, "SIGTERM");
    assert.equal(await host.end(), 0);
    for (const pid of [inside, ...below]) assert.equal(await isRunning(pid), false);
    assert.equal(host.log.named("stopped").length, 1, host.log.text);
  },
);

confinedTest(
  "as process 1 the host serves, recycles on SIGHUP, and leaves no zombie",
  hasDotnet && await isAllowed([...UNSHARE_PID, "true"]),
  async () => {
    await using folder = await tempFolder();
    await using host = await confinedHost({
      command: [...UNSHARE_PID, EXECUTABLE],
      dir: await publishedApp("example"),
      ready: { here: folder.path, there: folder.path },
      env: { ANCM_HOST_ADMIN: "off", HOME: folder.path },
    });
    const [inside = 0] = await descendantsOf(host.pid);
    const before = (await backendOf(host)).pid;
    Deno.kill(inside, "SIGHUP");
    await until("another backend", async () => (await backendOf(host)).pid !== before);
    await host.log.next("backend-stopped");
    // The host and the app that serves, with the guard of the host where it has one; no dead process among them.
    await until("the dead to be reaped", async () => {
      const below = await descendantsOf(inside);
      return (await Promise.all(below.map(isRunning))).every((runs) => runs);
    });
    Deno.kill(inside, "SIGTERM");
    assert.equal(await host.end(), 0);
    const output = host.log.named("backend-output").map(({ message }) => message);
    assert.equal(output.filter((line) => line === "ExampleApp is stopping").length, 2);
  },
);

/** Runs a program in a folder that becomes its root, with `/proc`, which the runtime needs. */
const CHROOT = [
  ...["unshare", "--user", "--map-root-user", "--mount"],
  ...["sh", "-c", 'mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"'],
];

confinedTest(
  "in a chroot without a shell the host serves, warns once, and stops all",
  Deno.build.os === "linux" && await isAllowed([...CHROOT, "/", "true"]),
  async () => {
    await using root = await bareRoot();
    // The one program that is there: a host within the host.
    await writeSite(
      join(root.path, "outer"),
      `<aspNetCore processPath="/ancm-host" arguments="run /inner --listen http://127.0.0.1:%PORT%" />`,
    );
    await writeSite(join(root.path, "inner"), `<aspNetCore processPath="no-such-program" />`);
    await using host = await confinedHost({
      command: [...CHROOT, root.path, "/ancm-host"],
      dir: "/outer",
      ready: { here: root.path, there: "/" },
    });
    for (let i = 0; i < 2; i++) assert.equal((await host.text("/")).status, 502);
    await host.log.next("backend-started");
    assert.equal(host.log.named("backend-unguarded").length, 1, host.log.text);
    const below = await descendantsOf(host.pid);
    assert.equal(below.length, 1);
    assert.equal(await host.stop(), 0);
    for (const pid of below) assert.equal(await isRunning(pid), false);
    assert.deepEqual(host.log.lines.filter(({ level }) => level === "error"), []);
  },
);

async function writeSite(folder: string, aspNetCore: string): Promise<void> {
  await using site = await siteWith(aspNetCore);
  await Deno.mkdir(folder);
  await Deno.copyFile(join(site.path, "web.config"), join(folder, "web.config"));
}

const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

confinedTest(
  "an application folder that may not be read is a mistake of the configuration, not of the program",
  await isAllowed([...NOBODY, "true"]),
  async () => {
    await using site = await siteWith(`<aspNetCore processPath="sleep" />`);
    await Deno.chmod(site.path, 0o700);
    const [program = "", ...args] = [...NOBODY, EXECUTABLE, "run", site.path];
    const { code, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
    const text = new TextDecoder().decode(stderr);
    assert.equal(code, 78, text);
    assert.ok(text.includes(site.path), text);
  },
);
