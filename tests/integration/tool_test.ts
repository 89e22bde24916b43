import assert from "node:assert/strict";
import { runTool, type Tool } from "../../src/backend/development/_tool.ts";
import { StartFault } from "../../src/backend/process/failure.ts";
import { systemClock } from "../../src/contract/clock.ts";
import { eventually } from "../support/eventually.ts";

/** Runs a shell's script as the host runs the tools it needs. */
function script(text: string, more: Partial<Tool> = {}) {
  const lines: string[] = [];
  const end = runTool({
    path: "/bin/sh",
    args: ["-c", text],
    folder: "/",
    environment: { PATH: Deno.env.get("PATH") ?? "" },
    limitMs: 20_000,
    clock: systemClock,
    signal: new AbortController().signal,
    line: (line) => lines.push(line),
    ...more,
  });
  return { end, lines };
}

async function isGone(pid: number): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => undefined);
  return stat === undefined || stat.includes(") Z ");
}

const ignore = Deno.build.os !== "linux";

Deno.test({ name: "runTool() gives exit code and lines", ignore }, async () => {
  const { end, lines } = script("echo one; echo two >&2; exit 3");
  assert.equal(await end, 3);
  assert.deepEqual(lines.sort(), ["one", "two"]);
});

Deno.test(
  { name: "runTool() ends what takes too long, with all it has started", ignore },
  async () => {
    const { end, lines } = script("sleep 600 & echo $!; wait", { limitMs: 300 });
    assert.equal(await end, undefined);
    await eventually(() => isGone(Number(lines[0])));
  },
);

Deno.test({ name: "runTool() ends it when it is not wanted any more", ignore }, async () => {
  const wish = new AbortController();
  const { end, lines } = script("sleep 600 & echo $!; wait", { signal: wish.signal });
  await eventually(() => lines.length > 0);
  wish.abort(new Error("not wanted"));
  await assert.rejects(end, /not wanted/);
  await eventually(() => isGone(Number(lines[0])));
  await assert.rejects(script("exit 0", { signal: wish.signal }).end, /not wanted/);
});

Deno.test(
  { name: "runTool() does not wait for what stays and holds the pipe", ignore },
  async () => {
    const { end, lines } = script("sleep 600 & echo $!");
    assert.equal(await end, 0);
    Deno.kill(Number(lines[0]), "SIGKILL");
  },
);

Deno.test({ name: "runTool() says so when there is nothing to run", ignore }, async () => {
  await assert.rejects(script("", { path: "/nowhere/dotnet" }).end, (error) => {
    assert.ok(error instanceof StartFault);
    assert.match(error.message, /^Cannot run "\/nowhere\/dotnet": /);
    return error.code === "start-not-built";
  });
});
