import assert from "node:assert/strict";
import { optionsOf } from "../../src/cli/arguments.ts";
import { completions } from "../../src/cli/completions.ts";
import { runIfInstalled } from "../support/programs.ts";

/** What completes the command line in a shell. */
function script(shell: string): string {
  const out: string[] = [];
  completions(shell, { out: (line) => out.push(line), error: assert.fail });
  return out.join("\n");
}

/** The lines a shell prints, sorted; undefined where it is not installed. */
async function linesOf(program: string, ...args: string[]): Promise<string[] | undefined> {
  const printed = await runIfInstalled(program, ...args);
  if (!printed) return undefined;
  assert.deepEqual({ code: printed.code, error: printed.error }, { code: 0, error: "" });
  return printed.out.split("\n").filter((line) => line !== "").sort();
}

/** Completes the last of the words as bash would, and gives what it would offer. */
function inBash(words: readonly string[], dir = "/"): Promise<string[] | undefined> {
  const program = `cd "$0" || exit 1
${script("bash")}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ancm_host
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return linesOf("bash", "--norc", "-c", program, dir, "ancm-host", ...words);
}

const namesOf = (command: "run" | "status") =>
  optionsOf(command).map(({ name }) => `--${name}`).sort();

const CASES: [what: string, words: readonly string[], offered: readonly string[]][] = [
  ["a command", ["val"], ["validate"]],
  ["options of run without a command", ["--transp"], ["--transport"]],
  ["options of run behind a folder", ["site", "--"], namesOf("run")],
  ["options of another command", ["status", "--"], namesOf("status")],
  ["options of a command behind a value", ["--environment", "x", "status", "--js"], ["--json"]],
  ["words an option takes", ["--transport", ""], ["fetch", "wire"]],
  // Bash takes the equals sign for a word of its own.
  ["words an option takes behind an equals sign", ["--transport", "=", "f"], ["fetch"]],
  ["words right behind the equals sign", ["--transport", "="], ["fetch", "wire"]],
  ["nothing for free text", ["--listen", "e"], []],
  ["no command out of a value", ["--environment", "init", "--kin"], []],
  ["shells", ["completions", ""], ["bash", "fish", "pwsh", "zsh"]],
  ["nothing behind help", ["help", ""], []],
];

for (const [what, words, offered] of CASES) {
  Deno.test(`completions in bash: ${what}`, async () => {
    assert.deepEqual(await inBash(words) ?? offered, offered);
  });
}

Deno.test("completions in bash: files and folders whose names have spaces", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${dir}/my site`);
    await Deno.writeTextFile(`${dir}/my key.pem`, "");
    const folders = ["my site"];
    assert.deepEqual(await inBash(["run", "my"], dir) ?? folders, folders);
    const files = ["my key.pem", "my site"];
    assert.deepEqual(await inBash(["--key", "my"], dir) ?? files, files);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("completions for bash and zsh are valid", async () => {
  await linesOf("bash", "-n", "-c", script("bash"));
  await linesOf("zsh", "-f", "-n", "-c", script("zsh"));
});

Deno.test("completions in fish", async () => {
  const program = `${script("fish")}
complete -C "$argv"`;
  const offered = async (words: string) =>
    (await linesOf("fish", "-N", "-c", program, `ancm-host ${words}`))
      ?.map((line) => line.split("\t")[0]);
  const cases: [words: string, offered: string[]][] = [
    ["--transp", ["--transport"]],
    ["run --transport ", ["fetch", "wire"]],
    ["status --js", ["--json"]],
    ["completions b", ["bash"]],
  ];
  for (const [words, expected] of cases) {
    assert.deepEqual(await offered(words) ?? expected, expected);
  }
});

Deno.test("completions in PowerShell", async () => {
  const text = "ancm-host --transp";
  const program = `${script("pwsh")}
([System.Management.Automation.CommandCompletion]::CompleteInput('${text}', ${text.length}, $null)).CompletionMatches.CompletionText`;
  const offered = await linesOf("pwsh", "-NoProfile", "-NonInteractive", "-Command", program);
  assert.deepEqual(offered ?? ["--transport"], ["--transport"]);
});
