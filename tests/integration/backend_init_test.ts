import assert from "node:assert/strict";
import { APP_ARGUMENTS } from "../support/backend_site.ts";
import { eventually } from "../support/eventually.ts";
import { childrenOf, commandOf, killableHost } from "../support/killable_host.ts";
import { isRunning } from "../support/processes.ts";

/** A process namespace of its own, in which the host is number 1. */
const UNSHARE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

async function isAllowed(): Promise<boolean> {
  try {
    const [program = "", ...args] = UNSHARE;
    return (await new Deno.Command(program, { args: [...args, "true"] }).output()).success;
  } catch {
    return false;
  }
}

async function initTest(name: string, test: () => Promise<void>): Promise<void> {
  const ignore = Deno.build.os !== "linux" || !await isAllowed();
  // deno-lint-ignore no-console -- whoever runs the tests is to know what was not tested
  if (ignore) console.log(`Not tested, as unshare --pid is not allowed here: ${name}`);
  Deno.test(name, { ignore }, test);
}

const APP = { processPath: Deno.execPath(), arguments: APP_ARGUMENTS };

await initTest("as process 1 the host waits for orphans, and needs no guard", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    const script = `(sleep 600.75 &); exec "$0" "$@"`.replaceAll('"', '\\"');
    const aspNetCore = {
      processPath: "/bin/sh",
      arguments: `-c "${script}" "${Deno.execPath()}" ${APP_ARGUMENTS}`,
    };
    await using host = await killableHost({
      root,
      aspNetCore,
      wrapper: UNSHARE,
      env: { XDG_RUNTIME_DIR: root },
    });
    await host.event("backend-started");
    const children = () => childrenOf(host.pid);
    const orphan = await eventually(() =>
      children().find((pid) => commandOf(pid).startsWith("sleep 600.75"))
    );
    assert.equal(children().some((pid) => commandOf(pid).includes("ancm-host-guard")), false);
    Deno.kill(orphan, "SIGKILL");
    await eventually(() => !exists(orphan), "It stays as a zombie");
    // Its own child's end is still its own to see.
    const backend = children()[0] ?? 0;
    Deno.kill(backend, "SIGKILL");
    const exited = await host.event("backend-exited");
    assert.equal(exited.facts?.exitSignal, "SIGKILL");
    await host.event("backend-started", 1);
    await eventually(() => !exists(backend), "It stays as a zombie");
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

await initTest("as process 1 the host takes SIGTERM and stops its backend", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await using host = await killableHost({
      root,
      aspNetCore: APP,
      wrapper: UNSHARE,
      env: { XDG_RUNTIME_DIR: root },
    });
    await host.event("backend-started");
    Deno.kill(host.pid, "SIGTERM");
    assert.equal((await host.ended).code, 0);
    assert.equal((await host.event("backend-stopped")).facts?.exitCode, 0);
    assert.equal(isRunning(host.pid), false);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

function exists(pid: number): boolean {
  try {
    Deno.statSync(`/proc/${pid}`);
    return true;
  } catch {
    return false;
  }
}
