import assert from "node:assert/strict";
import { APP_ARGUMENTS } from "../support/backend_site.ts";
import { eventually } from "../support/eventually.ts";
import { variableOf } from "../support/executable_processes.ts";
import { commandOf, guardOf, killableHost } from "../support/killable_host.ts";
import { isRunning, kill } from "../support/processes.ts";

/** What lives is read from `/proc`. */
const LINUX = { ignore: Deno.build.os !== "linux" };

const APP = { processPath: Deno.execPath(), arguments: APP_ARGUMENTS };

/** An application folder and a folder for notes, both removed in the end. */
async function folders() {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const notes = await Deno.realPath(await Deno.makeTempDir());
  return {
    root,
    notes,
    env: { XDG_RUNTIME_DIR: notes },
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
      await Deno.remove(notes, { recursive: true });
    },
  };
}

const variables = (values: Record<string, string>) =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

async function notesIn(folder: string): Promise<string[]> {
  try {
    return await Array.fromAsync(Deno.readDir(`${folder}/ancm-host`), ({ name }) => name);
  } catch {
    return [];
  }
}

Deno.test(
  "a host that is killed takes backend and grandchild with it (ANCM P-8, O-51)",
  LINUX,
  async () => {
    await using place = await folders();
    const environmentVariables = variables({ APP_CHILD: "1", APP_DEAF: "1" });
    const aspNetCore = { ...APP, environmentVariables };
    await using host = await killableHost({ ...place, aspNetCore });
    const backend = Number((await host.event("backend-started")).facts?.pid);
    const line = (await host.event("backend-output")).message;
    const grandchild = Number(/^child (\d+)$/.exec(line)?.[1]);
    await guardOf(host.pid);
    Deno.kill(host.pid, "SIGKILL");
    await eventually(() => !isRunning(backend) && !isRunning(grandchild), "They outlive the host");
  },
);

Deno.test("a signal to the host's whole group does not reach the guard", LINUX, async () => {
  await using place = await folders();
  await using host = await killableHost({ ...place, aspNetCore: APP });
  const backend = Number((await host.event("backend-started")).facts?.pid);
  const guard = await guardOf(host.pid);
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) Deno.kill(guard, signal);
  Deno.kill(-host.pid, "SIGKILL");
  await eventually(() => !isRunning(backend) && !isRunning(guard), "They outlive the host");
});

Deno.test(
  "the guard holds nothing of the host but its pipe, and knows nothing of its variables",
  LINUX,
  async () => {
    await using place = await folders();
    const env = { ...place.env, SECRET: "not for a shell" };
    await using host = await killableHost({ ...place, env, aspNetCore: APP });
    await host.event("backend-started");
    const guard = await guardOf(host.pid);
    const open = await openFiles(guard);
    assert.match(open.get("0") ?? "", /^(pipe|socket):/);
    assert.deepEqual([open.get("1"), open.get("2")], ["/dev/null", "/dev/null"]);
    // What this process was given to pass on is no file of the host's.
    const inherited = await inheritedFiles();
    assert.deepEqual([...open.keys()].filter((name) => !inherited.has(name)), []);
    assert.equal(await Deno.readLink(`/proc/${guard}/cwd`), "/");
    assert.doesNotMatch(await Deno.readTextFile(`/proc/${guard}/environ`), /SECRET/);
  },
);

Deno.test("a guard that dies is replaced, and the new one does its work", LINUX, async () => {
  await using place = await folders();
  await using host = await killableHost({ ...place, aspNetCore: APP });
  const backend = Number((await host.event("backend-started")).facts?.pid);
  const first = await guardOf(host.pid);
  Deno.kill(first, "SIGKILL");
  await guardOf(host.pid, first);
  assert.equal(isRunning(backend), true);
  Deno.kill(host.pid, "SIGKILL");
  await eventually(() => !isRunning(backend), "It outlives the host");
});

Deno.test("a host that stops leaves neither guard nor note", LINUX, async () => {
  await using place = await folders();
  await using host = await killableHost({ ...place, aspNetCore: APP });
  const backend = Number((await host.event("backend-started")).facts?.pid);
  const guard = await guardOf(host.pid);
  const notes = await notesIn(place.notes);
  assert.equal(notes.length, 1);
  assert.match(notes[0] ?? "", /^[0-9a-f]{12}-\d+-1\.json$/);
  const note = `${place.notes}/ancm-host/${notes[0]}`;
  assert.equal((await Deno.stat(note)).mode! & 0o777, 0o600);
  const token = await variableOf(backend, "ASPNETCORE_TOKEN");
  assert.ok(token && !(await Deno.readTextFile(note)).includes(token));
  Deno.kill(host.pid, "SIGTERM");
  assert.equal((await host.ended).code, 0);
  await eventually(() => !isRunning(guard), "The guard outlives the host");
  assert.equal(isRunning(backend), false);
  assert.deepEqual(await notesIn(place.notes), []);
});

