import assert from "node:assert/strict";
import { allOptions, completedCommands } from "../../../src/cli/_completion_words.ts";
import { COMMANDS, UsageError } from "../../../src/cli/arguments.ts";
import { completions } from "../../../src/cli/completions.ts";
import {
  CONTROL_OPTIONS,
  INIT_OPTIONS,
  RUN_OPTIONS,
  VALIDATE_OPTIONS,
} from "../../../src/cli/options.ts";

function script(shell: string): string {
  const out: string[] = [];
  assert.equal(completions(shell, { out: (line) => out.push(line), error: assert.fail }), 0);
  return out.join("\n");
}

for (const shell of ["bash", "zsh", "fish", "pwsh"]) {
  Deno.test(`completions() writes every command and option for ${shell}`, () => {
    const text = script(shell);
    for (const command of Object.keys(COMMANDS)) {
      assert.match(text, new RegExp(`\\b${command}\\b`));
    }
    const options = [...RUN_OPTIONS, ...VALIDATE_OPTIONS, ...INIT_OPTIONS, ...CONTROL_OPTIONS];
    for (const { name } of options) {
      const option = new RegExp(`(?:--|-l )${name}(?![\\w-])`);
      assert.match(text, option);
    }
  });
}

Deno.test("completedCommands() gives no text that a shell would take for code", () => {
  const commands = completedCommands();
  for (const { doc } of [...commands, ...allOptions(commands)]) {
    assert.match(doc, /^[\w ./#+-]{5,}$/);
  }
});

Deno.test("completions() names the shells when it is given none, or one it does not know", () => {
  const console = { out: assert.fail, error: assert.fail };
  assert.throws(() => completions(".", console), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /^Which shell: give bash, zsh, fish, pwsh, as in /);
    return true;
  });
  assert.throws(
    () => completions("tcsh", console),
    /^UsageError: Cannot complete for "tcsh": give/,
  );
});
