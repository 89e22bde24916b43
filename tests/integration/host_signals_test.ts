import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "../support/eventually.ts";
import { runIfInstalled } from "../support/programs.ts";

const PROGRAM = fileURLToPath(new URL("../support/signals_program.ts", import.meta.url));
const ARGS = ["run", "-A", "--no-prompt", "--no-check", PROGRAM];
const isUnix = Deno.build.os !== "windows";

/** Runs a test with the path of a file that the program writes to, and what waits for its lines. */
async function withFile(
  fn: (file: string, lines: (...expected: string[]) => Promise<void>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const file = join(folder, "signals");
  try {
    await fn(file, async (...expected) => {
      const wanted = expected.map((line) => `${line}\n`).join("");
      let text = "";
      await eventually(async () => {
        text = await Deno.readTextFile(file).catch(() => "");
        return text.length >= wanted.length;
      });
      assert.equal(text, wanted);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name:
    "hostSignals() takes SIGHUP for a wish to recycle, SIGUSR1 for new log files, and SIGTERM and SIGINT for stops",
  ignore: !isUnix,
  fn: () =>
    withFile(async (file, lines) => {
      const child = new Deno.Command(Deno.execPath(), {
        args: [...ARGS, file],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      try {
        await lines("ready");
        child.kill("SIGHUP");
        await lines("ready", "hang-up");
        child.kill("SIGHUP");
        await lines("ready", "hang-up", "hang-up");
        child.kill("SIGUSR1");
        await lines("ready", "hang-up", "hang-up", "reopen");
        child.kill("SIGTERM");
        await lines("ready", "hang-up", "hang-up", "reopen", "first SIGTERM");
        child.kill("SIGINT");
        assert.equal((await child.status).code, 0);
        await lines("ready", "hang-up", "hang-up", "reopen", "first SIGTERM", "second SIGINT");
      } finally {
        if (await Promise.race([child.status, Promise.resolve()]) === undefined) {
          child.kill("SIGKILL");
        }
        await child.status;
      }
    }),
});

Deno.test({
  name: "hostSignals() takes the SIGHUP of a terminal that has gone for a wish to stop",
  ignore: !isUnix,
  fn: () =>
    withFile(async (file, lines) => {
      if (!await runIfInstalled("script", "--version")) return;
      const line = [Deno.execPath(), ...ARGS, file].map((part) => `'${part}'`).join(" ");
      const terminal = new Deno.Command("script", {
        args: ["-qec", `echo "pid $$" >> '${file}'; exec ${line}`, "/dev/null"],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const pid = await eventually(async () => {
        const text = await Deno.readTextFile(file).catch(() => "");
        const seen = /^pid (\d+)\nready\n$/.exec(text)?.[1];
        return seen === undefined ? undefined : Number(seen);
      });
      try {
        terminal.kill("SIGKILL");
        await terminal.status;
        await lines(`pid ${pid}`, "ready", "first SIGHUP");
        // As a shell does that ends, too.
        Deno.kill(pid, "SIGHUP");
        Deno.kill(pid, "SIGTERM");
        await lines(`pid ${pid}`, "ready", "first SIGHUP", "second SIGTERM");
      } finally {
        try {
          Deno.kill(pid, "SIGKILL");
        } catch {
          // It has ended.
        }
      }
    }),
});
