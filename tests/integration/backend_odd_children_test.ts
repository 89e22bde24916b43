import assert from "node:assert/strict";
import type { OutputLine } from "../../src/backend/mod.ts";
import { APP_ARGUMENTS, backendSite } from "../support/backend_site.ts";
import { expectFailure, expectTarget } from "../support/backend_wait.ts";
import { eventually } from "../support/eventually.ts";
import { isRunning } from "../support/processes.ts";

/** The programs are shell scripts, and what lives is read from `/proc`. */
const LINUX = { ignore: Deno.build.os !== "linux" };

/** Settings that run a shell script; `"$0" "$@"` in it is the test's backend. */
function script(text: string) {
  const quoted = text.replaceAll('"', '\\"');
  return {
    processPath: "/bin/sh",
    arguments: `-c "${quoted}" "${Deno.execPath()}" ${APP_ARGUMENTS}`,
  };
}

async function hello(port: number): Promise<void> {
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "hello");
}

Deno.test(
  "a backend that closes its output at once is started, served and stopped",
  LINUX,
  async () => {
    await using site = await backendSite({}, script('exec "$0" "$@" >&- 2>&-'));
    const { port } = await expectTarget(site.backend.directory);
    await hello(port);
    const [pid = 0] = site.pids();
    await site.backend.stop();
    assert.equal(isRunning(pid), false);
    assert.deepEqual(site.lines, []);
  },
);

Deno.test(
  "a backend that goes to the background before it listens is refused, named and gone (ANCM P-23)",
  LINUX,
  async () => {
    await using site = await backendSite({ APP_DELAY_MS: "500" }, script('"$0" "$@" & exit 0'));
    const failure = await expectFailure(site.backend.directory);
    assert.equal(failure.code, "start-exited");
    assert.match(failure.message, /exit code 0$/);
    assert.match(failure.details[0] ?? "", /must stay in the foreground/);
    assert.deepEqual(processesIn(site.root), []);
  },
);

Deno.test("a daemon that has left session and parent is gone too", LINUX, async () => {
  await using site = await backendSite({}, script("(setsid sleep 600.5 &) ; exit 0"));
  assert.equal((await expectFailure(site.backend.directory)).code, "start-exited");
  await eventually(() => processesIn(site.root).length === 0, "The daemon is still there");
});

Deno.test(
  "a server that has left session and parent is its launcher's (ANCM P-25), and stops with it",
  LINUX,
  async () => {
    // Nothing but its environment shows where it comes from.
    const settings = script('(setsid "$0" "$@" &) ; exec sleep 600.5');
    await using site = await backendSite({}, { ...settings, shutdownTimeLimitMs: 1000 });
    const { port } = await expectTarget(site.backend.directory);
    await hello(port);
    await site.backend.stop();
    assert.deepEqual(processesIn(site.root), []);
  },
);

Deno.test(
  "a launcher that ends as soon as its server listens is fine (ANCM R-1)",
  LINUX,
  async () => {
    const isHeard = `grep -q "$(printf ':%04X .* 0A ' $PORT)" /proc/net/tcp`;
    const text = `"$0" "$@" & until ${isHeard}; do :; done`;
    await using site = await backendSite({}, script(text));
    const { port } = await expectTarget(site.backend.directory);
    const [pid = 0] = site.pids();
    await eventually(() => !isRunning(pid));
    await hello(port);
    assert.equal(site.log.find("backend-attempt-failed"), undefined);
  },
);

for (
  const [what, text] of [
    ["a parent that ignores SIGTERM", `trap "" TERM; "$0" "$@"; sleep 600`],
    ["a parent that ends first", `trap "exit 0" TERM; "$0" "$@" & wait`],
    ["a shell in a shell, as npm start", `sh -c '"$0" "$@"; true' "$0" "$@"; true`],
  ] as const
) {
  Deno.test(`stop() ends all of ${what}`, LINUX, async () => {
    await using site = await backendSite({ APP_SHUTDOWN: "404" }, {
      ...script(text),
      shutdownTimeLimitMs: 1000,
    });
    await hello((await expectTarget(site.backend.directory)).port);
    await site.backend.stop();
    assert.deepEqual(processesIn(site.root), []);
  });
}

Deno.test(
  "a backend that prints without end is served, at bounded memory, and its loss is counted",
  LINUX,
  async () => {
    const text = `yes "${"x".repeat(99)}" & exec "$0" "$@"`;
    const loud = { lines: 0, lost: 0 };
    const output = (line: OutputLine) => {
      loud.lines++;
      loud.lost += Number(/^\(\d+ lines of output dropped, (\d+) bytes/.exec(line.text)?.[1] ?? 0);
    };
    await using site = await backendSite({}, script(text), { output });
    const { port } = await expectTarget(site.backend.directory);
    const before = Deno.memoryUsage().rss;
    for (let lost = 0; lost < 300e6; lost = loud.lost) await hello(port);
    const grown = (Deno.memoryUsage().rss - before) / 1e6;
    assert.ok(grown < 200, `${grown} MB more for ${loud.lost / 1e6} MB of output`);
    assert.ok(loud.lines > 20_000);
    const [pid = 0] = site.pids();
    await site.backend.stop();
    assert.equal(isRunning(pid), false);
    assert.deepEqual(processesIn(site.root), []);
  },
);

Deno.test("a line of a gigabyte is cut, counted and read to its end", LINUX, async () => {
  const bytes = 1 << 30;
  const text = `head -c ${bytes} /dev/zero; echo; echo end; exec "$0" "$@"`;
  let [seen, lost, longest] = [0, 0, 0];
  let last = "";
  const output = ({ text }: OutputLine) => {
    const dropped = /^\(\d+ lines of output dropped, (\d+) bytes/.exec(text)?.[1];
    if (dropped) lost += Number(dropped);
    else seen += text.length;
    longest = Math.max(longest, text.length);
    last = text;
  };
  await using site = await backendSite({}, script(text), { output });
  const before = Deno.memoryUsage().rss;
  await expectTarget(site.backend.directory);
  await eventually(() => last.startsWith("listens on"), "Its output was not read to the end");
  const grown = (Deno.memoryUsage().rss - before) / 1e6;
  // Other tests share this process; half of what it printed is far from all of it.
  assert.ok(grown < 500, `${grown} MB more`);
  assert.ok(seen + lost > bytes - 100_000, `${seen} seen and ${lost} lost`);
  assert.equal(longest, 8192);
});

Deno.test("a program without its execute bit is named, with what to do", LINUX, async () => {
  await using site = await backendSite({}, { processPath: "./app", arguments: "" });
  await Deno.writeTextFile(`${site.root}/app`, "#!/bin/sh\n", { mode: 0o644 });
  const failure = await expectFailure(site.backend.directory);
  assert.equal(failure.code, "start-no-program");
  assert.match(failure.message, /app" is not executable: run chmod \+x on it$/);
});

Deno.test("an application folder that is gone is named", LINUX, async () => {
  await using site = await backendSite({}, { processPath: "/bin/sh", arguments: "-c true" });
  await Deno.remove(site.root);
  const failure = await expectFailure(site.backend.directory);
  await Deno.mkdir(site.root);
  assert.equal(failure.code, "start-no-program");
  assert.match(failure.message, /its working folder is gone$/);
});

/** Gives the processes that work in a folder. */
function processesIn(folder: string): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    try {
      return pid > 0 && isRunning(pid) && Deno.readLinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false; // gone
    }
  });
}
