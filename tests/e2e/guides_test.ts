import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyFolder, dotnetTest } from "../support/dotnet.ts";
import { EXECUTABLE, tempFolder } from "../support/executable.ts";
import { descendantsOf, isRunning } from "../support/executable_processes.ts";
import { type GuideStep, guideSteps, missingLines } from "../support/guide_steps.ts";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const EXAMPLE = "examples/aspnetcore";
/** The port of the guides; the test has another one. */
const GUIDE_PORT = "8080";
/** A guide builds an application and waits for a few starts of it. */
const GUIDE_LIMIT_MS = 120_000;
/** Stands before what a step prints. No program prints it. */
const MARK = "\x1e";

dotnetTest("the commands of docs/from-iis-to-linux.md do what it says", async () => {
  const guide = await Deno.readTextFile(join(REPOSITORY, "docs/from-iis-to-linux.md"));
  const steps = guideSteps(guide);
  assert.ok(steps.length > 5, "the steps were read");
  await using folder = await tempFolder();
  await copyFolder(join(REPOSITORY, EXAMPLE), join(folder.path, EXAMPLE));
  const port = String(freePort());
  const { code, printed, told } = await follow(steps, folder.path, port);
  assert.equal(code, 0, `A command failed; it was told:\n${told}\n${printed.join("\n")}`);
  steps.forEach((step, index) => {
    if (step.kind !== "run") return;
    const expected = step.output.map((line) => line.replaceAll(GUIDE_PORT, port));
    const missing = missingLines(expected, printed[index] ?? "");
    assert.deepEqual(missing, [], `${step.commands}printed:\n${printed[index]}`);
  });
});

/** Does the steps of a guide in one shell, and gives what each of them has printed. */
async function follow(
  steps: readonly GuideStep[],
  folder: string,
  port: string,
): Promise<{ code: number; printed: string[]; told: string }> {
  await Deno.mkdir(join(folder, "bin"));
  await Deno.symlink(EXECUTABLE, join(folder, "bin/ancm-host"));
  const shell = new Deno.Command("bash", {
    args: ["-c", scriptOf(steps).replaceAll(GUIDE_PORT, port)],
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
    env: {
      ...kept("HOME", "DOTNET_ROOT", "TMPDIR"),
      PATH: `${join(folder, "bin")}:${Deno.env.get("PATH")}`,
      XDG_RUNTIME_DIR: folder,
      ANCM_HOST_LISTEN: `http://localhost:${port}`,
      DOTNET_CLI_TELEMETRY_OPTOUT: "1",
      DOTNET_NOLOGO: "1",
    },
  }).spawn();
  const limit = setTimeout(() => void endAll(shell.pid), GUIDE_LIMIT_MS);
  try {
    const { code, stdout, stderr } = await shell.output();
    const decoder = new TextDecoder();
    const printed = decoder.decode(stdout).split(MARK).slice(1);
    return { code, printed, told: decoder.decode(stderr) };
  } finally {
    clearTimeout(limit);
  }
}

/** Whatever is left when a command fails ends with the shell. */
function scriptOf(steps: readonly GuideStep[]): string {
  const parts = steps.map((step) =>
    step.kind === "run"
      ? step.commands
      : `cat > '${step.path}' <<'END OF FILE'\n${step.text}END OF FILE\n`
  );
  const end = "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT";
  return [`set -eu\n${end}\n`, ...parts].join(`printf '${MARK}'\n`);
}

async function endAll(pid: number): Promise<void> {
  for (const one of [pid, ...await descendantsOf(pid)]) {
    if (await isRunning(one)) Deno.kill(one, "SIGKILL");
  }
}

function kept(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("guideSteps() takes what is to be run, what is printed, and what is written", () => {
  const guide = [
    "# A guide",
    "```sh",
    "not run",
    "```",
    "```sh run",
    "echo 1",
    "```",
    "```text output",
    "1",
    "```",
    "```xml write=a/b.xml",
    "<a/>",
    "```",
    "",
  ].join("\n");
  assert.deepEqual(guideSteps(guide), [
    { kind: "run", commands: "echo 1\n", output: ["1"] },
    { kind: "write", path: "a/b.xml", text: "<a/>\n" },
  ]);
});

Deno.test("missingLines() gives what was not printed, or not in its order", () => {
  assert.deepEqual(missingLines(["a…c", "d"], "x\n  abc\nd\n"), []);
  assert.deepEqual(missingLines(["d", "abc"], "abc\nd\n"), ["abc"]);
  assert.deepEqual(missingLines(["a.c"], "abc\n"), ["a.c"]);
});