async function openFiles(pid: number): Promise<Map<string, string>> {
  const names = await Array.fromAsync(Deno.readDir(`/proc/${pid}/fd`), ({ name }) => name);
  // A program that has just been started may still be closing what it was not given.
  const read = async (name: string) =>
    [name, await Deno.readLink(`/proc/${pid}/fd/${name}`).catch(() => undefined)] as const;
  const files = await Promise.all(names.map(read));
  return new Map(files.filter((file): file is [string, string] => file[1] !== undefined));
}

/** Gives what every child of this process has open. */
async function inheritedFiles(): Promise<Map<string, string>> {
  const child = new Deno.Command("sleep", { args: ["600"] }).spawn();
  try {
    return await openFiles(child.pid);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
}

/** Kills a host so that nothing can end what it leaves behind. */
async function killUnguarded(host: number): Promise<void> {
  const guard = await guardOf(host);
  Deno.kill(guard, "SIGSTOP");
  Deno.kill(host, "SIGKILL");
  await eventually(() => !isRunning(host));
  Deno.kill(guard, "SIGKILL");
  await eventually(() => !isRunning(guard));
}

Deno.test(
  "the next host ends what an earlier one has left behind, daemons too",
  LINUX,
  async () => {
    await using place = await folders();
    // A process with a session of its own and without its parent.
    const script = `(setsid sleep 600.25 &); exec "$0" "$@"`.replaceAll('"', '\\"');
    const aspNetCore = {
      processPath: "/bin/sh",
      arguments: `-c "${script}" "${Deno.execPath()}" ${APP_ARGUMENTS}`,
    };
    await using first = await killableHost({ ...place, aspNetCore });
    const left = Number((await first.event("backend-started")).facts?.pid);
    const daemon = await eventually(() => sleeperOf(place.root));
    await killUnguarded(first.pid);
    assert.deepEqual([left, daemon].map(isRunning), [true, true]);
    await using second = await killableHost({ ...place, aspNetCore: APP });
    const stale = await second.event("backend-stale");
    assert.deepEqual([stale.facts?.pid, stale.facts?.hostPid], [left, first.pid]);
    await second.event("backend-started");
    assert.deepEqual([left, daemon].map(isRunning), [false, false]);
    assert.equal((await notesIn(place.notes)).length, 1);
  },
);

function sleeperOf(folder: string): number | undefined {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).find((pid) => {
    if (!(pid > 0) || !commandOf(pid).startsWith("sleep 600.25")) return false;
    return Deno.readLinkSync(`/proc/${pid}/cwd`) === folder;
  });
}

Deno.test("a stale backend that ignores SIGTERM is killed", LINUX, async () => {
  await using place = await folders();
  const aspNetCore = {
    ...APP,
    environmentVariables: variables({ APP_DEAF: "1" }),
    shutdownTimeLimitMs: 1000,
  };
  await using first = await killableHost({ ...place, aspNetCore });
  const left = Number((await first.event("backend-started")).facts?.pid);
  await killUnguarded(first.pid);
  await using second = await killableHost({ ...place, aspNetCore });
  await second.event("backend-started");
  assert.equal(isRunning(left), false);
});

Deno.test("another host of the same folder keeps its backend", LINUX, async () => {
  await using place = await folders();
  await using first = await killableHost({ ...place, aspNetCore: APP });
  const kept = Number((await first.event("backend-started")).facts?.pid);
  await using second = await killableHost({ ...place, aspNetCore: APP });
  await second.event("backend-started");
  assert.equal(isRunning(kept), true);
  assert.equal((await notesIn(place.notes)).length, 2);
  assert.equal(second.events.some(({ name }) => name === "backend-stale"), false);
});

Deno.test("a note that names a stranger ends nobody", LINUX, async () => {
  await using place = await folders();
  await using first = await killableHost({ ...place, aspNetCore: APP });
  await first.event("backend-started");
  const [name = ""] = await notesIn(place.notes);
  const note = `${place.notes}/ancm-host/${name}`;
  const { children: [{ mark }] } = JSON.parse(await Deno.readTextFile(note));
  await killUnguarded(first.pid);
  const stranger = new Deno.Command("sleep", { args: ["600"] }).spawn();
  try {
    const stat = (await Deno.readTextFile(`/proc/${stranger.pid}/stat`)).split(" ");
    const child = { pid: stranger.pid, startTime: Number(stat[21]), mark };
    const host = { pid: first.pid, startTime: 1 };
    await Deno.writeTextFile(note, JSON.stringify({ host, children: [child] }));
    await using second = await killableHost({ ...place, aspNetCore: APP });
    await second.event("backend-started");
    assert.equal(isRunning(stranger.pid), true);
  } finally {
    kill(stranger.pid);
    await stranger.status;
  }
});

Deno.test("without a folder for notes everything else goes on", LINUX, async () => {
  await using place = await folders();
  const env = { XDG_RUNTIME_DIR: "/proc/nowhere", TMPDIR: "/proc/nowhere" };
  await using host = await killableHost({ ...place, env, aspNetCore: APP });
  await host.event("backend-started");
  await guardOf(host.pid);
  assert.equal((await host.event("backend-unnoted")).level, "debug");
});
